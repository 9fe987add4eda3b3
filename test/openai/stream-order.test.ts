/** The order in which a reply's text and calls are told, whichever the model wrote first. */
import { it } from "vitest";

import { RunStreamEncoder } from "../../src/api/openai/runs/stream-encoder";
import type { Run } from "../../src/domain/run";
import type { ReplyEnd, RunEvent } from "../../src/domain/run-event";
import { StepBook } from "../../src/domain/runs/step-book";
import { replayFromOutcome } from "../../src/runs/client/replay-from-outcome";

const place = { type: "chat", name: "ASSISTANT", row: 0, map: null } as const;
const usage = { inputTokens: 1, outputTokens: 1 };
const call = { callId: "call_a", name: "f", arguments: "{}", by: "client" } as const;
const pending = { callId: "call_a", name: "f", arguments: "{}", actionName: "ASSISTANT", row: 0 };

const start: RunEvent = {
  type: "reply-start",
  place,
  n: 1,
  attempt: 1,
  messageId: "m1",
  atMs: 1000,
};
const text = (said: string): RunEvent => ({ type: "text-delta", place, text: said });
const calls: RunEvent[] = [
  { type: "function-call-start", place, name: "f", callId: "call_a", index: 0, by: "client" },
  { type: "function-call-delta", place, name: "f", callId: "call_a", index: 0, text: "{}" },
];
const end = (said: string, more: Partial<ReplyEnd> = {}): RunEvent => ({
  type: "reply-end",
  place,
  n: 1,
  finishReason: "tool-calls",
  usage,
  calls: [call],
  messageId: "m1",
  text: said,
  reasoning: "",
  error: null,
  atMs: 2000,
  ...more,
});
const wait: RunEvent = { type: "run-wait", calls: [pending] };
const answered: RunEvent[] = [
  { type: "run-resume" },
  {
    type: "function-call-output",
    place,
    callId: "call_a",
    output: "3",
    isError: false,
    by: "client",
    atMs: 3000,
  },
];
const over: RunEvent = { type: "run-end", status: "succeeded", error: null };

const RUN: Run = {
  id: "r",
  projectId: "p",
  toolId: "t",
  toolName: "",
  version: 1,
  threadId: "th",
  status: "queued",
  error: null,
  createdAtMs: 0,
  startedAtMs: null,
  endedAtMs: null,
  config: {},
  metadata: null,
  incomplete: null,
  traces: [],
  results: null,
  usage,
  pendingCalls: [],
  steps: [],
  timing: null,
  endUserId: null,
};

const VIEW = { speakers: new Set(["ASSISTANT"]), steps: { withContent: false } };

/** Names of what is told, without their first word; deltas with what they say. */
function told(events: readonly RunEvent[]): string[] {
  const encoder = new RunStreamEncoder(RUN, VIEW);
  return events
    .flatMap((event) => encoder.encode(event))
    .map(({ event, data }) => {
      const said = /"value":"([^"]*)"/.exec(JSON.stringify(data))?.[1];
      const name = event.replace(/^thread\./, "");
      return name === "message.delta" || name === "message.completed" ? `${name} ${said}` : name;
    })
    .filter((name) => !name.endsWith("in_progress"));
}

it("tells all of a text that goes on behind a call, and the call behind it", ({ expect }) => {
  expect(told([start, text("A"), ...calls, text("B"), end("AB"), wait])).toEqual([
    "run.step.created",
    "message.created",
    "message.delta A",
    "message.delta B",
    "message.completed AB",
    "run.step.completed",
    "run.step.created",
    "run.step.delta",
    "run.step.delta",
    "run.requires_action",
  ]);
});

it("tells a text that came behind a call once the call is answered", ({ expect }) => {
  const events = [start, ...calls, text("B"), end("B", { callsFirst: true }), wait, ...answered];
  expect(told([...events, over])).toEqual([
    "run.step.created",
    "run.step.delta",
    "run.step.delta",
    "run.requires_action",
    "run.step.completed",
    "run.step.created",
    "message.created",
    "message.delta B",
    "message.completed B",
    "run.step.completed",
    "run.queued",
    "run.completed",
  ]);
});

it("tells it too where the run ends while it waits", ({ expect }) => {
  const ended: RunEvent = { type: "run-end", status: "cancelled", error: null };
  const events = [start, ...calls, text("B"), end("B", { callsFirst: true }), wait, ended];
  expect(told(events).slice(-7)).toEqual([
    "run.step.cancelled",
    "run.step.created",
    "message.created",
    "message.delta B",
    "message.completed B",
    "run.step.completed",
    "run.cancelled",
  ]);
});

const piece = (said: string): RunEvent => ({
  type: "text-delta",
  place,
  text: said,
  refusal: true,
});

it("tells a refusal as a part of its own, live and in a replay", ({ expect }) => {
  const refused: Partial<ReplyEnd> = { calls: [], finishReason: "stop", refusal: true };
  const contents = (events: readonly RunEvent[]) => {
    const encoder = new RunStreamEncoder(RUN, VIEW);
    return events
      .flatMap((event) => encoder.encode(event))
      .filter(({ event }) => /message\.(delta|completed)/.test(event))
      .map(({ data }) => /"content":(\[[^\]]*\])/.exec(JSON.stringify(data))?.[1]);
  };
  const live = contents([start, piece("I "), piece("won't."), end("I won't.", refused), over]);
  expect(live).toEqual([
    '[{"index":0,"type":"refusal","refusal":"I "}]',
    '[{"index":0,"type":"refusal","refusal":"won\'t."}]',
    '[{"type":"refusal","refusal":"I won\'t."}]',
  ]);
  const steps = new StepBook();
  for (const event of [start, end("I won't.", refused)]) {
    steps.take(event);
  }
  const replayed = replayFromOutcome({ ...RUN, status: "succeeded", steps: steps.steps });
  expect(contents(replayed)).toEqual([
    '[{"index":0,"type":"refusal","refusal":"I won\'t."}]',
    '[{"type":"refusal","refusal":"I won\'t."}]',
  ]);
});

const at = (seconds: number, expires: number) => ({
  atMs: seconds * 1000,
  expiresAtMs: expires * 1000,
});

it("says until when a run goes on, and when it began and ended, as its events say", ({
  expect,
}) => {
  const encoder = new RunStreamEncoder({ ...RUN, createdAtMs: 1000 }, VIEW);
  const events: RunEvent[] = [
    { type: "run-start", runId: "r", ...at(5, 8) },
    start,
    ...calls,
    end("", { messageId: null }),
    { ...wait, ...at(6, 66) },
    { ...answered[0], type: "run-resume", ...at(20, 23) },
    ...answered.slice(1),
    { type: "run-end", status: "succeeded", error: null, atMs: 21_000 },
  ];
  const moves = events
    .flatMap((event) => encoder.encode(event))
    .filter(({ event }) => !event.includes("step"))
    .map(({ event, data }) => [
      event,
      Reflect.get(data, "started_at"),
      Reflect.get(data, "expires_at"),
      Reflect.get(data, "completed_at"),
    ]);
  expect(moves).toEqual([
    ["thread.run.in_progress", 5, 8, null],
    ["thread.run.requires_action", 5, 66, null],
    ["thread.run.queued", 5, 23, null],
    ["thread.run.in_progress", 5, 23, null],
    ["thread.run.completed", 5, null, 21],
  ]);
});

it("counts steps in a replay as they were counted live", ({ expect }) => {
  const step = {
    place,
    reply: 1,
    status: "completed",
    startedAtMs: 0,
    endedAtMs: 0,
    reasoning: "",
    usage,
    error: null,
  } as const;
  const replayed = replayFromOutcome({
    ...RUN,
    status: "succeeded",
    traces: [{ type: "chat", name: "ASSISTANT", cells: [] }],
    steps: [
      {
        ...step,
        n: 1,
        type: "calls",
        searches: [],
        calls: [{ ...call, output: "3", isError: false }],
      },
      { ...step, n: 2, type: "message", messageId: "m1", text: "B" },
    ],
  });
  const names = told(replayed);
  expect(names.indexOf("run.step.delta")).toBeLessThan(names.indexOf("message.created"));
});
