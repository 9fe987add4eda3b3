/**
 * The events of this dialect's streams, for the document and for `docs/guide/streams.md`: each with when it
 * comes and an example. `run-events.ts` and `thread-stream.ts` make them.
 */
import * as z from "zod";

import { MessageWire } from "./message-wire";
import { BlockStatusWire, CallWire, WIRE_STATUSES } from "./run-wire";

const ErrorWire = z.strictObject({ code: z.string(), message: z.string() });

const place = {
  block_type: z.string(),
  block_name: z.string(),
  input_index: z.int().describe("The row."),
  map: z
    .strictObject({ name: z.string(), iteration: z.int() })
    .nullable()
    .describe("Null, or the pass of a `map` or `loop`."),
};

const RUN_ID = "6540f1c2a7";
const MODEL_CALL = { block_type: "chat", block_name: "MODEL_CALL", input_index: 0, map: null };

interface Event {
  /** Of its component. */
  id: string;
  when: string;
  content: z.ZodType;
  example: object | null;
}

const event = (type: string, { id, when, content, example }: Event) =>
  z
    .strictObject({
      type: z.literal(type),
      content,
      run_id: z.string().optional().describe("In the stream of a thread."),
    })
    .meta({ id, description: when, example: { type, content: example } });

const RUN_EVENTS = [
  event("run_status", {
    id: "RunStatusEvent",
    when: "The run begins, waits, goes on, ends; with `error` where it failed, was stopped or passed its deadline.",
    content: z.strictObject({
      status: z.enum(WIRE_STATUSES),
      run_id: z.string(),
      error: ErrorWire.optional(),
    }),
    example: {
      status: "errored",
      run_id: RUN_ID,
      error: { code: "cancelled", message: "The run was cancelled." },
    },
  }),
  event("block_status", {
    id: "BlockStatusEvent",
    when: "An action begins or has ended.",
    content: BlockStatusWire,
    example: {
      block_type: "chat",
      name: "MODEL_CALL",
      status: "succeeded",
      success_count: 1,
      error_count: 0,
    },
  }),
  event("block_execution", {
    id: "BlockExecutionEvent",
    when: "What an action gave: rows, and iterations in them.",
    content: z.strictObject({
      block_type: z.string(),
      block_name: z.string(),
      execution: z.array(
        z.array(z.strictObject({ value: z.unknown(), error: z.string().nullable() })),
      ),
    }),
    example: {
      block_type: "chat",
      block_name: "MODEL_CALL",
      execution: [
        [{ value: { message: { role: "assistant", content: "I am here." } }, error: null }],
      ],
    },
  }),
  event("tokens", {
    id: "TokensEvent",
    when: "Text of a model, as it comes.",
    content: z.strictObject({ ...place, tokens: z.strictObject({ text: z.string() }) }),
    example: { ...MODEL_CALL, tokens: { text: " am" } },
  }),
  event("function_call", {
    id: "FunctionCallEvent",
    when: "A model begins to call a function.",
    content: z.strictObject({ ...place, function_call: z.strictObject({ name: z.string() }) }),
    example: { ...MODEL_CALL, function_call: { name: "get_weather" } },
  }),
  event("function_call_arguments_tokens", {
    id: "FunctionCallArgumentsEvent",
    when: "Its arguments, as they come.",
    content: z.strictObject({ ...place, tokens: z.strictObject({ text: z.string() }) }),
    example: { ...MODEL_CALL, tokens: { text: '{"city":' } },
  }),
  event("required_action", {
    id: "RequiredActionEvent",
    when: "The run waits for outputs of functions of yours.",
    content: z.strictObject({ calls: z.array(CallWire) }),
    example: {
      calls: [
        {
          call_id: "call_1",
          block_name: "MODEL_CALL",
          input_index: 0,
          name: "get_weather",
          arguments: '{"city":"Bern"}',
        },
      ],
    },
  }),
  event("reset", {
    id: "ResetEvent",
    when: "An engine died: what this place has told is withdrawn, and told anew.",
    content: z.strictObject(place),
    example: MODEL_CALL,
  }),
  event("error", {
    id: "ErrorEvent",
    when: "The run ended before it began.",
    content: ErrorWire,
    example: { code: "deadline_exceeded", message: "The run passed its deadline." },
  }),
  event("final", {
    id: "FinalEvent",
    when: "The last of all.",
    content: z.null(),
    example: null,
  }),
];

export const RunStreamEvent = z.union(RUN_EVENTS).meta({
  id: "RunStreamEvent",
  description: "What stands in `data` of one event of a run's stream.",
});

const MessageEvent = z.strictObject({ type: z.literal("message"), content: MessageWire }).meta({
  id: "MessageEvent",
  description: "A message as it is written, whoever wrote it.",
  example: {
    type: "message",
    content: {
      id: "A0U2SKOtT8UiQkyXpE4AZ",
      created_at: 1795984157,
      thread_id: "chat-1",
      role: "user",
      content: "Hi",
    },
  },
});

export const ThreadStreamEvent = z.union([MessageEvent, ...RUN_EVENTS]).meta({
  id: "ThreadStreamEvent",
  description: "What stands in `data` of one event of a thread's stream.",
});
