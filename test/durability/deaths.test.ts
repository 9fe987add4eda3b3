/**
 * Proves what becomes of a run that takes its process down: its second death, alone, is its last, it
 * ends with what it had told, and its thread goes on; runs that were cut off beside it lose nothing.
 * Does not prove that a process dies of it: see the black-box test of killing inputs.
 */
import { describe, it } from "vitest";

import { RUN } from "../../src/limits";
import { Probation } from "../../src/runs/object/probation";
import { AT_ONCE, type CoordinatorBench, withCoordinator } from "../support/coordinator";
import { ManualClock, settle } from "../support/manual-clock";

const NEVER = new Promise<never>(() => {});

/** The object dies, and is back by its alarm with the run in hand again. */
async function dieAndBeginAgain(bench: CoordinatorBench): Promise<void> {
  const attempts = bench.attempts.length;
  bench.crash();
  await bench.ring();
  await bench.until(() => bench.attempts.length > attempts);
}

async function ended(bench: CoordinatorBench, runId: string): Promise<void> {
  await bench.until(async () => (await bench.recorded(runId)).endedAtMs !== null);
}

describe("a run that takes its process down", () => {
  it("has its attempt written down before its work begins", ({ expect }) =>
    withCoordinator(async (bench) => {
      const gate = Promise.withResolvers<void>();
      bench.durability = () => gate.promise;
      const runId = await bench.start();
      await bench.until(() => bench.statusOf(runId) === "running");
      expect(bench.attempts).toHaveLength(0);
      gate.resolve();
      await bench.until(() => bench.attempts.length === 1);
    }));

  it("fails at its second death, keeps what it had told, and lets the next run work", ({
    expect,
  }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin({ question: "Q" });
      const next = await bench.start({ question: "Q2" });
      life.say("half an ans");
      await settle();
      await dieAndBeginAgain(bench);
      bench.crash();
      await bench.ring();
      await ended(bench, runId);
      expect(await bench.recorded(runId)).toMatchObject({
        status: "failed",
        error: { code: "too_many_crashes" },
      });
      await bench.until(() => bench.attempts.length === 3);
      bench.life.answer("A2");
      await ended(bench, next);
      expect(await bench.thread()).toEqual([
        "user: Q",
        "user: Q2",
        "assistant: half an ans…",
        "assistant: A2",
      ]);
      const told = (await bench.told(runId)).map(({ event }) => event.type);
      expect(told).toEqual(["run-start", "text-delta", "message-add", "run-end"]);
    }));

  it("is not taken for the cause once it has lived alone for a while, or finished a step", ({
    expect,
  }) =>
    withCoordinator(async (bench) => {
      const { runId } = await bench.begin();
      await dieAndBeginAgain(bench);
      await bench.clock.advance(RUN.probationMs);
      await dieAndBeginAgain(bench);
      const cell = { value: 1, error: null, meta: { durationMs: 1 } };
      bench.life.ports.steps.complete("STEP", cell);
      await settle();
      await dieAndBeginAgain(bench);
      bench.life.answer("A");
      await ended(bench, runId);
      expect((await bench.recorded(runId)).status).toBe("succeeded");
    }));

  it("is not begun again where it was stopped, or past its deadline, while it waited", ({
    expect,
  }) =>
    withCoordinator(async (bench) => {
      const { runId } = await bench.begin({ deadlineMs: 60_000 });
      const late = await bench.start();
      bench.probation = { ...AT_ONCE, enter: () => NEVER };
      bench.crash();
      await bench.ring();
      expect(await bench.coordinator.cancel(runId)).toMatchObject({
        value: { run: { status: "cancelled" } },
      });
      bench.probation = AT_ONCE;
      await bench.until(() => bench.life.plan.runId === late);
      expect(bench.attempts).toHaveLength(2);
    }));

  it("fails with the least of its outcome where recording that is what kills", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { records } = bench;
      const { runId, life } = await bench.begin({ question: "Q" });
      let tries = 0;
      bench.records = {
        ...records,
        end: (ending) => {
          tries += 1;
          return ending.results === null ? records.end(ending) : NEVER;
        },
      };
      life.answer("A");
      for (const deaths of [1, 2]) {
        await bench.until(() => tries === deaths);
        bench.crash();
        await bench.ring();
      }
      await ended(bench, runId);
      expect(await bench.recorded(runId)).toMatchObject({
        status: "failed",
        error: { code: "outcome_not_kept" },
        results: null,
      });
      expect(await bench.thread()).toEqual(["user: Q"]);
      expect((await bench.told(runId)).at(-1)?.event).toMatchObject({ status: "failed" });
    }));
});

describe("runs that were cut off together", () => {
  it("wait until others have been served, and are begun one at a time", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { clock } = bench;
      const probation = new Probation(clock);
      bench.probation = probation;
      await bench.begin();
      bench.crash();
      await bench.ring();
      const other = probation.enter(RUN.probationMs);
      await clock.advance(RUN.resumeDelayMs - 1);
      expect(bench.attempts).toHaveLength(1);
      // Whichever of the two comes first has the isolate to itself.
      await clock.advance(1);
      await bench.until(() => bench.attempts.length === 2);
      let isOtherIn = false;
      void other.then(() => (isOtherIn = true));
      await clock.advance(RUN.probationPollMs);
      expect(isOtherIn).toBe(false);
      bench.life.answer("A");
      // The recording of its end begins first, and is young for a while.
      for (const passedMs of [RUN.probationPollMs, RUN.newcomerMs, RUN.probationPollMs]) {
        await settle();
        await clock.advance(passedMs);
      }
      await bench.until(() => isOtherIn);
    }));

  it("do not wait for ever for one that is gone, nor where too many wait", async ({ expect }) => {
    const clock = new ManualClock();
    const probation = new Probation(clock);
    const entered: boolean[] = [];
    for (let who = 0; who < 12; who += 1) {
      void probation.enter(RUN.probationMs).then((pass) => entered.push(pass !== null));
    }
    await clock.advance(RUN.resumeDelayMs + RUN.probationPollMs);
    expect(entered).toEqual([true]);
    await clock.advance(RUN.probationMs + RUN.probationNoteMs + RUN.probationPollMs);
    expect(entered).toEqual([true, true]);
    await clock.advance(RUN.probationWaitMs);
    expect(entered).toHaveLength(12);
    expect(entered.slice(-2)).toEqual([false, false]);
  });

  it("are not joined by what begins for the first time, nor by the recording of an end", ({
    expect,
  }) =>
    withCoordinator(async (bench) => {
      const probation = new Probation(bench.clock);
      bench.probation = probation;
      const { runId, life } = await bench.begin();
      await bench.clock.advance(RUN.newcomerMs);
      const entered = probation.enter(RUN.probationMs);
      await bench.clock.advance(RUN.resumeDelayMs);
      const pass = await entered;
      let tries = 0;
      const { records } = bench;
      bench.records = {
        ...records,
        end: (ending) => {
          tries += 1;
          return records.end(ending);
        },
      };
      life.answer("A");
      const next = await bench.start();
      await bench.clock.advance(RUN.probationPollMs);
      expect([tries, bench.attempts.length, bench.statusOf(runId)]).toEqual([0, 1, "running"]);
      pass?.end();
      await bench.clock.advance(RUN.probationPollMs);
      await ended(bench, runId);
      await bench.until(() => bench.life.plan.runId === next);
      expect(tries).toBe(1);
    }));

  it("wait for what begins for the first time, unless there is no end of it", async ({
    expect,
  }) => {
    const clock = new ManualClock();
    const probation = new Probation(clock);
    const seen = { isAlone: false };
    const enter = async (): Promise<void> => {
      const pass = await probation.enter(RUN.probationMs);
      seen.isAlone = true;
      clock.after(RUN.probationMs, () => {
        seen.isAlone = false;
        pass?.end();
      });
    };
    void enter();
    void enter();
    await clock.advance(RUN.resumeDelayMs - 1);
    expect(probation.begin()).toBeUndefined();
    await clock.advance(RUN.newcomerMs - 1);
    expect(seen.isAlone).toBe(false);
    await clock.advance(RUN.probationPollMs);
    expect(seen.isAlone).toBe(true);
    // One that waits for it goes before the next one is alone.
    let hasBegun = false;
    void probation.begin()?.then(() => (hasBegun = true));
    await clock.advance(RUN.probationMs - RUN.probationPollMs);
    expect(hasBegun).toBe(false);
    await clock.advance(2 * RUN.probationPollMs);
    expect([hasBegun, seen.isAlone]).toEqual([true, false]);
    // The next one waits for the many that come after it, but not for ever.
    let begun = 0;
    for (let waitedMs = 0; !seen.isAlone && waitedMs < RUN.probationWaitMs; waitedMs += 100) {
      begun += probation.begin() === undefined ? 1 : 0;
      await clock.advance(100);
    }
    expect(seen.isAlone).toBe(true);
    expect(begun).toBeGreaterThan((RUN.newcomersFirstMs - RUN.newcomerMs) / 200);
  });

  it("keep nobody waiting for ever", async ({ expect }) => {
    const clock = new ManualClock();
    const probation = new Probation(clock);
    void probation.enter(RUN.probationMaxMs);
    await clock.advance(RUN.resumeDelayMs);
    let hasBegun = false;
    void probation.begin()?.then(() => (hasBegun = true));
    await clock.advance(RUN.newcomerWaitMs - 1);
    expect(hasBegun).toBe(false);
    await clock.advance(RUN.probationPollMs);
    expect(hasBegun).toBe(true);
  });
});
