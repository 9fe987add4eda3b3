import type {
  Attachment,
  Citation,
  IncompleteReason,
  MessagePart,
  Role,
} from "../../domain/message";
import type { Metadata } from "../../domain/metadata";
import { METADATA, OBJECTS, STRINGS, TYPED_OBJECTS } from "../sql/shapes";
import { type RowOf, boolean, group, integer, json, nullable, table, text } from "../sql/table";

/** Beside these a row has its project and its place in the order of messages. */
export const MESSAGES = table("messages", {
  id: text("id"),
  clientId: nullable(text("client_id")),
  threadId: text("thread_id"),
  role: text<Role>("role"),
  content: text("content"),
  fileIds: json<string[]>("file_ids", STRINGS),
  metadata: nullable(json<Metadata>("metadata", METADATA)),
  parts: nullable(json<MessagePart[]>("parts", TYPED_OBJECTS)),
  createdAtMs: integer("created_at_ms"),
  writtenBy: group({
    toolId: text("tool_id"),
    toolName: text("tool_name"),
    runId: text("run_id"),
  }),
  incomplete: boolean("incomplete"),
  incompleteReason: nullable(text<IncompleteReason>("incomplete_reason")),
  endedAtMs: nullable(integer("ended_at_ms")),
  attachments: nullable(json<Attachment[]>("attachments", OBJECTS)),
  citations: nullable(json<Citation[]>("citations", OBJECTS)),
  author: nullable(text("author")),
  supersededBy: nullable(text("superseded_by")),
});

/** SQL of the bytes of what a message says; SQLite knows them without reading it. */
export const MESSAGE_BYTES = "octet_length(content) + coalesce(octet_length(parts), 0)";

/** SQL true of a row of `messages` that belongs to its thread still: see `Message.supersededBy`. */
export const IS_CURRENT = "superseded_by IS NULL";

export type MessageRow = RowOf<typeof MESSAGES>;
