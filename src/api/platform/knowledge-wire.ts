/** Knowledge bases and their documents as this dialect reads and writes them. */
import * as z from "zod";

import {
  KNOWLEDGE_NAME,
  type Knowledge,
  type KnowledgeDocument,
  type KnowledgeHit,
} from "../../domain/knowledge";
import { KNOWLEDGE } from "../../knowledge-limits";
import { EMBEDDING_PROVIDERS } from "../../knowledge/embeddings";
import type { DocumentSource } from "../../knowledge/read-source";
import { ACTION } from "../../limits";
import { toSeconds } from "../shared/reply/seconds";
import { pageFields } from "../shared/request/fields";

const NAME_RULE = "must be 1 to 128 letters, digits, dots, dashes or underscores";

/** Also the rule of documents' ids, which stand in paths. */
export const NameField = z.string().regex(KNOWLEDGE_NAME, NAME_RULE);

const EmbeddingField = z.strictObject({
  provider_id: z.enum(EMBEDDING_PROVIDERS),
  model_id: z.string().min(1).max(KNOWLEDGE.maxModelIdChars),
});

const TagField = z.string().min(1).max(KNOWLEDGE.maxTagChars);
const TagsField = z.array(TagField).max(KNOWLEDGE.maxTags);

/** JavaScript's own range of times. */
const TimestampField = z.int().min(0).max(8_640_000_000_000_000);

export const CreateKnowledgeBody = z
  .strictObject({
    name: NameField.describe("Unique in the project; stands in the paths of its calls."),
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

export const ListDocumentsQuery = z.strictObject(pageFields());

const KnowledgeWire = z
  .strictObject({
    name: z.string(),
    description: z.string().optional(),
    embedding: z.strictObject({ provider_id: z.string(), model_id: z.string() }).optional(),
    document_count: z.int(),
    passage_count: z.int(),
    created_at: z.int().describe("Unix seconds."),
  })
  .meta({ id: "Knowledge" });

const DocumentWire = z
  .strictObject({
    id: z.string(),
    file_id: z.string().optional(),
    source_url: z.string().optional(),
    timestamp: z.int().describe("Unix milliseconds."),
    tags: z.array(z.string()),
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
    offset: z.int().describe("Characters from the start of the document."),
    tags: z.array(z.string()),
    source_url: z.string().nullable(),
  })
  .meta({ id: "KnowledgeHit" });

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
  const { description, embedding } = knowledge;
  return {
    name: knowledge.name,
    ...(description === null ? {} : { description }),
    ...(embedding === null
      ? {}
      : { embedding: { provider_id: embedding.providerId, model_id: embedding.modelId } }),
    document_count: knowledge.documentCount,
    passage_count: knowledge.passageCount,
    created_at: toSeconds(knowledge.createdAtMs),
  };
}

export function presentDocument(document: KnowledgeDocument): z.output<typeof DocumentWire> {
  return {
    id: document.id,
    ...(document.fileId === null ? {} : { file_id: document.fileId }),
    ...(document.sourceUrl === null ? {} : { source_url: document.sourceUrl }),
    timestamp: document.timestampMs,
    tags: document.tags,
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
    offset: hit.offset,
    tags: hit.tags,
    source_url: hit.sourceUrl,
  };
}
