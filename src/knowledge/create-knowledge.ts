import { ActionFailure } from "../domain/action-failure";
import { type Outcome, failed, invalidBody } from "../domain/failure";
import {
  type NewKnowledge,
  type NumberedKnowledge,
  createKnowledge as insertKnowledge,
} from "../store/knowledge/knowledge";
import type { ProjectDatabase } from "../store/sql/databases";
import { type EmbeddingPorts, embed } from "./embeddings";

/** Any text does: its vector is thrown away. One word is nobody's to pay. */
const TRIAL_TEXT = "Bobbin";

/** Tries the embedding model first: one that does not work is refused here, not document by document. */
export async function createKnowledge(
  db: ProjectDatabase,
  projectId: string,
  knowledge: NewKnowledge,
  ports: EmbeddingPorts,
  signal: AbortSignal,
): Promise<Outcome<NumberedKnowledge>> {
  if (knowledge.embedding !== null) {
    try {
      const unpaid = { ...ports, spend: () => Promise.resolve() };
      await embed(knowledge.embedding, [TRIAL_TEXT], unpaid, signal);
    } catch (error) {
      if (error instanceof ActionFailure) {
        return failed(invalidBody(["embedding"], `cannot be used: ${error.message}`));
      }
      throw error;
    }
  }
  return insertKnowledge(db, projectId, knowledge);
}
