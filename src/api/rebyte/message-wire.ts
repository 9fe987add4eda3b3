/** Messages as this dialect reads and writes them. */
import * as z from "zod";

import { newMessageId } from "../../domain/ids";
import { listOf } from "../../domain/list-of";
import {
  type Citation,
  INCOMPLETE_REASONS,
  type Message,
  type NewMessage,
  ROLES,
} from "../../domain/message";
import { LAST_MOMENT_MS } from "../../domain/moment";
import { ACTION, DOCUMENT, FILE, MESSAGE, PAGE } from "../../limits";
import { SECOND_MS } from "../../limits/units";
import { toSeconds } from "../shared/reply/seconds";
import { MetadataField, pageFields } from "../shared/request/fields";

const MessagePartField = z
  .discriminatedUnion("type", [
    z.strictObject({ type: z.literal("text"), text: z.string() }),
    z.strictObject({
      type: z.literal("refusal"),
      refusal: z
        .string()
        .describe(
          "By which a model refused to answer, as its provider marks it; `content` says it too.",
        ),
    }),
    z.strictObject({
      type: z.literal("image_url"),
      url: z.string(),
      detail: z.string().optional(),
    }),
    z.strictObject({
      type: z.literal("blob"),
      mime_type: z.string(),
      url: z.string().describe("Base64."),
    }),
    z.strictObject({
      type: z.literal("image_file"),
      file_id: z.string().describe("An image among the project's files: models are shown it."),
      detail: z.string().optional(),
    }),
    z.strictObject({
      type: z.literal("file"),
      id: z.string(),
      name: z.string().max(FILE.maxNameChars).optional(),
    }),
    z.strictObject({ type: z.literal("link"), url: z.string(), title: z.string().optional() }),
    z.strictObject({
      type: z.literal("table"),
      name: z.string(),
      columns: listOf(z.string(), DOCUMENT.maxColumns),
      data: listOf(z.array(z.unknown()), ACTION.dataMaxRows),
    }),
  ])
  .meta({ id: "MessagePart" });

/** One published sample misspells the role; it runs as printed. */
const RoleField = z
  .preprocess((role) => (role === "asistant" ? "assistant" : role), z.enum(ROLES))
  .describe("`asistant`, as one published sample spells it, is taken for `assistant`.");

const encoder = new TextEncoder();

const ContentField = z
  .string()
  .meta({ example: "What does Bobbin keep?" })
  .refine((content) => encoder.encode(content).byteLength <= MESSAGE.contentMaxBytes, {
    message: `must be at most ${MESSAGE.contentMaxBytes} bytes of UTF-8`,
  })
  .describe(`At most ${MESSAGE.contentMaxBytes} bytes of UTF-8.`);

const MESSAGE_SHAPE = {
  role: RoleField,
  content: ContentField,
  file_ids: z.array(z.string()).max(MESSAGE.maxFiles).optional(),
  metadata: MetadataField.optional(),
  parts: listOf(MessagePartField, MESSAGE.maxParts).optional(),
};

const SAYS_NOTHING = {
  path: ["content"],
  message: "must not be empty where the message has neither files nor parts",
};

const LAST_MOMENT = Math.floor(LAST_MOMENT_MS / SECOND_MS);

/** When something was made that is told of later. */
export const PastTimeField = z
  .int()
  .min(0)
  .refine((seconds) => seconds <= LAST_MOMENT, "must be Unix seconds, not milliseconds")
  .meta({ maximum: LAST_MOMENT })
  .describe("Unix seconds; now, where it is left out. For keys alone.");

export const MessageBody = z
  .strictObject({
    ...MESSAGE_SHAPE,
    author: z
      .string()
      .min(1)
      .max(MESSAGE.maxAuthorChars)
      .optional()
      .describe("Who wrote it, by name, where it was written elsewhere. For keys alone."),
    created_at: PastTimeField.optional(),
  })
  .refine(saysSomething, SAYS_NOTHING);

/** The same inside an input, where other fields are the tool's own affair. */
export const InputMessage = z.object(MESSAGE_SHAPE).refine(saysSomething, SAYS_NOTHING);

interface MayBeEmpty {
  content: string;
  file_ids?: string[] | undefined;
  parts?: unknown[] | undefined;
}

/** Models refuse a message without a word, and a thread that holds one is answered no more. */
function saysSomething({ content, file_ids = [], parts = [] }: MayBeEmpty): boolean {
  return content.trim() !== "" || file_ids.length > 0 || parts.length > 0;
}

/** The domain's form of a message that a caller gives; its id is fixed here, before any write. */
export function toNewMessage({
  author,
  created_at: createdAt,
  ...body
}: z.output<typeof MessageBody>): NewMessage {
  return {
    id: newMessageId(),
    role: body.role,
    content: body.content,
    fileIds: [...new Set(body.file_ids)],
    metadata: body.metadata ?? null,
    parts: body.parts ?? null,
    ...(author !== undefined && { author }),
    ...(createdAt !== undefined && { createdAtMs: createdAt * SECOND_MS }),
  };
}

/** The published sample sends the message's role and content along; they change nothing. */
export const UpdateMessageBody = z.strictObject({
  role: z.unknown().optional().describe("Ignored."),
  content: z.unknown().optional().describe("Ignored: a message's content never changes."),
  metadata: MetadataField.describe("Replaces the whole of it."),
});

/** Words to be found in messages. */
export const TextQueryField = z
  .string()
  .min(1)
  .max(MESSAGE.maxQueryChars)
  .describe("Words, all of which one message has; in any language, whatever case and accents.");

export const ListMessagesQuery = z.strictObject({
  ...pageFields(),
  q: TextQueryField.optional(),
  superseded: z
    .enum(["0", "1"])
    .default("0")
    .describe("`1`: messages too whose place another turn has taken."),
});

const CitationWire = z
  .strictObject({
    mark: z.string().describe("As it stands in `content`."),
    start: z.int().describe("Unicode code points of `content` before the mark."),
    end: z.int(),
    document_id: z.string(),
    file_id: z.string().optional(),
    title: z.string(),
    quote: z.string().describe("The passage itself."),
    pages: z
      .array(z.int())
      .optional()
      .describe("Pages of a PDF, slides of a presentation, that the passage has something of."),
  })
  .meta({ id: "Citation" });

export const MessageWire = z
  .strictObject({
    id: z.string(),
    created_at: z.int().describe("Unix seconds."),
    thread_id: z.string(),
    role: z.enum(ROLES),
    content: z.string(),
    file_ids: z.array(z.string()).optional(),
    parts: z.array(MessagePartField).optional(),
    metadata: MetadataField.optional(),
    agent_id: z.string().optional().describe("The tool whose run wrote it."),
    name: z.string().optional().describe("That tool's name."),
    run_id: z.string().optional(),
    author: z
      .string()
      .optional()
      .describe("Who wrote it, by name, where it was imported from elsewhere."),
    citations: z
      .array(CitationWire)
      .optional()
      .describe("Passages of knowledge that the model's text quotes."),
    incomplete: z
      .enum(INCOMPLETE_REASONS)
      .optional()
      .describe("Why the run's text is not all that it was to be."),
  })
  .meta({
    id: "Message",
    example: {
      id: "W_DPv1bwUQ50PC52f44Uo",
      created_at: 1710415825,
      thread_id: "p_DFiNmczwUWZjcl47U9X",
      role: "user",
      content: "How does AI work? Explain it in simple terms.",
    },
  });

export const MessageListWire = z.strictObject({
  list: z.array(MessageWire),
  has_more: z
    .literal(true)
    .optional()
    .describe(
      `The page ends before its \`limit\`, because its messages hold ${PAGE.maxBytes} bytes: go on ` +
        "behind its last message by `after`, or before its first by `before`.",
    ),
});

export const MessageDeletedWire = z.strictObject({
  message: z.literal("deleted"),
  messageId: z.string(),
});

export function presentMessage(message: Message): z.output<typeof MessageWire> {
  return {
    id: message.id,
    created_at: toSeconds(message.createdAtMs),
    thread_id: message.threadId,
    role: message.role,
    content: message.content,
    ...(message.fileIds.length === 0 ? {} : { file_ids: message.fileIds }),
    ...(message.parts === null ? {} : { parts: message.parts }),
    ...(message.metadata === null ? {} : { metadata: message.metadata }),
    ...(message.writtenBy === null
      ? {}
      : {
          agent_id: message.writtenBy.toolId,
          name: message.writtenBy.toolName,
          run_id: message.writtenBy.runId,
        }),
    ...(message.author === null ? {} : { author: message.author }),
    ...(message.citations ? { citations: message.citations.map(presentCitation) } : {}),
    ...(message.incompleteReason === null ? {} : { incomplete: message.incompleteReason }),
  };
}

function presentCitation(citation: Citation): z.output<typeof CitationWire> {
  const { mark, start, end, documentId, fileId, title, quote, pages } = citation;
  const file = fileId === null ? {} : { file_id: fileId };
  return {
    mark,
    start,
    end,
    document_id: documentId,
    ...file,
    title,
    quote,
    ...(pages && { pages }),
  };
}
