/** The times that a run's line tells, by a clock moved by hand, over a queue, a death and a wait. */
import { describe, it } from "vitest";

import { type CoordinatorBench, withCoordinator } from "../support/coordinator";

async function lineOf(bench: CoordinatorBench, runId: string) {
  await bench.until(() => bench.logged.some((line) => line.runId === runId));
  const lines = bench.logged.filter((line) => line.runId === runId);
  if (lines.length !== 1 || lines[0] === undefined) {
    throw new Error(`${lines.length} lines of one run`);
  }
  return lines[0];
}

const USAGE = { inputTokens: 7, outputTokens: 3 };
const CALL = { callId: "c", actionName: "MODEL_CALL", row: 0, name: "look_up", arguments: "{}" };

describe("a run's line", () => {
  it("tells its wait in the queue, its first token and its whole time", ({ expect }) =>
    withCoordinator(async (bench) => {
      const first = await bench.begin({ question: "one" });
      const second = await bench.start({ question: "two" });
      await bench.clock.advance(2000);
      first.life.answer("1");
      await bench.until(() => bench.attempts.length === 2);
      await bench.clock.advance(300);
      bench.life.say("to");
      await bench.clock.advance(100);
      bench.life.say("ken");
      bench.life.answer("token");
      expect(await lineOf(bench, second)).toMatchObject({
        status: "succeeded",
        error: null,
        queueMs: 2000,
        firstTokenMs: 2300,
        ms: 2400,
        attempts: 1,
      });
      // It told nothing before its end.
      expect(await lineOf(bench, first.runId)).toMatchObject({ queueMs: 0, firstTokenMs: null });
    }));

  it("of a run that was never begun has neither", ({ expect }) =>
    withCoordinator(async (bench) => {
      await bench.begin();
      const waiting = await bench.start();
      await bench.coordinator.cancel(waiting);
      expect(await lineOf(bench, waiting)).toMatchObject({
        status: "cancelled",
        queueMs: null,
        firstTokenMs: null,
        attempts: 0,
      });
    }));

  it("counts the attempts over deaths, and does not guess what a dead object saw", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin({ question: "Q" });
      life.say("half an ans");
      bench.crash();
      await bench.ring();
      await bench.until(() => bench.attempts.length === 2);
      bench.life.say("whole answer");
      bench.life.answer("whole answer");
      expect(await lineOf(bench, runId)).toMatchObject({
        queueMs: 0,
        firstTokenMs: null,
        attempts: 2,
      });
    }));

  it("leaves the time out in which its client was waited for, whoever remembers", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin({ question: "Q" });
      await bench.clock.advance(500);
      life.say("Let me see.");
      life.end({ kind: "suspended", calls: [CALL], traces: [], usage: USAGE });
      await bench.until(() => bench.statusOf(runId) === "requires_action");
      bench.crash();
      await bench.clock.advance(60_000);
      bench.wake();
      await bench.coordinator.submit(runId, [{ callId: "c", output: "here" }]);
      await bench.until(() => bench.attempts.length === 2);
      bench.life.say("Here it is.");
      bench.life.answer("Here it is.");
      expect(await lineOf(bench, runId)).toMatchObject({
        queueMs: 0,
        firstTokenMs: 500,
        attempts: 1,
      });
    }));
});
