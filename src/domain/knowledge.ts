/** Knowledge bases: named sets of documents whose passages can be searched. */

import { DAY_MS } from "../limits/units";
import type { Metadata } from "./metadata";

/** Which provider's model turns passages into vectors. */
export interface EmbeddingModel {
  providerId: string;
  modelId: string;
}

/** Values by which a search can choose documents. */
export type Attributes = Record<string, string | number | boolean>;

/** A named set of documents that tools search. */
export interface Knowledge {
  name: string;
  /** For people; null where it has none. */
  title: string | null;
  description: string | null;
  /** Null: passages are found by their words alone. */
  embedding: EmbeddingModel | null;
  metadata: Metadata | null;
  /** Of all statuses but cancelled ones. */
  documentCount: number;
  waitingCount: number;
  failedCount: number;
  cancelledCount: number;
  passageCount: number;
  /** UTF-8 of its documents' texts. */
  bytes: number;
  createdAtMs: number;
  /** Days without a use after which it has expired; null: it stays. */
  expiresAfterDays: number | null;
  lastActiveAtMs: number | null;
  /** The thread whose attachments it holds, and with which it goes. */
  threadId: string | null;
}

/** Unix milliseconds at which it expires; null: never. */
export function expiryOf(
  knowledge: Pick<Knowledge, "createdAtMs" | "lastActiveAtMs" | "expiresAfterDays">,
): number | null {
  const { createdAtMs, lastActiveAtMs, expiresAfterDays: days } = knowledge;
  return days === null ? null : (lastActiveAtMs ?? createdAtMs) + days * DAY_MS;
}

/** `cancelled` documents are in no knowledge any more; their batch names them still. */
export const DOCUMENT_STATUSES = ["waiting", "indexed", "failed", "cancelled"] as const;
/** One of `DOCUMENT_STATUSES`. */
export type DocumentStatus = (typeof DOCUMENT_STATUSES)[number];

/** Characters of a passage at most, and how many of them the next one may begin with. */
export interface PassageSize {
  max: number;
  overlap: number;
}

/** Documents that one call has put; counts are of how they stood when they left it. */
export interface DocumentBatch {
  id: string;
  createdAtMs: number;
  waitingCount: number;
  indexedCount: number;
  failedCount: number;
  cancelledCount: number;
  isCancelled: boolean;
}

/** One text of a knowledge, and how far it is indexed. */
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
  /** UTF-8 of the text. */
  bytes: number;
  createdAtMs: number;
  updatedAtMs: number;
  status: DocumentStatus;
  /** Why it failed. */
  error: { code: string; message: string } | null;
  attributes: Attributes | null;
  /** Null: as the service has it. */
  passage: PassageSize | null;
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
  attributes?: AttributeFilter | undefined;
}

/** How a filter compares an attribute. */
export const COMPARISONS = ["eq", "ne", "gt", "gte", "lt", "lte", "in", "nin"] as const;

/** A document without the attribute differs from every value, and is neither more nor less than one. */
export type AttributeFilter =
  | {
      type: (typeof COMPARISONS)[number];
      key: string;
      /** A list for `in` and `nin`. */
      value: string | number | boolean | (string | number | boolean)[];
    }
  | { type: "and" | "or"; filters: AttributeFilter[] };

/** A passage that a search found. */
export interface KnowledgeHit {
  documentId: string;
  fileId: string | null;
  text: string;
  /** Higher is better; comparable within one answer only. */
  score: number;
  /** Of its meaning to the question's, 0 to 1 in every answer; null where its knowledge has no vectors. */
  similarity: number | null;
  /** Characters from the start of the document. */
  offset: number;
  /** Pages or slides that it has something of; absent where its document has none. */
  pages?: number[] | undefined;
  tags: string[];
  sourceUrl: string | null;
  attributes: Attributes | null;
}

/** What a search looks for, and where. */
export interface KnowledgeQuery extends DocumentFilter {
  query: string;
  /** Names of knowledge bases; empty means all of the project. */
  knowledge: readonly string[];
  topK: number;
  /** Passages of this similarity and above alone; 0 lets all through. */
  minSimilarity?: number | undefined;
}
