import type { Connections, KnowledgeSearch } from "../engine/ports";
import { searchKnowledge } from "../knowledge/search-knowledge";
import { databaseOf } from "../store/sql/databases";
import { embeddingPorts } from "./knowledge-ports";

/** The knowledge of the project: all of it, whoever the run is for. */
export function knowledgeSearch(
  env: Env,
  projectId: string,
  connections: Connections,
): KnowledgeSearch {
  return {
    async search(query, signal) {
      const ports = embeddingPorts(env, connections);
      const db = databaseOf(env, { projectId });
      const answer = await searchKnowledge(db, projectId, query, ports, signal);
      if (answer.ok) {
        return answer.value.hits;
      }
      const { failure } = answer;
      if (failure.kind !== "not_found") {
        throw new Error(`A search failed with ${failure.kind}`);
      }
      return { unknown: failure.id };
    },
  };
}
