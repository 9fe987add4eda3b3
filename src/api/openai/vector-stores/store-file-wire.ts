/** Files of vector stores, and batches of them, as this dialect reads and shows them. */
import * as z from "zod";

import type { DocumentBatch, DocumentStatus, KnowledgeDocument } from "../../../domain/knowledge";
import { INDEXING } from "../../../limits";
import type { WaitingDocument } from "../../../store/knowledge/document-work";
import { toSeconds } from "../../shared/reply/seconds";
import { AttributesField } from "../../shared/request/attributes";
import { Seconds, deletedOf, listOf, listQuery, optional } from "../fields";
import { FileIdField } from "../file-id";
import { toWireId } from "../ids";
import {
  ChunkingField,
  ChunkingWire,
  StoreFileFields,
  presentChunking,
  toDocument,
} from "./fields";
import { FileCountsWire } from "./store-wire";

const EXAMPLE_FILE = "file-2b3dc1e9-634d-4bd5-b9d7-94a9b4a0662c";

export const AddFileBody = z.strictObject(StoreFileFields);

export const UpdateFileBody = z.strictObject({
  attributes: AttributesField.nullable().describe("Replaces all of them; null takes them away."),
});

const STATUSES = ["in_progress", "completed", "failed", "cancelled"] as const;
const STATUS_OF: Record<DocumentStatus, (typeof STATUSES)[number]> = {
  waiting: "in_progress",
  indexed: "completed",
  failed: "failed",
  cancelled: "cancelled",
};
const OWN_STATUS: Record<(typeof STATUSES)[number], DocumentStatus> = {
  in_progress: "waiting",
  completed: "indexed",
  failed: "failed",
  cancelled: "cancelled",
};

export const ListStoreFilesQuery = listQuery({
  filter: z.enum(STATUSES).optional().describe("Only files of this status."),
});

export function statusOf(filter: (typeof STATUSES)[number] | undefined) {
  return filter === undefined ? undefined : OWN_STATUS[filter];
}

const ErrorWire = z.strictObject({
  code: z.enum(["unsupported_file", "invalid_file", "server_error"]),
  message: z.string(),
});

export const StoreFileWire = z
  .strictObject({
    id: z.string(),
    object: z.literal("vector_store.file"),
    created_at: Seconds,
    vector_store_id: z.string(),
    status: z.enum(STATUSES),
    last_error: ErrorWire.nullable(),
    usage_bytes: z.int(),
    attributes: AttributesField,
    chunking_strategy: ChunkingWire,
  })
  .meta({ id: "VectorStoreFile" });

export const StoreFileListWire = listOf(StoreFileWire);
export const StoreFileDeletedWire = deletedOf("vector_store.file.deleted");

export const ContentPageWire = z.strictObject({
  object: z.literal("vector_store.file_content.page"),
  data: z.array(z.strictObject({ type: z.literal("text"), text: z.string() })),
  has_more: z.literal(false),
});

export function presentStoreFile(
  store: string,
  document: KnowledgeDocument,
): z.output<typeof StoreFileWire> {
  const { error } = document;
  return {
    id: toWireId("file", document.id),
    object: "vector_store.file",
    created_at: toSeconds(document.createdAtMs),
    vector_store_id: toWireId("vector_store", store),
    status: STATUS_OF[document.status],
    last_error: error === null ? null : { code: errorCode(error.code), message: error.message },
    usage_bytes: document.bytes,
    attributes: document.attributes ?? {},
    chunking_strategy: presentChunking(document.passage),
  };
}

/** What a reader of documents says of a file that it cannot read. */
const INVALID = new Set([
  "file_encrypted",
  "file_damaged",
  "file_empty",
  "file_no_text",
  "file_too_large",
  "zip_bomb",
]);

function errorCode(code: string): z.output<typeof ErrorWire>["code"] {
  if (code === "file_unsupported") {
    return "unsupported_file";
  }
  return INVALID.has(code) ? "invalid_file" : "server_error";
}

const { batchMax } = INDEXING;

export const CreateBatchBody = z
  .strictObject({
    file_ids: optional(z.array(FileIdField).min(1).max(batchMax)),
    files: optional(z.array(AddFileBody).min(1).max(batchMax)),
    attributes: optional(AttributesField).describe("Of all of `file_ids`."),
    chunking_strategy: optional(ChunkingField).describe("Of all of `file_ids`."),
  })
  .refine(({ file_ids: ids, files }) => Boolean(ids) !== Boolean(files), {
    message: "is needed, or `files`, and not both",
    path: ["file_ids"],
  })
  .refine((body) => !body.files || (!body.attributes && !body.chunking_strategy), {
    message: "is said by each of `files` itself",
    path: ["attributes"],
  })
  .meta({ id: "CreateFileBatch", example: { file_ids: [EXAMPLE_FILE] } });

export function toDocuments(body: z.output<typeof CreateBatchBody>): WaitingDocument[] {
  const { file_ids: ids, files, attributes, chunking_strategy } = body;
  const given = files ?? (ids ?? []).map((id) => ({ file_id: id, attributes, chunking_strategy }));
  return given.map(toDocument);
}

export const BatchWire = z
  .strictObject({
    id: z.string(),
    object: z.literal("vector_store.files_batch"),
    created_at: Seconds,
    vector_store_id: z.string(),
    status: z.enum(STATUSES),
    file_counts: FileCountsWire,
  })
  .meta({ id: "VectorStoreFileBatch" });

export function presentBatch(store: string, batch: DocumentBatch): z.output<typeof BatchWire> {
  const { waitingCount, indexedCount, failedCount, cancelledCount } = batch;
  return {
    id: toWireId("batch", batch.id),
    object: "vector_store.files_batch",
    created_at: toSeconds(batch.createdAtMs),
    vector_store_id: toWireId("vector_store", store),
    status: batch.isCancelled ? "cancelled" : waitingCount > 0 ? "in_progress" : "completed",
    file_counts: {
      in_progress: waitingCount,
      completed: indexedCount,
      failed: failedCount,
      cancelled: cancelledCount,
      total: waitingCount + indexedCount + failedCount + cancelledCount,
    },
  };
}
