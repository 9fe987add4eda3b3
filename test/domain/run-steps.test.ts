/** Steps made of events: withdrawn replies, replies told anew, searches, and the bounds of a record. */
import { describe, it } from "vitest";

import type { ActionPlace, ReplyCall, RunEvent } from "../../src/domain/run-event";
import { boundSteps } from "../../src/domain/runs/run-steps";
import { StepBook } from "../../src/domain/runs/step-book";

const place: ActionPlace = { type: "chat", name: "CHAT", row: 0, map: null };

function start(n: number, attempt = 1, messageId: string | null = null): RunEvent {
  return { type: "reply-start", place, n, attempt, messageId, atMs: n };
}

function end(n: number, text: string, calls: ReplyCall[] = []): RunEvent {
  return {
    type: "reply-end",
    place,
    n,
    finishReason: calls.length === 0 ? "stop" : "tool-calls",
    usage: { inputTokens: 1, outputTokens: 2 },
    calls,
    messageId: null,
    text,
    reasoning: "",
    error: null,
    atMs: n + 10,
  };
}

const say = (text: string): RunEvent => ({ type: "text-delta", place, text });
const callOf = (callId: string, name = "f"): ReplyCall => ({
  callId,
  name,
  arguments: "{}",
  by: "tool",
});
const output = (callId: string): RunEvent => ({
  type: "function-call-output",
  place,
  callId,
  output: "1",
  isError: false,
  by: "tool",
  atMs: 30,
});
const RESET: RunEvent = { type: "action-reset", place };

function stepsOf(...events: RunEvent[]) {
  const book = new StepBook();
  events.forEach((event) => book.take(event));
  return book.steps;
}

describe("steps", () => {
  it("are a reply's text and its calls, of which the last counts the usage", ({ expect }) => {
    const [message, calls] = stepsOf(start(1), end(1, "Wait.", [callOf("a"), callOf("b")]));
    expect(message).toMatchObject({
      n: 1,
      status: "completed",
      text: "Wait.",
      usage: { inputTokens: 0, outputTokens: 0 },
    });
    expect(calls).toMatchObject({
      n: 2,
      type: "calls",
      status: "running",
      usage: { inputTokens: 1, outputTokens: 2 },
    });
  });

  it("of calls are complete with the last output", ({ expect }) => {
    const called = [start(1), end(1, "", [callOf("a"), callOf("b")]), output("b")];
    expect(stepsOf(...called)).toMatchObject([{ status: "running", endedAtMs: null }]);
    expect(stepsOf(...called, output("a"))).toMatchObject([{ status: "completed", endedAtMs: 30 }]);
  });

  it("are the same with the pieces of replies as without", ({ expect }) => {
    const whole = [start(1), end(1, "One.", [callOf("a")]), output("a"), start(2), end(2, "Two.")];
    const pieces = [
      start(1),
      say("On"),
      say("e."),
      { type: "function-call-start", place, name: "f", callId: "a", index: 0, by: "tool" },
      { type: "function-call-delta", place, name: "f", callId: "a", index: 0, text: "{}" },
      end(1, "One.", [callOf("a")]),
      output("a"),
      start(2),
      say("\n\nTwo"),
      say("."),
      end(2, "Two."),
    ] satisfies RunEvent[];
    expect(stepsOf(...pieces)).toEqual(stepsOf(...whole));
    expect(stepsOf(...pieces.slice(0, -2))).toMatchObject([{}, {}, { text: "Two" }]);
  });

  it("keep a reply that was cut off as failed, and begin another for it", ({ expect }) => {
    const steps = stepsOf(start(1), say("Hel"), RESET, start(1, 2), say("Hello"), end(1, "Hello"));
    expect(steps).toMatchObject([
      { n: 1, status: "failed", text: "Hel", error: { code: "cut_off" } },
      { n: 2, status: "completed", text: "Hello", error: null },
    ]);
  });

  it("are not doubled where a reply that had ended is told anew", ({ expect }) => {
    const first = [start(1), say("One."), end(1, "One.", [callOf("a")]), output("a")];
    const again = [start(1, 2), say("One."), end(1, "One.", [callOf("a")]), output("a")];
    const steps = stepsOf(
      ...first,
      start(2),
      say("Tw"),
      RESET,
      ...again,
      start(2, 2),
      end(2, "Two."),
    );
    expect(steps.map(({ type, status }) => `${type} ${status}`)).toEqual([
      "message completed",
      "calls completed",
      "message failed",
      "message completed",
    ]);
  });

  it("of searches alone are searches, with what was found", ({ expect }) => {
    const passages = [
      { documentId: "d", fileId: null, title: "d", text: "Five days", score: 0.7, offset: 0 },
    ];
    const search = (callId: string): RunEvent[] => [
      { type: "search-start", place, callId, query: "how long", ordinal: 1, atMs: 12 },
      { type: "search-end", place, callId, passages, ordinal: 1, atMs: 13 },
    ];
    const alone = stepsOf(start(1), end(1, "", [callOf("s", "file_search")]), ...search("s"));
    expect(alone).toEqual([
      expect.objectContaining({
        type: "search",
        status: "completed",
        calls: [],
        searches: [{ callId: "s", query: "how long", ordinal: 1, passages }],
      }),
    ]);
    const mixed = stepsOf(start(1), end(1, "", [callOf("s"), callOf("a")]), ...search("s"));
    expect(mixed).toMatchObject([{ type: "calls", status: "running" }]);
  });

  it("that are open end as their run does", ({ expect }) => {
    const book = new StepBook();
    [start(1), say("Hel")].forEach((event) => book.take(event));
    book.end("expired", { code: "deadline_exceeded", message: "late" }, 99);
    expect(book.steps).toMatchObject([
      { status: "expired", endedAtMs: 99, text: "Hel", error: { code: "deadline_exceeded" } },
    ]);
  });

  it("are recorded up to a number and a length", ({ expect }) => {
    const steps = stepsOf(...[1, 2, 3].flatMap((n) => [start(n), end(n, "x".repeat(1000))]));
    const bound = (max: number, maxBytes: number) =>
      boundSteps(steps, { max, maxBytes }).map(({ n }) => n);
    expect(bound(9, 9000)).toEqual([1, 2, 3]);
    expect(bound(2, 9000)).toEqual([1, 2]);
    expect(bound(9, 1500)).toEqual([1]);
  });
});
