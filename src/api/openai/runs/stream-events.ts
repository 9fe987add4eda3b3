/**
 * The events of this dialect's streams, for the document and for `docs/guide/streams.md`: each with when it
 * comes and an example. `step-encoder.ts` and `stream-encoder.ts` make them.
 */
import * as z from "zod";

import { AnnotationWire } from "../content-wire";
import { ErrorWire } from "../failures";
import { MessageWire } from "../message-wire";
import { ThreadWire } from "../thread-wire";
import { RunWire } from "./run-wire";
import { StepWire } from "./step-wire";

interface Event {
  when: string;
  data: z.ZodType;
  example: object;
}

const event = (name: string, { when, data, example }: Event) =>
  z
    .strictObject({ event: z.literal(name), data })
    .meta({ id: `Event-${name}`, description: when, example: { event: name, data: example } });

const AT = 1795984157;
const OWNER = { thread_id: "thread_a1", assistant_id: "asst_7f3a9c0d5e1b2a4c6d8e" };

const THREAD = {
  id: "thread_a1",
  object: "thread",
  created_at: AT,
  metadata: {},
  tool_resources: {},
};

const RUN = {
  id: "run_2c24f0",
  object: "thread.run",
  created_at: AT,
  ...OWNER,
  status: "queued",
  started_at: null,
  expires_at: AT + 600,
  cancelled_at: null,
  failed_at: null,
  completed_at: null,
  required_action: null,
  last_error: null,
  incomplete_details: null,
  model: "offline",
  instructions: "",
  tools: [],
  metadata: {},
  usage: null,
  temperature: 1,
  top_p: 1,
  max_prompt_tokens: null,
  max_completion_tokens: null,
  truncation_strategy: { type: "auto", last_messages: null },
  tool_choice: "auto",
  parallel_tool_calls: true,
  response_format: "auto",
  version: 1,
};

const STEP = {
  id: "step_2c24f0_1",
  object: "thread.run.step",
  created_at: AT,
  run_id: RUN.id,
  ...OWNER,
  type: "message_creation",
  status: "in_progress",
  cancelled_at: null,
  completed_at: null,
  expired_at: null,
  failed_at: null,
  expires_at: AT + 600,
  last_error: null,
  step_details: {
    type: "message_creation",
    message_creation: { message_id: "msg_wLa8yjPXFEe5B" },
  },
  usage: null,
  metadata: {},
};

const MESSAGE = {
  id: "msg_wLa8yjPXFEe5B",
  object: "thread.message",
  created_at: AT,
  ...OWNER,
  status: "in_progress",
  incomplete_details: null,
  completed_at: null,
  incomplete_at: null,
  role: "assistant",
  content: [],
  run_id: RUN.id,
  attachments: [],
  metadata: {},
};
const TEXT = { type: "text", text: { value: "I am", annotations: [] } };

const runEvent = (name: string, when: string, more: object = {}) =>
  event(`thread.run.${name}`, { when, data: RunWire, example: { ...RUN, status: name, ...more } });

const stepEvent = (name: string, when: string, more: object = {}) =>
  event(`thread.run.step.${name}`, { when, data: StepWire, example: { ...STEP, ...more } });

const messageEvent = (name: string, when: string, more: object = {}) =>
  event(`thread.message.${name}`, { when, data: MessageWire, example: { ...MESSAGE, ...more } });

const STARTED = { started_at: AT };
const NO_USE = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
const ENDED = { expires_at: null, usage: NO_USE };
const FAILURE = { code: "server_error", message: "The model's server answered 500." };
const CALL = {
  id: "call_1",
  type: "function",
  function: { name: "get_weather", arguments: '{"city":"Bern"}' },
};

const MessageDelta = z.strictObject({
  id: z.string(),
  object: z.literal("thread.message.delta"),
  delta: z.strictObject({
    content: z.array(
      z.discriminatedUnion("type", [
        z.strictObject({
          index: z.int(),
          type: z.literal("text"),
          text: z.strictObject({
            value: z.string(),
            annotations: z
              .array(z.strictObject({ index: z.int(), ...AnnotationWire.shape }))
              .optional(),
          }),
        }),
        z.strictObject({ index: z.int(), type: z.literal("refusal"), refusal: z.string() }),
      ]),
    ),
  }),
});

const StepDelta = z.strictObject({
  id: z.string(),
  object: z.literal("thread.run.step.delta"),
  delta: z.strictObject({
    step_details: z.strictObject({
      type: z.literal("tool_calls"),
      tool_calls: z
        .array(z.looseObject({ index: z.int(), type: z.string(), id: z.string().optional() }))
        .describe("Pieces of the step's calls, to be put together by `index`."),
    }),
  }),
});

const EVENTS = [
  event("thread.created", {
    when: "The call made the thread.",
    data: ThreadWire,
    example: THREAD,
  }),
  runEvent("created", "The run is accepted.", { status: "queued" }),
  runEvent("queued", "It waits its turn, also behind a wait for outputs."),
  runEvent("in_progress", "It begins, or goes on.", STARTED),
  runEvent("requires_action", "It waits for outputs. The stream ends here.", {
    ...STARTED,
    required_action: { type: "submit_tool_outputs", submit_tool_outputs: { tool_calls: [CALL] } },
  }),
  runEvent("cancelling", "It was stopped while a message was open.", STARTED),
  runEvent("completed", "It succeeded.", { ...STARTED, completed_at: AT + 1, ...ENDED }),
  runEvent("incomplete", "It was cut by a bound on tokens, or by the model's filter.", {
    ...STARTED,
    completed_at: AT + 1,
    incomplete_details: { reason: "max_completion_tokens" },
    ...ENDED,
  }),
  runEvent("failed", "It failed.", {
    ...STARTED,
    failed_at: AT + 1,
    last_error: FAILURE,
    ...ENDED,
  }),
  runEvent("cancelled", "It was stopped.", { ...STARTED, cancelled_at: AT + 1, ...ENDED }),
  runEvent("expired", "It passed its deadline, or waited too long for outputs.", {
    ...STARTED,
    ...ENDED,
  }),
  stepEvent("created", "A reply of the model begins: a message, or calls."),
  stepEvent("in_progress", "The same step again, as clients of OpenAI await it."),
  event("thread.run.step.delta", {
    when: "Pieces of its calls.",
    data: StepDelta,
    example: {
      id: STEP.id,
      object: "thread.run.step.delta",
      delta: {
        step_details: {
          type: "tool_calls",
          tool_calls: [{ index: 0, type: "function", function: { arguments: '{"city":' } }],
        },
      },
    },
  }),
  stepEvent("completed", "It is whole.", {
    status: "completed",
    completed_at: AT + 1,
    ...ENDED,
  }),
  stepEvent("failed", "It failed with its run.", {
    status: "failed",
    failed_at: AT + 1,
    last_error: FAILURE,
    ...ENDED,
  }),
  stepEvent("cancelled", "Its run was stopped.", {
    status: "cancelled",
    cancelled_at: AT + 1,
    ...ENDED,
  }),
  stepEvent("expired", "Its run passed its deadline.", {
    status: "expired",
    expired_at: AT + 1,
    ...ENDED,
  }),
  messageEvent("created", "The answer begins."),
  messageEvent("in_progress", "The same message again, as clients of OpenAI await it."),
  event("thread.message.delta", {
    when: "More of its text.",
    data: MessageDelta,
    example: {
      id: MESSAGE.id,
      object: "thread.message.delta",
      delta: { content: [{ index: 0, type: "text", text: { value: " am", annotations: [] } }] },
    },
  }),
  messageEvent("completed", "It is whole.", {
    status: "completed",
    completed_at: AT + 1,
    content: [TEXT],
  }),
  messageEvent("incomplete", "It was cut: the run was stopped, failed, or came to a bound.", {
    status: "incomplete",
    incomplete_at: AT + 1,
    incomplete_details: { reason: "run_cancelled" },
    content: [TEXT],
  }),
  event("error", {
    when: "The stream could not go on.",
    data: ErrorWire,
    example: {
      error: {
        message: "There are too many streams.",
        type: "rate_limit_error",
        param: null,
        code: null,
      },
    },
  }),
];

export const AssistantsStreamEvent = z.union(EVENTS).meta({
  id: "AssistantsStreamEvent",
  description:
    "One `event:` with its `data:`; with `Accept: application/x-ndjson` a line of JSON. The last is `done` with `[DONE]`.",
});
