/** Takes a document into a knowledge: its text cut into passages, each with its terms and vector. */
import { ActionFailure } from "../domain/action-failure";
import { type Outcome, failed } from "../domain/failure";
import type { KnowledgeDocument, PassageSize } from "../domain/knowledge";
import { KNOWLEDGE } from "../limits";
import { chunksOf } from "../search/chunk-text";
import { pagesBy } from "../search/page-marks";
import { rankingTerms } from "../search/ranking-terms";
import { keepVector } from "../search/vectors";
import type { NumberedKnowledge } from "../store/knowledge/knowledge";
import { type NewDocument, type NewPassage, putDocument } from "../store/knowledge/put-document";
import type { ProjectDatabase } from "../store/sql/databases";
import { yieldToEventLoop } from "../yield-to-event-loop";
import { type EmbeddingPorts, embed } from "./embeddings";

/** A document with the text to be found in it, which is not blank. */
export type SourcedDocument = Omit<NewDocument, "length" | "bytes" | "passages"> & { text: string };

/** The model was asked several times already. */
const RETRY_AFTER_SECONDS = 30;

const encoder = new TextEncoder();

/**
 * Where the knowledge has vectors and their provider fails it is `unavailable`, where the quota does not
 * hold the text `quota_exceeded`; then nothing is written.
 */
export async function indexDocument(
  db: ProjectDatabase,
  knowledge: NumberedKnowledge,
  { text, ...document }: SourcedDocument,
  ports: EmbeddingPorts,
  signal: AbortSignal,
): Promise<Outcome<KnowledgeDocument>> {
  const bytes = encoder.encode(text).byteLength;
  if (bytes > KNOWLEDGE.documentMaxBytes) {
    const what = "document's text";
    return failed({ kind: "too_large", limitBytes: KNOWLEDGE.documentMaxBytes, what });
  }
  try {
    const passages = await makePassages(text, document.passage ?? null, knowledge, {
      ports,
      signal,
    });
    const whole = { ...document, length: text.length, bytes, passages };
    return await putDocument(db, knowledge, whole, ports.now());
  } catch (error) {
    if (error instanceof ActionFailure) {
      const { code, message } = error;
      if (code === "quota_exceeded") {
        return failed({ kind: "quota_exceeded", quota: "tokens", limit: null });
      }
      return failed({ kind: "unavailable", message, retryAfterSeconds: RETRY_AFTER_SECONDS });
    }
    throw error;
  }
}

async function makePassages(
  text: string,
  size: PassageSize | null,
  { embedding }: NumberedKnowledge,
  { ports, signal }: { ports: EmbeddingPorts; signal: AbortSignal },
): Promise<NewPassage[]> {
  const passages: NewPassage[] = [];
  const pageAt = pagesBy(text);
  for (const chunk of chunksOf(text, size ?? KNOWLEDGE.passage)) {
    const terms = rankingTerms(chunk.text);
    passages.push({ ...chunk, page: pageAt(chunk.offset), terms, vector: null });
    if (passages.length % KNOWLEDGE.passagesPerTurn === 0) {
      await yieldToEventLoop();
    }
  }
  if (embedding === null) {
    return passages;
  }
  const texts = passages.map((passage) => passage.text);
  const vectors = await embed(embedding, texts, ports, signal);
  return passages.map((passage, index) => {
    const vector = vectors[index];
    return vector === undefined ? passage : { ...passage, vector: keepVector(vector) };
  });
}
