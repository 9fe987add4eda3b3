/**
 * Journals as engines that die, models that call, and clients that answer may leave them: encoded for each
 * setting of `parts`, and read by that major's own reader without an error.
 */
import * as fc from "fast-check";
import { describe, it } from "vitest";

import { RunEncoder } from "../../src/api/ai-sdk/encoder/run-encoder";
import { ChatStreamEvent } from "../../src/api/ai-sdk/stream-events";
import type { DisclosedEvent } from "../../src/domain/access/disclosure";
import { newMessage } from "../../src/domain/message";
import type { FinalRunStatus } from "../../src/domain/run";
import type { ReplyCall, RunEvent } from "../../src/domain/run-event";
import { type Chunk, MAJORS, type Message, readMessage, textOf } from "./chat-bench";

const RUNS = 150;
const PLACE = { type: "chat", name: "MODEL_CALL", row: 0, map: null } as const;
const ACTION = { type: "chat", name: "MODEL_CALL" } as const;
const RUN = {
  id: "f".repeat(64),
  threadId: "thread",
  toolId: "c0ffee00000000000000",
  version: 1,
  status: "running",
  createdAtMs: 0,
} as const;
const ANSWER_ID = "answer";
const NO_USAGE = { inputTokens: 0, outputTokens: 0 };

/** One attempt at a reply that died, and had told so much. */
interface Lost {
  /** Of the reply's own text, or of another. */
  isSame: boolean;
  chars: number;
  thought: boolean;
  called: boolean;
}

interface Reply {
  text: string;
  reasoning: string;
  calls: { by: ReplyCall["by"]; arguments: string; isError: boolean }[];
  lost: Lost[];
}

const words = fc.array(fc.constantFrom("one ", "two ", "é", "\n\n", "🙂", ""), { maxLength: 6 });
const text = words.map((list) => list.join(""));

const lost: fc.Arbitrary<Lost> = fc.record({
  isSame: fc.boolean(),
  chars: fc.nat(12),
  thought: fc.boolean(),
  called: fc.boolean(),
});

/** All calls of a reply are of one kind, as the engine asks clients for all at once. */
const reply: fc.Arbitrary<Reply> = fc.record({
  text,
  reasoning: fc.constantFrom("", "Well."),
  calls: fc.constantFrom<ReplyCall["by"]>("client", "tool").chain((by) =>
    fc.array(
      fc.record({
        by: fc.constant(by),
        arguments: fc.constantFrom("", "{}", '{"a":1}', '{"a":'),
        isError: fc.boolean(),
      }),
      { maxLength: 2 },
    ),
  ),
  lost: fc.array(lost, { maxLength: 2 }),
});

const ending = fc.constantFrom<FinalRunStatus>("succeeded", "failed", "cancelled", "expired");

const callsOf = ({ calls }: Reply, n: number): ReplyCall[] =>
  calls.map(({ by, arguments: given }, index) => ({
    callId: `call-${n}-${index}`,
    name: "look_up",
    arguments: given,
    by,
  }));

const starting = (calls: readonly ReplyCall[]): RunEvent[] =>
  calls.flatMap(({ callId, name, arguments: given, by }, index): RunEvent[] => [
    { type: "function-call-start", place: PLACE, name, callId, index, by },
    { type: "function-call-delta", place: PLACE, name, callId, index, text: given },
  ]);

function lostEvents(given: Reply, n: number, attempt: number): RunEvent[] {
  const { isSame, chars, thought, called } = given.lost[attempt - 1] ?? NOTHING;
  const told = (isSame ? given.text : `Otherwise ${given.text}`).slice(0, chars).toWellFormed();
  return [
    { type: "reply-start", place: PLACE, n, attempt, messageId: null, atMs: 0 },
    ...(thought ? [{ type: "reasoning-delta", place: PLACE, text: "Hm." } as const] : []),
    { type: "text-delta", place: PLACE, text: told },
    ...(called ? starting(callsOf(given, n)) : []),
    { type: "action-reset", place: PLACE },
  ];
}

const NOTHING: Lost = { isSame: true, chars: 0, thought: false, called: false };

function replyEvents(given: Reply, index: number): RunEvent[] {
  const n = index + 1;
  const calls = callsOf(given, n);
  const attempt = given.lost.length + 1;
  const asked = calls.filter(({ by }) => by === "client");
  const pending = asked.map(({ by: _by, ...call }) => ({
    ...call,
    actionName: "MODEL_CALL",
    row: 0,
  }));
  return [
    ...given.lost.flatMap((_, before) => lostEvents(given, n, before + 1)),
    { type: "reply-start", place: PLACE, n, attempt, messageId: null, atMs: 0 },
    { type: "reasoning-delta", place: PLACE, text: given.reasoning },
    { type: "text-delta", place: PLACE, text: given.text },
    ...starting(calls),
    {
      type: "reply-end",
      place: PLACE,
      n,
      finishReason: calls.length > 0 ? "tool-calls" : "stop",
      usage: NO_USAGE,
      calls,
      messageId: null,
      text: given.text,
      reasoning: given.reasoning,
      error: null,
      atMs: 0,
    },
    ...(pending.length > 0 ? [{ type: "run-wait", calls: pending } as const, RESUME] : []),
    ...calls.map(({ callId, by }, at): RunEvent => ({
      type: "function-call-output",
      place: PLACE,
      callId,
      output: '{"found":1}',
      isError: given.calls[at]?.isError ?? false,
      by,
      atMs: 0,
    })),
  ];
}

const RESUME = { type: "run-resume" } as const;

/** @param cut Events that stand before the end comes; what succeeds has all of them. */
function journalOf(replies: readonly Reply[], status: FinalRunStatus, cut: number): RunEvent[] {
  const told: RunEvent[] = [
    { type: "run-start", runId: RUN.id },
    { type: "action-start", action: ACTION },
    ...replies.flatMap(replyEvents),
  ];
  // As the engine joins them.
  const said = replies.map((one) => one.text).filter((one) => one !== "");
  const content = said.join("\n\n");
  const written = { id: ANSWER_ID, content, fileIds: [], metadata: null, parts: null };
  const message = newMessage(
    { ...written, role: "assistant" },
    { threadId: RUN.threadId, createdAtMs: 0 },
  );
  const error = { code: "failed", message: "It failed." };
  return status === "succeeded"
    ? [...told, { type: "message-add", message }, { type: "run-end", status, error: null }]
    : [...told.slice(0, 1 + (cut % told.length)), { type: "run-end", status, error }];
}

/** As a reader hears it who has missed the waits: each is over, or its page answers it. */
function encode(journal: readonly DisclosedEvent[], parts: 5 | 6 | 7): Chunk[] {
  const settings = { parts, reasoning: true, sources: true, metadata: true, actions: false };
  const answers = new Set([PLACE.name]);
  const encoder = new RunEncoder({ run: RUN, answers, answerId: ANSWER_ID }, settings);
  const chunks = journal.flatMap((event) => {
    if (event.type === "run-end") {
      return encoder.encodeEnd(event, { durationMs: 1, usage: null });
    }
    return event.type === "run-wait" ? encoder.encodeWait(event, true) : encoder.encode(event);
  });
  return [...encoder.accepted(0), ...chunks].map((chunk) => ({ ...chunk }));
}

const stateOf = ({ parts }: Message) =>
  parts.filter(({ type }) => type.startsWith("tool-")).map(({ state }) => state);

describe("a journal, encoded for ai and read by it", () => {
  it.for(MAJORS)(
    "makes no reader of ai %i die, and leaves nothing open",
    async (major, { expect }) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(reply, { minLength: 1, maxLength: 3 }),
          ending,
          fc.nat(200),
          async (replies, status, cut) => {
            const chunks = encode(journalOf(replies, status, cut), major);
            expect(chunks.filter((chunk) => !ChatStreamEvent.safeParse(chunk).success)).toEqual([]);
            // What a failed run ends with is an error to its reader, and meant to be.
            const message = await readMessage(
              chunks.filter(({ type }) => type !== "error"),
              major,
            );
            expect(message.id).toBe(ANSWER_ID);
            const texts = message.parts.filter(({ type }) => /^(?:text|reasoning)$/.test(type));
            expect(texts.every(({ state }) => state === "done")).toBe(true);
            expect(stateOf(message).every((state) => String(state).startsWith("output-"))).toBe(
              true,
            );
          },
        ),
        { numRuns: RUNS },
      );
    },
  );

  it.for(MAJORS)(
    "takes back what a dead attempt told ai %i, where the run ends before it is told again",
    async (major, { expect }) => {
      const dead = { isSame: true, chars: 3, thought: true, called: true };
      const given = { text: "one two", reasoning: "", calls: [], lost: [dead] };
      const called = {
        ...given,
        calls: [{ by: "tool", arguments: "{}", isError: false } as const],
      };
      const journal: DisclosedEvent[] = [
        { type: "run-start", runId: RUN.id },
        { type: "action-start", action: ACTION },
        ...lostEvents(called, 1, 1),
        {
          type: "run-end",
          status: "failed",
          error: { code: "too_many_crashes", message: "Dead." },
        },
      ];
      const chunks = encode(journal, major).filter(({ type }) => type !== "error");
      const { parts } = await readMessage(chunks, major);
      const [reset] = parts.filter(({ type }) => type === "data-bobbin-reset");
      // 5 and 6 have no chunk that takes parts away.
      expect(reset).toEqual(
        major === 7 ? undefined : { type: "data-bobbin-reset", data: { textIds: ["r1", "t1"] } },
      );
      expect(parts.some(({ type }) => type === "text")).toBe(major !== 7);
    },
  );

  it("leaves ai 7 with the text that was told last, and with no other", async ({ expect }) => {
    await fc.assert(
      fc.asyncProperty(fc.array(reply, { minLength: 1, maxLength: 3 }), async (replies) => {
        const message = await readMessage(encode(journalOf(replies, "succeeded", 0), 7), 7);
        const whole = replies.map((one) => one.text).join("");
        const shown = textOf(message).replaceAll("|", "");
        expect(shown.replaceAll("\n\n", "")).toBe(whole.replaceAll("\n\n", ""));
      }),
      { numRuns: RUNS },
    );
  });
});
