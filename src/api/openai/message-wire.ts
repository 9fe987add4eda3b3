/** Messages as this dialect reads and writes them. */
import * as z from "zod";

import { type IncompleteReason, type Message, type NewMessage, ROLES } from "../../domain/message";
import { MESSAGE } from "../../limits";
import { toSeconds } from "../shared/reply/seconds";
import { MetadataField } from "../shared/request/fields";
import { NO_CODE_FILES } from "./code-interpreter";
import { ContentField, ContentWire, attachedIn, presentContent } from "./content-wire";
import { MetadataInput, Seconds, deletedOf, listOf, listQuery, optional } from "./fields";
import { FileIdField } from "./file-id";
import { newWireId, toWireId } from "./ids";

const AttachmentTool = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("file_search") }),
  z
    .strictObject({ type: z.literal("code_interpreter") })
    .refine(() => false, { ...NO_CODE_FILES, path: ["type"] }),
]);

const AttachmentField = z.strictObject({
  file_id: FileIdField,
  tools: z.array(AttachmentTool).min(1).max(2),
});

export const MessageBody = z.strictObject({
  role: z.enum(["user", "assistant"]),
  content: ContentField,
  attachments: optional(z.array(AttachmentField).max(MESSAGE.maxFiles)).describe(
    "Files for `file_search`: they are indexed into a store of the thread's own.",
  ),
  metadata: MetadataInput,
});

export const CreateMessageBody = MessageBody.extend({
  on_conflict: optional(z.enum(["queue", "reject"])).describe(
    "Bobbin's: `reject` refuses it while a run of the thread has not ended; `X-Bobbin-On-Conflict` does as well.",
  ),
});

export const UpdateMessageBody = z.strictObject({
  metadata: MetadataInput.describe("Replaces the whole of it; null takes it away."),
});

/** Words to be found in messages. */
export const TextQueryField = z
  .string()
  .min(1)
  .max(MESSAGE.maxQueryChars)
  .describe("Bobbin's: words, all of which one message has.");

export const ListMessagesQuery = listQuery({
  run_id: z.string().optional().describe("Only what this run wrote."),
  q: TextQueryField.optional(),
});

/** The message as the core has it; its id is fixed here, before any write. */
export function toNewMessage(body: z.output<typeof MessageBody>): NewMessage {
  const attachments = (body.attachments ?? []).map(({ file_id: fileId, tools }) => ({
    fileId,
    tools: tools.map(({ type }) => type),
  }));
  return {
    id: newWireId(),
    role: body.role,
    ...body.content,
    fileIds: [...new Set(attachments.map(({ fileId }) => fileId))],
    attachments: attachments.length === 0 ? null : attachments,
    metadata: body.metadata ?? null,
  };
}

export const MessageWire = z
  .strictObject({
    id: z.string(),
    object: z.literal("thread.message"),
    created_at: Seconds,
    thread_id: z.string(),
    status: z.enum(["in_progress", "incomplete", "completed"]),
    incomplete_details: z.strictObject({ reason: z.string() }).nullable(),
    completed_at: Seconds.nullable(),
    incomplete_at: Seconds.nullable(),
    role: z.enum(ROLES),
    content: z.array(ContentWire),
    assistant_id: z.string().nullable(),
    run_id: z.string().nullable(),
    attachments: z.array(
      z.strictObject({
        file_id: z.string(),
        tools: z.array(z.strictObject({ type: z.string() })),
      }),
    ),
    metadata: MetadataField,
  })
  .meta({
    id: "AssistantsMessage",
    example: {
      id: "msg_W9DPv1bwUQ50PC52f44Uoxyz",
      object: "thread.message",
      created_at: 1_710_415_825,
      thread_id: "thread_V1StGXR8Z5jdHi6BmyTabcd1",
      status: "completed",
      incomplete_details: null,
      completed_at: 1_710_415_825,
      incomplete_at: null,
      role: "user",
      content: [{ type: "text", text: { value: "How does AI work?", annotations: [] } }],
      assistant_id: null,
      run_id: null,
      attachments: [],
      metadata: {},
    },
  });

export const MessageListWire = listOf(MessageWire);
export const MessageDeletedWire = deletedOf("thread.message.deleted");

const REASONS: Record<IncompleteReason, string> = {
  cancelled: "run_cancelled",
  expired: "run_expired",
  failed: "run_failed",
  max_tokens: "max_tokens",
  content_filter: "content_filter",
};

/** @param reason Null of a message that is complete. */
export function incompleteDetails(reason: IncompleteReason | null) {
  return reason === null ? null : { reason: REASONS[reason] };
}

export function presentMessage(message: Message): z.output<typeof MessageWire> {
  const { incomplete, writtenBy } = message;
  const createdAt = toSeconds(message.createdAtMs);
  const endedAt = toSeconds(message.endedAtMs ?? message.createdAtMs);
  // Messages of before there were reasons had been cut off by a stop.
  const reason = message.incompleteReason ?? (incomplete ? "cancelled" : null);
  return {
    id: toWireId("message", message.id),
    object: "thread.message",
    created_at: createdAt,
    thread_id: toWireId("thread", message.threadId),
    status: incomplete ? "incomplete" : "completed",
    incomplete_details: incompleteDetails(reason),
    completed_at: incomplete ? null : endedAt,
    incomplete_at: incomplete ? endedAt : null,
    role: message.role,
    content: presentContent(message),
    assistant_id: writtenBy && toWireId("assistant", writtenBy.toolId),
    run_id: writtenBy && toWireId("run", writtenBy.runId),
    attachments: presentAttachments(message),
    metadata: message.metadata ?? {},
  };
}

/** Of files that came by another dialect no tool is known. */
function presentAttachments({ attachments, fileIds, parts }: Message) {
  const known = attachments ?? [];
  const named = new Set(known.map(({ fileId }) => fileId));
  const others = [...fileIds, ...attachedIn(parts)].filter((id) => !named.has(id));
  return [...known, ...others.map((fileId) => ({ fileId, tools: [] as string[] }))].map(
    ({ fileId, tools }) => ({
      file_id: toWireId("file", fileId),
      tools: tools.map((type) => ({ type })),
    }),
  );
}
