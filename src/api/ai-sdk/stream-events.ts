/**
 * The chunks of this dialect's streams, for the document and for `docs/guide/streams.md`: each with when it
 * comes and an example. `encoder/` makes them.
 */
import * as z from "zod";

import { ROLES } from "../../domain/message";
import { RUN_STATUSES } from "../../domain/run";

interface Shape {
  when: string;
  fields?: z.ZodRawShape;
  example?: object;
}

const chunk = (type: string, { when, fields = {}, example = {} }: Shape) =>
  z
    .strictObject({ type: z.literal(type), ...fields })
    .meta({ id: `Chunk-${type}`, description: when, example: { type, ...example } });

const id = z.string();
const toolCallId = z.string();
const toolName = z.string();
const transient = z.literal(true);
const about = z.looseObject({ bobbin: z.looseObject({}) });
const providerExecuted = z
  .literal(true)
  .optional()
  .describe("The project's own: the page answers nothing.");
const providerMetadata = z.looseObject({}).optional().describe("`bobbin`: the passages.");

const CHUNKS = [
  chunk("data-bobbin", {
    when: "How the run stands: as it is accepted, queued, failed or past its deadline. Not kept in the message.",
    fields: {
      data: z.strictObject({
        runId: z.string().optional(),
        threadId: z.string().nullable().optional(),
        status: z.enum(RUN_STATUSES),
        passedOver: z.int().optional().describe("Messages that were sent and are not the last."),
        error: z.strictObject({ code: z.string(), message: z.string() }).nullable().optional(),
      }),
      transient,
    },
    example: {
      data: { runId: "2c24f0", threadId: "chat-1", status: "running" },
      transient: true,
    },
  }),
  chunk("data-bobbin-message", {
    when: "The first of a stream that was waited for (`?wait=`): the message that is answered.",
    fields: {
      data: z.looseObject({
        id,
        role: z.enum(ROLES),
        parts: z.array(z.looseObject({ type: z.string() })),
      }),
      transient,
    },
    example: {
      data: { id: "msg-1", role: "user", metadata: {}, parts: [{ type: "text", text: "Hi" }] },
      transient: true,
    },
  }),
  chunk("start", {
    when: "The message that answers begins; behind a wait for outputs it goes on, under the same id.",
    fields: { messageId: z.string(), messageMetadata: about.optional() },
    example: {
      messageId: "LCRL998Su5MCU1n4bkux6",
      messageMetadata: {
        bobbin: {
          runId: "2c24f0",
          toolId: "7f3a9c0d5e1b2a4c6d8e",
          version: 1,
          createdAt: "2026-11-29T20:29:17.504Z",
        },
      },
    },
  }),
  chunk("data-bobbin-action", {
    when: "An action of the tool begins or has ended; kept in the message with `?actions=1`.",
    fields: {
      id,
      data: z.strictObject({
        name: z.string(),
        type: z.string(),
        status: z.enum(["running", "succeeded", "failed"]),
        durationMs: z.number().optional(),
        error: z.string().nullable().optional(),
      }),
      transient: transient.optional(),
    },
    example: {
      id: "MODEL_CALL",
      data: { name: "MODEL_CALL", type: "chat", status: "running" },
      transient: true,
    },
  }),
  chunk("start-step", { when: "A reply of the model that answers begins." }),
  chunk("finish-step", { when: "That reply, and what it called, is over." }),
  chunk("text-start", { when: "Its text begins.", fields: { id }, example: { id: "t1" } }),
  chunk("text-delta", {
    when: "More of its text.",
    fields: { id, delta: z.string() },
    example: { id: "t1", delta: " am" },
  }),
  chunk("text-end", { when: "Its text is whole.", fields: { id }, example: { id: "t1" } }),
  chunk("reasoning-start", {
    when: "What the model thinks begins; not with `?reasoning=0`.",
    fields: { id },
    example: { id: "r1" },
  }),
  chunk("reasoning-delta", {
    when: "More of it.",
    fields: { id, delta: z.string() },
    example: { id: "r1", delta: "The user greets." },
  }),
  chunk("reasoning-end", { when: "It is whole.", fields: { id }, example: { id: "r1" } }),
  chunk("tool-input-start", {
    when: "A call of a function begins.",
    fields: { toolCallId, toolName, providerExecuted },
    example: { toolCallId: "call_1", toolName: "get_weather" },
  }),
  chunk("tool-input-delta", {
    when: "More of its arguments, as text.",
    fields: { toolCallId, inputTextDelta: z.string(), providerExecuted },
    example: { toolCallId: "call_1", inputTextDelta: '{"city":' },
  }),
  chunk("tool-input-available", {
    when: "Its arguments are whole; a function of the client's is to be answered now.",
    fields: { toolCallId, toolName, input: z.unknown(), providerExecuted },
    example: { toolCallId: "call_1", toolName: "get_weather", input: { city: "Bern" } },
  }),
  chunk("tool-input-error", {
    when: "Its arguments are no JSON.",
    fields: {
      toolCallId,
      toolName,
      input: z.unknown(),
      errorText: z.string(),
      providerExecuted,
    },
    example: {
      toolCallId: "call_1",
      toolName: "get_weather",
      input: '{"city":',
      errorText: "The arguments are not JSON.",
    },
  }),
  chunk("tool-output-available", {
    when: "What a call was given.",
    fields: { toolCallId, output: z.unknown(), providerExecuted },
    example: { toolCallId: "call_1", output: "12 °C and rain" },
  }),
  chunk("tool-output-error", {
    when: "A call failed, was withdrawn, or was not answered when the run ended.",
    fields: { toolCallId, errorText: z.string(), providerExecuted },
    example: { toolCallId: "call_1", errorText: "Not answered." },
  }),
  chunk("source-url", {
    when: "A document that the answer draws on, which has an address; not with `?sources=0`.",
    fields: { sourceId: z.string(), url: z.string(), title: z.string(), providerMetadata },
    example: { sourceId: "handbook", url: "https://example.com/handbook", title: "handbook" },
  }),
  chunk("source-document", {
    when: "The same, without an address.",
    fields: { sourceId: z.string(), mediaType: z.string(), title: z.string(), providerMetadata },
    example: { sourceId: "handbook", mediaType: "text/plain", title: "handbook" },
  }),
  chunk("reset-step", {
    when: "With `?parts=7`: an engine died, and the parts of this step are withdrawn and told anew.",
  }),
  chunk("data-bobbin-reset", {
    when: "With `?parts=5` and `6`: the same; the texts to be hidden.",
    fields: { data: z.strictObject({ textIds: z.array(z.string()) }) },
    example: { data: { textIds: ["t1"] } },
  }),
  chunk("message-metadata", {
    when: "How the run ended; not with `?metadata=0`.",
    fields: { messageMetadata: about },
    example: {
      messageMetadata: {
        bobbin: {
          status: "succeeded",
          durationMs: 21,
          usage: { inputTokens: 16, outputTokens: 2 },
        },
      },
    },
  }),
  chunk("abort", {
    when: "The run was stopped; its text stays.",
    fields: { reason: z.string() },
    example: { reason: "The run was cancelled." },
  }),
  chunk("error", {
    when: "The run failed or passed its deadline. The last of all.",
    fields: { errorText: z.string() },
    example: { errorText: "The model's server answered 500." },
  }),
  chunk("finish", {
    when: "The message is over, or waits for the page (`tool-calls`). The last of all.",
    fields: {
      finishReason: z.enum(["stop", "length", "content-filter", "tool-calls", "error", "other"]),
    },
    example: { finishReason: "stop" },
  }),
];

export const ChatStreamEvent = z.union(CHUNKS).meta({
  id: "ChatStreamEvent",
  description: "What stands in `data` of one chunk; the last is `[DONE]`.",
});
