/** Vector stores as this dialect reads and shows them: each is a knowledge. */
import * as z from "zod";

import { type Knowledge, expiryOf } from "../../../domain/knowledge";
import { INDEXING, KNOWLEDGE } from "../../../limits";
import { toSeconds, toSecondsOrNull } from "../../shared/reply/seconds";
import { MetadataField } from "../../shared/request/fields";
import { MetadataInput, Seconds, deletedOf, listOf, listQuery, optional } from "../fields";
import { FileIdField } from "../file-id";
import { toWireId } from "../ids";
import { ChunkingField } from "./fields";

const ExpiresAfter = z.strictObject({
  anchor: z.literal("last_active_at"),
  days: z.int().min(1).max(365),
});

const NameField = optional(z.string().max(KNOWLEDGE.maxTitleChars)).meta({
  examples: ["Handbook"],
});

export const CreateStoreBody = z.strictObject({
  name: NameField,
  description: optional(z.string().max(KNOWLEDGE.maxDescriptionChars)),
  file_ids: optional(z.array(FileIdField).max(INDEXING.batchMax)),
  expires_after: optional(ExpiresAfter),
  chunking_strategy: optional(ChunkingField).describe("Of `file_ids`."),
  metadata: MetadataInput,
});

export const UpdateStoreBody = z.strictObject({
  name: NameField,
  expires_after: optional(ExpiresAfter).describe("Null: it stays."),
  metadata: MetadataInput,
});

export const ListStoresQuery = listQuery({});

export const FileCountsWire = z.strictObject({
  in_progress: z.int(),
  completed: z.int(),
  failed: z.int(),
  cancelled: z.int(),
  total: z.int(),
});

export const StoreWire = z
  .strictObject({
    id: z.string(),
    object: z.literal("vector_store"),
    created_at: Seconds,
    name: z.string(),
    description: z.string().nullable(),
    usage_bytes: z.int(),
    file_counts: FileCountsWire,
    status: z.enum(["in_progress", "completed", "expired"]),
    expires_after: ExpiresAfter.nullable(),
    expires_at: Seconds.nullable(),
    last_active_at: Seconds.nullable(),
    metadata: MetadataField,
  })
  .meta({ id: "VectorStore" });

export const StoreListWire = listOf(StoreWire);
export const StoreDeletedWire = deletedOf("vector_store.deleted");

export function presentStore(store: Knowledge): z.output<typeof StoreWire> {
  const { documentCount, waitingCount, failedCount, cancelledCount } = store;
  const expiresAtMs = expiryOf(store);
  const isExpired = expiresAtMs !== null && expiresAtMs <= Date.now();
  return {
    id: toWireId("vector_store", store.name),
    object: "vector_store",
    created_at: toSeconds(store.createdAtMs),
    name: store.title ?? store.name,
    description: store.description,
    usage_bytes: store.bytes,
    file_counts: {
      in_progress: waitingCount,
      completed: documentCount - waitingCount - failedCount,
      failed: failedCount,
      cancelled: cancelledCount,
      total: documentCount + cancelledCount,
    },
    status: isExpired ? "expired" : waitingCount > 0 ? "in_progress" : "completed",
    expires_after:
      store.expiresAfterDays === null
        ? null
        : { anchor: "last_active_at", days: store.expiresAfterDays },
    expires_at: toSecondsOrNull(expiresAtMs),
    last_active_at: toSeconds(store.lastActiveAtMs ?? store.createdAtMs),
    metadata: store.metadata ?? {},
  };
}
