/**
 * Proves that no run stays unfinished: past its deadline it ends `expired`, by the alarm alone, in
 * each state that it can be in; its text is kept and the thread goes on. The clock is moved by hand.
 */
import { describe, it } from "vitest";

import { RUN } from "../../src/limits";
import { type CoordinatorBench, withCoordinator } from "../support/coordinator";
import { settle } from "../support/manual-clock";

/** Rings the object's alarm, again and again, until the run has ended. */
async function ringUntilEnded(bench: CoordinatorBench, runId: string): Promise<number> {
  const startedAtMs = bench.clock.now();
  for (;;) {
    const { endedAtMs } = await bench.recorded(runId);
    if (endedAtMs !== null) {
      return endedAtMs - startedAtMs;
    }
    if (bench.alarmAtMs !== null) {
      await bench.ring();
    }
    await bench.until(() => true);
  }
}

describe("a run past its deadline", () => {
  it("expires at its time while a provider is silent, and keeps its text", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin({ deadlineMs: 20_000 });
      life.say("Half");
      const tookMs = await ringUntilEnded(bench, runId);
      expect(tookMs).toBe(20_000);
      const { status, error } = await bench.recorded(runId);
      expect([status, error?.code]).toEqual(["expired", "deadline_exceeded"]);
      expect(life.signal.aborted).toBe(true);
      expect(await bench.thread()).toEqual(["assistant: Half…"]);
    }));

  it("lets the next one work", ({ expect }) =>
    withCoordinator(async (bench) => {
      const first = await bench.begin({ deadlineMs: 1000 });
      const second = await bench.start();
      await ringUntilEnded(bench, first.runId);
      await bench.until(() => bench.life.plan.runId === second);
      expect(bench.attempts).toHaveLength(2);
    }));

  it("expires without being begun again where its object was dead meanwhile", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin({ deadlineMs: 20_000 });
      life.say("Half");
      await settle();
      bench.crash();
      await bench.clock.advance(30_000);
      bench.wake();
      await bench.until(async () => (await bench.recorded(runId)).status === "expired");
      expect(bench.attempts).toHaveLength(1);
      expect(await bench.thread()).toEqual(["assistant: Half…"]);
    }));

  it("expires in the queue where it never gets its turn", ({ expect }) =>
    withCoordinator(async (bench) => {
      const first = await bench.begin();
      first.life.end({ kind: "suspended", calls: [CALL], traces: [], usage: NO_USAGE });
      await bench.until(() => bench.statusOf(first.runId) === "requires_action");
      const second = await bench.start();
      expect(await ringUntilEnded(bench, second)).toBe(RUN.queueDeadlineMs);
      expect((await bench.recorded(second)).status).toBe("expired");
      expect((await bench.recorded(first.runId)).endedAtMs).toBeNull();
    }));

  it("expires a day after it came to wait for outputs that nobody submits", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin();
      life.end({ kind: "suspended", calls: [CALL], traces: [], usage: NO_USAGE });
      await bench.until(() => bench.statusOf(runId) === "requires_action");
      bench.crash();
      expect(await ringUntilEnded(bench, runId)).toBe(RUN.waitDeadlineMs);
      expect((await bench.recorded(runId)).status).toBe("expired");
    }));

  it("ends as cancelled where the stop came before the deadline", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId } = await bench.begin({ deadlineMs: 1000 }, { heedsStop: false });
      void bench.coordinator.cancel(runId);
      await bench.ring();
      await bench.clock.advance(RUN.stopGraceMs);
      await bench.until(async () => (await bench.recorded(runId)).endedAtMs !== null);
      expect((await bench.recorded(runId)).status).toBe("cancelled");
    }));
});

describe("the alarm", () => {
  it("is off while nothing is left to do, and rings for the journal's end alone", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin();
      life.answer("A");
      await bench.until(async () => (await bench.recorded(runId)).endedAtMs !== null);
      await bench.until(() => bench.phaseOf(runId) === "ended");
      const day = 24 * 60 * 60 * 1000;
      expect((bench.alarmAtMs ?? 0) - bench.clock.now()).toBe(day);
      await bench.ring();
      expect(bench.coordinator.isIdle).toBe(true);
      expect(bench.alarmAtMs).toBeNull();
      // The object is then forgotten as a whole, which costs no write a row.
      const rows = bench.storage.sql.exec("SELECT id FROM runs").toArray();
      expect(rows).toEqual([{ id: runId }]);
    }));

  it("does not wake the object before the deadline while a run waits for its client", ({
    expect,
  }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin();
      life.end({ kind: "suspended", calls: [CALL], traces: [], usage: NO_USAGE });
      await bench.until(() => bench.statusOf(runId) === "requires_action");
      expect((bench.alarmAtMs ?? 0) - bench.clock.now()).toBe(RUN.waitDeadlineMs);
    }));
});

const NO_USAGE = { inputTokens: 0, outputTokens: 0 };
const CALL = { callId: "call_1", actionName: "MODEL_CALL", row: 0, name: "f", arguments: "{}" };
