/** What a chat's page sends. */
import * as z from "zod";

import { isJsonObject } from "../../domain/json";
import { anyObject, listOf, recordOf } from "../../domain/list-of";
import { ROLES } from "../../domain/message";
import { CONFLICT_RULES, RUN_STATUSES } from "../../domain/run";
import { ACTION, CHAT, MESSAGE, PAGE, RUN, WAIT } from "../../limits";
import { SECOND_MS } from "../../limits/units";
import { MetadataField, queryInteger, queryIntegerOr } from "../shared/request/fields";
import type { StreamSettings } from "./encoder/chunks";

const flag = (description: string, fallback: "0" | "1") =>
  z.enum(["0", "1"]).default(fallback).describe(description);

/** What a page understands, in the query of each of its calls. */
export const SETTINGS = {
  parts: z
    .enum(["5", "6", "7"])
    .default("5")
    .describe("The major of `ai` that reads: 5 is read by all of them."),
  reasoning: flag("`0`: what a model thinks is not told.", "1"),
  sources: flag("`0`: what knowledge an answer had is not told.", "1"),
  metadata: flag("`0`: for a page whose schema of metadata is strict.", "1"),
  actions: flag("`1`: what the tool's actions did stays with the message.", "0"),
};

const Id = z.string().min(1).max(CHAT.idMaxChars);

const WaitSeconds = queryInteger({ min: 0, max: WAIT.maxMs / SECOND_MS });

/** The SDK's transports give the query of their `api` to each of their calls. */
export const TurnQuery = z.strictObject({
  ...SETTINGS,
  wait: WaitSeconds.optional().describe("For the stream, whose address has the same query."),
});

export function settingsOf(query: Omit<z.output<typeof TurnQuery>, "wait">): StreamSettings {
  return {
    parts: query.parts === "5" ? 5 : query.parts === "6" ? 6 : 7,
    reasoning: query.reasoning === "1",
    sources: query.sources === "1",
    metadata: query.metadata === "1",
    actions: query.actions === "1",
  };
}

export const StreamQuery = z.strictObject({
  ...SETTINGS,
  after: queryInteger({ min: 0 })
    .default(0)
    .describe("The last chunk that the page has; `Last-Event-ID` goes before it."),
  wait: WaitSeconds.default(0).describe(
    "Seconds to wait for the next run, where none is at work. The stream begins with `data-bobbin-message`: the message that the run answers.",
  ),
  seen: Id.optional().describe(
    "Who waits: the last run whose answer the page has. Another one that has just ended is told then, and does not get lost between two calls.",
  ),
});

export const StopBody = z.strictObject({
  runId: Id.nullish()
    .describe("Nothing else is stopped.")
    .meta({ examples: ["5f0c3e9a1b7d4286"] }),
  activeStreamId: Id.nullish().describe("The same."),
  assistantMessage: z
    .unknown()
    .optional()
    .describe("Not needed: the run keeps the text that it has told."),
});

export const StopReply = z.strictObject({
  success: z.literal(true),
  runId: z.string().nullable(),
  status: z.enum(RUN_STATUSES).nullable(),
});

export const MessagesQuery = z.strictObject({
  ...SETTINGS,
  limit: queryIntegerOr(CHAT.defaultMessages, { min: 1, max: CHAT.maxMessages }).describe(
    "The newest ones.",
  ),
  before: z.string().optional().describe("What the last page said as `before`."),
});

const UiMessageWire = z
  .strictObject({
    id: z.string(),
    role: z.enum(ROLES),
    metadata: z.record(z.string(), z.unknown()),
    parts: z.array(z.looseObject({ type: z.string() })),
  })
  .meta({ id: "UIMessageOfChat", description: "As `useChat` takes it in `messages`." });

export const MessagesReply = z.strictObject({
  messages: z.array(UiMessageWire).describe("Oldest first."),
  activeStreamId: z.string().nullable().describe("The run at work or waiting."),
  before: z.string().nullable(),
});

export const ListChatsQuery = z.strictObject({
  ...SETTINGS,
  limit: queryIntegerOr(PAGE.defaultItems, { min: 1, max: PAGE.maxItems }),
  after: z.string().optional().describe("What the last page said as `after`."),
});

const ChatWire = z.strictObject({
  id: z.string(),
  threadId: z.string(),
  title: z.string().nullable(),
  createdAt: z.string(),
  updatedAt: z.string(),
  metadata: MetadataField.optional(),
  activeStreamId: z.string().nullable(),
});

export const ListChatsReply = z.strictObject({
  chats: z.array(ChatWire).describe("Newest first."),
  after: z.string().nullable(),
});

export const ChatDeletedReply = z.strictObject({
  success: z.literal(true),
  id: z.string(),
  threadId: z.string(),
});

const UserPart = z.discriminatedUnion("type", [
  z.object({ type: z.literal("text"), text: z.string() }),
  z.object({
    type: z.literal("file"),
    mediaType: z.string().max(ACTION.urlMaxChars).meta({ example: "text/plain" }),
    filename: z.string().optional(),
    url: z.string().meta({ example: "data:text/plain;base64,SGVsbG8=" }),
  }),
]);

/** A page sends back what it has loaded, with what is told there of the message. */
function withoutOwn(metadata: unknown): unknown {
  if (!isJsonObject(metadata) || !("bobbin" in metadata)) {
    return metadata;
  }
  const { bobbin: _bobbin, ...own } = metadata;
  return Object.keys(own).length === 0 ? null : own;
}

export const UserMessage = z
  .object({
    id: Id,
    role: z.literal("user"),
    parts: listOf(UserPart, MESSAGE.maxParts),
    metadata: z.preprocess(withoutOwn, MetadataField.nullish()),
  })
  .meta({
    id: "UIMessage",
    description: "A user's message: its parts are texts and files.",
    example: {
      id: "msg-1",
      role: "user",
      parts: [{ type: "text", text: "What does Bobbin keep?" }],
    },
  });
export type UserMessage = z.output<typeof UserMessage>;

/** What the page says of a call; the parts that say nothing of one are not read. */
const CallPart = z.discriminatedUnion("state", [
  z.object({
    type: z.string(),
    toolCallId: Id,
    state: z.literal("output-available"),
    output: z.unknown(),
    providerExecuted: z.boolean().optional(),
  }),
  z.object({
    type: z.string(),
    toolCallId: Id,
    state: z.literal("output-error"),
    errorText: z.string(),
    providerExecuted: z.boolean().optional(),
  }),
]);

/** The assistant's message with what its page has answered. */
export const AnsweredMessage = z.object({
  id: Id,
  role: z.literal("assistant"),
  parts: z
    .array(z.unknown())
    .transform((parts) => parts.filter(isAnswered))
    .pipe(listOf(CallPart, RUN.maxCells)),
});

/** The other parts are most of them, and cost nothing. */
function isAnswered(part: unknown): boolean {
  return (
    isJsonObject(part) &&
    typeof part["toolCallId"] === "string" &&
    (part["state"] === "output-available" ||
      (part["state"] === "output-error" && typeof part["errorText"] === "string")) &&
    part["providerExecuted"] !== true
  );
}

/** Bobbin's own words, among the fields of an app's. */
const Own = z.strictObject({
  on_conflict: z.enum(CONFLICT_RULES).optional(),
  version: z.union([z.int().min(1), z.enum(["latest", "live"])]).optional(),
  config: recordOf(z.string(), anyObject()).optional(),
  deadline_seconds: z
    .int()
    .min(1)
    .max(RUN.maxDeadlineMs / SECOND_MS)
    .optional(),
});

export const TurnBody = z
  .looseObject({
    id: Id.describe("The chat."),
    messages: z
      .array(z.unknown())
      .optional()
      .describe("The last one is read; what is on the thread is the chat.")
      .meta({ document: z.array(UserMessage) }),
    message: z
      .unknown()
      .optional()
      .describe("Instead of `messages`: the last one alone.")
      .meta({ document: UserMessage }),
    trigger: z.enum(["submit-message", "regenerate-message"]).default("submit-message"),
    messageId: Id.nullish().describe(
      "Of the message that is edited, or the answer that is not liked.",
    ),
    bobbin: Own.optional(),
  })
  .describe("Other fields are the `body` of the tool's input.")
  .meta({
    id: "ChatTurn",
    example: {
      id: "chat-1",
      messages: [
        {
          id: "msg-1",
          role: "user",
          parts: [{ type: "text", text: "What does Bobbin keep?" }],
        },
      ],
      trigger: "submit-message",
    },
  });
export type TurnBody = z.output<typeof TurnBody>;
