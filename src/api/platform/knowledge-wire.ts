/** Knowledge bases and their documents as this dialect reads and writes them. */
import * as z from "zod";

import {
  DOCUMENT_STATUSES,
  type DocumentBatch,
  KNOWLEDGE_NAME,
  type Knowledge,
  type KnowledgeDocument,
  type KnowledgeHit,
  expiryOf,
} from "../../domain/knowledge";
import { listOf } from "../../domain/list-of";
import { EMBEDDING_PROVIDERS } from "../../knowledge/embeddings";
import type { DocumentSource } from "../../knowledge/read-source";
import { ACTION, INDEXING, KNOWLEDGE } from "../../limits";
import type { WaitingDocument } from "../../store/knowledge/document-work";
import { toSeconds } from "../shared/reply/seconds";
import { AttributesField } from "../shared/request/attributes";
import { pageFields } from "../shared/request/fields";

const NAME_RULE = "must be 1 to 128 letters, digits, dots, dashes or underscores";

/** Names of knowledge, and ids of documents: both stand in paths. */
export const NameField = z.string().regex(KNOWLEDGE_NAME, NAME_RULE);

const EmbeddingField = z.strictObject({
  provider_id: z.enum(EMBEDDING_PROVIDERS),
  model_id: z.string().min(1).max(KNOWLEDGE.maxModelIdChars),
});

const TagField = z.string().min(1).max(KNOWLEDGE.maxTagChars);
const TagsField = z.array(TagField).max(KNOWLEDGE.maxTags);

/** Unix milliseconds within the range of JavaScript's dates. */
const TimestampField = z.int().min(0).max(8_640_000_000_000_000);

export const CreateKnowledgeBody = z
  .strictObject({
    name: NameField.describe("Unique in the project; stands in the paths of its calls."),
    title: z.string().min(1).max(KNOWLEDGE.maxTitleChars).optional().describe("For people."),
    description: z.string().max(KNOWLEDGE.maxDescriptionChars).optional(),
    embedding: EmbeddingField.optional().describe(
      "A model that turns passages into vectors: they are then found by meaning as well as by words.",
    ),
  })
  .meta({ id: "CreateKnowledge", example: { name: "handbook" } });

const SOURCES = ["text", "file_id", "source_url"] as const;

export const PutDocumentBody = z
  .strictObject({
    text: z.string().optional(),
    file_id: z.string().min(1).optional().describe("A file of the project: its text is taken."),
    source_url: z
      .url({ protocol: /^https?$/ })
      .max(ACTION.urlMaxChars)
      .optional()
      .describe("A page or document on the web: its text as it is now."),
    timestamp: TimestampField.optional().describe("Unix milliseconds; by default now."),
    tags: TagsField.optional().describe("What a search can ask for or leave out."),
    attributes: AttributesField.optional().describe("What a search can compare."),
    background: z
      .boolean()
      .default(false)
      .describe(
        "Of a file: answered at once, and indexed behind the answer. `status` tells how it went.",
      ),
  })
  .refine((body) => !body.background || body.file_id !== undefined, {
    path: ["background"],
    message: "goes with `file_id` alone: a text or a page is read before the answer",
  })
  .refine((body) => SOURCES.filter((field) => body[field] !== undefined).length === 1, {
    message: `must have exactly one of ${SOURCES.join(", ")}`,
  })
  .meta({
    id: "PutDocument",
    example: { text: "Refunds take five days.", tags: ["billing"] },
  });

export function toSource({
  text = "",
  file_id: fileId,
  source_url: url,
}: Pick<z.output<typeof PutDocumentBody>, (typeof SOURCES)[number]>): DocumentSource {
  if (fileId !== undefined) {
    return { field: "file_id", fileId };
  }
  return url === undefined ? { field: "text", text } : { field: "source_url", url };
}

export const SearchKnowledgeBody = z
  .strictObject({
    query: z.string().describe("A question or some words, in any language."),
    top_k: z
      .int()
      .min(1)
      .max(ACTION.knowledgeMaxHits)
      .default(ACTION.knowledgeDefaultHits)
      .describe("How many passages at most."),
    include_tags: TagsField.default([]).describe("Only documents that carry one of these."),
    exclude_tags: TagsField.default([]).describe("No documents that carry one of these."),
    timestamp: z
      .strictObject({ gte: TimestampField.optional(), lt: TimestampField.optional() })
      .default({})
      .describe("Only documents whose timestamp lies in this range."),
  })
  .meta({ id: "SearchKnowledge", example: { query: "How long does a refund take?", top_k: 3 } });

const BatchDocument = z.strictObject({
  id: NameField.optional().describe("By default the file's."),
  file_id: z.string().min(1),
  timestamp: TimestampField.optional().describe("Unix milliseconds; by default now."),
  tags: TagsField.optional(),
  attributes: AttributesField.optional(),
});

export const PutDocumentsBody = z
  .strictObject({
    documents: listOf(BatchDocument, INDEXING.batchMax)
      .refine((documents) => documents.length > 0, "must not be empty")
      .describe(`Files of the project, at most ${INDEXING.batchMax}.`),
  })
  .meta({
    id: "PutDocuments",
    example: { documents: [{ file_id: "2b3dc1e9-634d-4bd5-b9d7-94a9b4a0662c" }] },
  });

type BatchDocument = z.output<typeof BatchDocument>;

export function toWaiting({
  id,
  file_id: fileId,
  timestamp,
  tags,
  attributes,
}: BatchDocument): WaitingDocument {
  return {
    id: id ?? fileId,
    fileId,
    attributes: attributes ?? null,
    passage: null,
    tags: tags ?? [],
    timestampMs: timestamp ?? null,
  };
}

export const ListDocumentsQuery = z.strictObject({
  ...pageFields(),
  status: z.enum(DOCUMENT_STATUSES).optional(),
  batch_id: z.string().optional().describe("Only what this batch has put, cancelled ones too."),
});

const KnowledgeWire = z
  .strictObject({
    name: z.string(),
    title: z.string().optional(),
    description: z.string().optional(),
    embedding: z.strictObject({ provider_id: z.string(), model_id: z.string() }).optional(),
    document_count: z.int(),
    waiting_count: z.int().describe("Of these, documents that are still to be indexed."),
    failed_count: z.int().describe("Of these, documents that cannot be."),
    passage_count: z.int(),
    created_at: z.int().describe("Unix seconds."),
    expires_at: z
      .int()
      .optional()
      .describe("Unix seconds: unused until then, it is searched no more."),
  })
  .meta({ id: "Knowledge" });

const ErrorWire = z.strictObject({ code: z.string(), message: z.string() });

const DocumentWire = z
  .strictObject({
    id: z.string(),
    file_id: z.string().optional(),
    source_url: z.string().optional(),
    timestamp: z.int().describe("Unix milliseconds."),
    tags: z.array(z.string()),
    attributes: AttributesField,
    status: z.enum(DOCUMENT_STATUSES),
    last_error: ErrorWire.optional().describe("Of one that failed."),
    length: z.int().describe("Characters of the text, as JavaScript counts them."),
    passage_count: z.int(),
    created_at: z.int().describe("Unix seconds."),
    updated_at: z.int().describe("Unix seconds."),
  })
  .meta({ id: "KnowledgeDocument" });

const HitWire = z
  .strictObject({
    document_id: z.string(),
    file_id: z.string().optional(),
    text: z.string().describe("The passage."),
    score: z.number().describe("Higher is better; comparable within one answer only."),
    similarity: z
      .number()
      .optional()
      .describe("0 to 1, of its meaning to the query's; in every answer the same. Needs vectors."),
    offset: z.int().describe("Characters from the start of the document."),
    pages: z
      .array(z.int())
      .optional()
      .describe("Pages of a PDF, slides of a presentation, that the passage has something of."),
    tags: z.array(z.string()),
    attributes: AttributesField,
    source_url: z.string().nullable(),
  })
  .meta({ id: "KnowledgeHit" });

const BatchWire = z
  .strictObject({
    id: z.string(),
    status: z.enum(["waiting", "done", "cancelled"]),
    waiting_count: z.int(),
    indexed_count: z.int(),
    failed_count: z.int(),
    cancelled_count: z.int(),
    created_at: z.int().describe("Unix seconds."),
  })
  .meta({ id: "KnowledgeBatch" });

export const BatchReply = z.strictObject({ batch: BatchWire });

export function presentBatch(batch: DocumentBatch): z.output<typeof BatchWire> {
  return {
    id: batch.id,
    status: batch.isCancelled ? "cancelled" : batch.waitingCount > 0 ? "waiting" : "done",
    waiting_count: batch.waitingCount,
    indexed_count: batch.indexedCount,
    failed_count: batch.failedCount,
    cancelled_count: batch.cancelledCount,
    created_at: toSeconds(batch.createdAtMs),
  };
}

export const KnowledgeReply = z.strictObject({ knowledge: KnowledgeWire });
export const KnowledgeListReply = z.strictObject({ knowledge: z.array(KnowledgeWire) });
export const KnowledgeDeletedReply = z.strictObject({
  message: z.literal("deleted"),
  name: z.string(),
});
export const DocumentReply = z.strictObject({ document: DocumentWire });
export const WholeDocumentReply = z.strictObject({
  document: z.strictObject({ ...DocumentWire.shape, text: z.string() }),
});
export const DocumentListReply = z.strictObject({ documents: z.array(DocumentWire) });
export const DocumentDeletedReply = z.strictObject({
  message: z.literal("deleted"),
  documentId: z.string(),
});
export const SearchReply = z.strictObject({
  hits: z.array(HitWire).describe("Best first."),
  ranked_by: z
    .array(z.enum(["words", "meaning"]))
    .describe("`meaning` is missing where there are no vectors, or their model did not answer."),
});

export function presentKnowledge(knowledge: Knowledge): z.output<typeof KnowledgeWire> {
  const { title, description, embedding } = knowledge;
  const expiresAtMs = expiryOf(knowledge);
  return {
    name: knowledge.name,
    ...(title === null ? {} : { title }),
    ...(description === null ? {} : { description }),
    ...(embedding === null
      ? {}
      : { embedding: { provider_id: embedding.providerId, model_id: embedding.modelId } }),
    document_count: knowledge.documentCount,
    waiting_count: knowledge.waitingCount,
    failed_count: knowledge.failedCount,
    passage_count: knowledge.passageCount,
    created_at: toSeconds(knowledge.createdAtMs),
    ...(expiresAtMs === null ? {} : { expires_at: toSeconds(expiresAtMs) }),
  };
}

export function presentDocument(document: KnowledgeDocument): z.output<typeof DocumentWire> {
  return {
    id: document.id,
    ...(document.fileId === null ? {} : { file_id: document.fileId }),
    ...(document.sourceUrl === null ? {} : { source_url: document.sourceUrl }),
    timestamp: document.timestampMs,
    tags: document.tags,
    attributes: document.attributes ?? {},
    status: document.status,
    ...(document.error === null ? {} : { last_error: document.error }),
    length: document.length,
    passage_count: document.passageCount,
    created_at: toSeconds(document.createdAtMs),
    updated_at: toSeconds(document.updatedAtMs),
  };
}

export function presentHit(hit: KnowledgeHit): z.output<typeof HitWire> {
  return {
    document_id: hit.documentId,
    ...(hit.fileId === null ? {} : { file_id: hit.fileId }),
    text: hit.text,
    score: hit.score,
    ...(hit.similarity === null ? {} : { similarity: hit.similarity }),
    offset: hit.offset,
    ...(hit.pages && { pages: hit.pages }),
    tags: hit.tags,
    attributes: hit.attributes ?? {},
    source_url: hit.sourceUrl,
  };
}
