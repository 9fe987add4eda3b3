/** Knowledge bases: named sets of documents whose passages can be searched. */

/** Which provider's model turns passages into vectors. */
export interface EmbeddingModel {
  providerId: string;
  modelId: string;
}

export interface Knowledge {
  name: string;
  description: string | null;
  /** Null: passages are found by their words alone. */
  embedding: EmbeddingModel | null;
  documentCount: number;
  passageCount: number;
  createdAtMs: number;
}

export interface KnowledgeDocument {
  /** Chosen by the client. */
  id: string;
  /** Where the text came from; both null where the client sent the text itself. */
  fileId: string | null;
  sourceUrl: string | null;
  timestampMs: number;
  tags: string[];
  /** Characters of the text, as JavaScript counts. */
  length: number;
  passageCount: number;
  createdAtMs: number;
  updatedAtMs: number;
}

/** Names of knowledge bases and ids of documents: safe in a path as they are. */
export const KNOWLEDGE_NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/;

/** Which documents a search looks into. */
export interface DocumentFilter {
  /** Documents with any of these; empty means all. */
  includeTags: readonly string[];
  /** Not those with any of these. */
  excludeTags: readonly string[];
  /** Documents whose timestamp is at or after this. */
  fromMs?: number | undefined;
  /** Documents whose timestamp is before this. */
  beforeMs?: number | undefined;
}

/** A passage that a search found. */
export interface KnowledgeHit {
  documentId: string;
  fileId: string | null;
  text: string;
  /** Higher is better; comparable within one answer only. */
  score: number;
  /** Characters from the start of the document. */
  offset: number;
  tags: string[];
  sourceUrl: string | null;
}

export interface KnowledgeQuery extends DocumentFilter {
  query: string;
  /** Names of knowledge bases; empty means all of the project. */
  knowledge: readonly string[];
  topK: number;
}
