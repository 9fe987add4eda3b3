/** What a session token is told of models' replies: those of the action that answers. */
import { describe, it } from "vitest";

import { discloseEvent, discloseToToken } from "../../../src/domain/access/disclosure";
import type { ActionPlace, RunEvent } from "../../../src/domain/run-event";
import type { ActionDefinition } from "../../../src/domain/tool";

const FAILURE = { code: "tool_failed", message: "The tool failed." };
const ACTIONS: ActionDefinition[] = [
  { name: "PLAN", type: "chat" },
  { name: "ANSWER", type: "chat" },
  { name: "OUTPUT", type: "output" },
];

const placeOf = (name: string): ActionPlace => ({ type: "chat", name, row: 0, map: null });
const call = (callId: string, by: "client" | "tool") => ({
  callId,
  name: "f",
  arguments: "{}",
  by,
});

function eventsOf(name: string): RunEvent[] {
  const place = placeOf(name);
  return [
    { type: "reply-start", place, n: 1, attempt: 1, messageId: null, atMs: 0 },
    { type: "reasoning-delta", place, text: "Hm." },
    { type: "text-delta", place, text: "Well" },
    { type: "function-call-start", place, name: "f", callId: "a", index: 0, by: "tool" },
    {
      type: "reply-end",
      place,
      n: 1,
      finishReason: "tool-calls",
      usage: { inputTokens: 3, outputTokens: 4 },
      calls: [call("a", "tool"), call("b", "client")],
      messageId: null,
      text: "Well",
      reasoning: "Hm.",
      error: { code: "provider_error", message: "the model said why" },
      atMs: 0,
    },
    ...(["tool", "client"] as const).map((by): RunEvent => ({
      type: "function-call-output",
      place,
      callId: by,
      output: "1",
      isError: false,
      by,
      atMs: 0,
    })),
    { type: "search-start", place, callId: "c", query: "q", ordinal: 1, atMs: 0 },
    { type: "search-end", place, callId: "c", passages: [], ordinal: 1, atMs: 0 },
  ];
}

function told(name: string, outputs?: string[]) {
  const to = discloseToToken({ actions: ACTIONS, open: { outputs } }, FAILURE);
  return eventsOf(name).map((event) => discloseEvent(to, event));
}

describe("a token", () => {
  it("is told the replies of the action that answers, without what is the tool's own", ({
    expect,
  }) => {
    const events = told("ANSWER").filter(({ type }) => type !== "hidden");
    expect(events.map(({ type }) => type)).toEqual([
      "reply-start",
      "text-delta",
      "reply-end",
      "function-call-output",
    ]);
    expect(events.at(-1)).toMatchObject({ callId: "client" });
    expect(events[2]).toMatchObject({
      text: "Well",
      reasoning: "",
      calls: [{ callId: "b" }],
      usage: { inputTokens: 0, outputTokens: 0 },
      error: FAILURE,
    });
  });

  it("is told nothing of another action's replies", ({ expect }) => {
    expect(new Set(told("PLAN").map(({ type }) => type))).toEqual(new Set(["hidden"]));
  });

  it("is told all but usage and errors of an action that the version opens", ({ expect }) => {
    const events = told("PLAN", ["PLAN"]);
    expect(events.map(({ type }) => type)).toEqual(eventsOf("PLAN").map(({ type }) => type));
    expect(events[4]).toMatchObject({
      reasoning: "Hm.",
      calls: [{ callId: "a" }, { callId: "b" }],
      usage: { inputTokens: 0, outputTokens: 0 },
      error: FAILURE,
    });
  });
});
