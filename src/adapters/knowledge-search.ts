import type { KnowledgeSearch } from "../engine/ports";
import { searchKnowledge } from "../knowledge/search-knowledge";
import { embeddingPorts } from "./knowledge-ports";

/** The knowledge of the project: all of it, whoever the run is for. */
export function knowledgeSearch(env: Env, projectId: string): KnowledgeSearch {
  return {
    async search(query, signal) {
      const answer = await searchKnowledge(env.DB, projectId, query, embeddingPorts(env), signal);
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
