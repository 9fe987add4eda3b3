import type { Connections, KnowledgeSearch } from "../engine/ports";
import { searchKnowledge } from "../knowledge/search-knowledge";
import { INDEXING } from "../limits";
import { countWaiting } from "../store/knowledge/document-work";
import { databaseOf } from "../store/sql/databases";
import { embeddingPorts } from "./knowledge-ports";

/** The knowledge of the project: all of it, whoever the run is for. */
export function knowledgeSearch(
  env: Env,
  projectId: string,
  connections: Connections,
): KnowledgeSearch {
  const db = databaseOf(env, { projectId });
  return {
    async search(query, signal) {
      const ports = embeddingPorts(env, projectId, connections);
      const answer = await searchKnowledge(db, projectId, query, ports, signal);
      if (answer.ok) {
        return answer.value.hits;
      }
      const { failure } = answer;
      if (failure.kind === "conflict") {
        return { unfit: failure.message };
      }
      if (failure.kind === "invalid") {
        return {
          unfit: failure.issues.map(({ message }) => `A least similarity ${message}.`).join(" "),
        };
      }
      if (failure.kind !== "not_found") {
        throw new Error(`A search failed with ${failure.kind}`);
      }
      return { unknown: failure.id };
    },
    async settle(knowledge, signal) {
      const { waitMs, lookMs } = INDEXING;
      for (let waited = 0; waited < waitMs; waited += lookMs) {
        if ((await countWaiting(db, projectId, knowledge)) === 0) {
          return;
        }
        await scheduler.wait(lookMs, { signal });
      }
    },
  };
}
