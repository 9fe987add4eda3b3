/**
 * Proves that a stop and whatever it races with end in one of the two ways and never in between, in
 * each order that the object can see; that what was told is kept, and that stopping twice is stopping
 * once. Does not prove that a provider's connection closes: see `blackbox/providers.test.ts`.
 */
import { describe, it } from "vitest";

import { RUN } from "../../src/limits";
import { type CoordinatorBench, runIn, succeeded, withCoordinator } from "../support/coordinator";

async function ended(bench: CoordinatorBench, runId: string): Promise<string> {
  await bench.until(async () => (await bench.recorded(runId)).endedAtMs !== null);
  return (await bench.recorded(runId)).status;
}

describe("a stopped run", () => {
  it("keeps the text it had told, marked incomplete, and answers with its end", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin({ question: "Q" });
      life.say("Half ");
      life.say("an answer");
      const run = runIn(await bench.coordinator.cancel(runId));
      expect(run).toMatchObject({ status: "cancelled", error: { code: "cancelled" } });
      expect(life.signal.aborted).toBe(true);
      expect(await bench.thread()).toEqual(["user: Q", "assistant: Half an answer…"]);
    }));

  it("writes nothing to the thread where it had told nothing", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId } = await bench.begin({ question: "Q" });
      await bench.coordinator.cancel(runId);
      expect(await bench.thread()).toEqual(["user: Q"]);
    }));

  it("is stopped once by two stops at the same time, and by one after its end", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin();
      life.say("Half");
      const both = await Promise.all([
        bench.coordinator.cancel(runId),
        bench.coordinator.cancel(runId),
      ]);
      expect(both.map((report) => runIn(report).status)).toEqual(["cancelled", "cancelled"]);
      expect(await bench.coordinator.cancel(runId)).toEqual({
        ok: true,
        value: { kind: "recorded" },
      });
      const told = (await bench.told(runId)).filter(({ event }) => event.type === "run-end");
      expect(told).toHaveLength(1);
      expect(await bench.thread()).toEqual(["assistant: Half…"]);
    }));

  it("tells nothing that it says after the stop", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin();
      life.say("before");
      const stopped = bench.coordinator.cancel(runId);
      life.say("after");
      await stopped;
      expect(await bench.thread()).toEqual(["assistant: before…"]);
    }));

  it("never begins where it was still waiting for its turn", ({ expect }) =>
    withCoordinator(async (bench) => {
      const first = await bench.begin();
      const second = await bench.start();
      expect(runIn(await bench.coordinator.cancel(second)).status).toBe("cancelled");
      first.life.answer("A");
      await ended(bench, first.runId);
      expect(bench.attempts).toHaveLength(1);
      expect((await bench.told(second)).map(({ event }) => event.type)).toEqual(["run-end"]);
    }));

  it("ends although its engine does not heed the stop", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin({}, { heedsStop: false });
      life.say("Half");
      const stopped = bench.coordinator.cancel(runId);
      await bench.clock.advance(RUN.stopGraceMs);
      expect(runIn(await stopped).status).toBe("cancelled");
      life.answer("too late");
      const next = await bench.begin();
      next.life.answer("B");
      await ended(bench, next.runId);
      expect(await bench.thread()).toEqual(["assistant: Half…", "assistant: B"]);
    }));

  it("is stopped after a crash in the middle of stopping", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin({}, { heedsStop: false });
      life.say("Half");
      void bench.coordinator.cancel(runId);
      bench.crash();
      await bench.ring();
      expect(await ended(bench, runId)).toBe("cancelled");
      expect(bench.attempts).toHaveLength(1);
      expect(await bench.thread()).toEqual(["assistant: Half…"]);
    }));
});

describe("a stop that races with the answer", () => {
  it("wins where it came first, although the engine then answered", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin({}, { heedsStop: false });
      life.say("All of it");
      const stopped = bench.coordinator.cancel(runId);
      life.end(succeeded("All of it"));
      expect(runIn(await stopped).status).toBe("cancelled");
      expect(await bench.thread()).toEqual(["assistant: All of it…"]);
    }));

  it("loses where the answer came first, and says so", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { records } = bench;
      const gate = Promise.withResolvers<void>();
      bench.records = { ...records, end: (ending) => gate.promise.then(() => records.end(ending)) };
      const { runId, life } = await bench.begin();
      life.answer("A");
      await bench.until(() => bench.phaseOf(runId) === "finalizing");
      const stopped = bench.coordinator.cancel(runId);
      gate.resolve();
      expect(runIn(await stopped).status).toBe("succeeded");
      expect(await bench.thread()).toEqual(["assistant: A"]);
    }));
});

describe("on_conflict", () => {
  it("queue: runs have their turns in the order in which they came", ({ expect }) =>
    withCoordinator(async (bench) => {
      const first = await bench.begin();
      const others = [await bench.start(), await bench.start(), await bench.start()];
      first.life.answer("0");
      for (const [index, runId] of others.entries()) {
        await bench.until(() => bench.life.plan.runId === runId);
        bench.life.answer(String(index + 1));
      }
      await ended(bench, others.at(-1) ?? "");
      expect(await bench.thread()).toEqual([0, 1, 2, 3].map((index) => `assistant: ${index}`));
    }));

  it("queue: refuses one more than may wait, and says when to come back", ({ expect }) =>
    withCoordinator(async (bench) => {
      await bench.begin();
      for (let waiting = 0; waiting < RUN.queueMax; waiting += 1) {
        await bench.start();
      }
      const refused = await bench.coordinator.start(bench.ask({ question: "one too many" }));
      expect(refused).toEqual({
        ok: false,
        failure: { kind: "queue_full", limit: RUN.queueMax, retryAfterSeconds: 5 },
      });
      expect(await bench.thread()).toEqual([]);
    }));

  it("reject: is refused while a run is at work, and leaves nothing", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin();
      const refused = await bench.coordinator.start(
        bench.ask({ conflict: "reject", question: "Q" }),
      );
      expect(refused).toMatchObject({
        failure: { kind: "thread_busy", threadId: bench.threadId, activeRunId: runId },
      });
      life.answer("A");
      await ended(bench, runId);
      expect(await bench.coordinator.start(bench.ask({ conflict: "reject" }))).toMatchObject({
        ok: true,
      });
      expect(await bench.thread()).toEqual(["assistant: A"]);
    }));

  it("interrupt: stops the run at work, keeps its text, and goes before those that wait", ({
    expect,
  }) =>
    withCoordinator(async (bench) => {
      const first = await bench.begin();
      first.life.say("Half");
      const patient = await bench.start();
      const urgent = await bench.start({ conflict: "interrupt" });
      await bench.until(() => bench.life.plan.runId === urgent);
      expect((await bench.recorded(first.runId)).error?.code).toBe("interrupted");
      bench.life.answer("U");
      await bench.until(() => bench.life.plan.runId === patient);
      bench.life.answer("P");
      await ended(bench, patient);
      expect(await bench.thread()).toEqual(["assistant: Half…", "assistant: U", "assistant: P"]);
    }));

  it("interrupt: of several at once only the last comes to work", ({ expect }) =>
    withCoordinator(async (bench) => {
      const first = await bench.begin({}, { heedsStop: false });
      const urgent = [
        await bench.start({ conflict: "interrupt" }),
        await bench.start({ conflict: "interrupt" }),
        await bench.start({ conflict: "interrupt" }),
      ];
      first.life.answer("too late");
      await bench.until(() => bench.attempts.length === 2);
      expect(bench.life.plan.runId).toBe(urgent.at(-1));
      bench.life.answer("last");
      const statuses = await Promise.all(urgent.map((runId) => ended(bench, runId)));
      expect(statuses).toEqual(["cancelled", "cancelled", "succeeded"]);
    }));

  it("interrupt: still does after a crash between being accepted and stopping anyone", ({
    expect,
  }) =>
    withCoordinator(async (bench) => {
      const first = await bench.begin();
      const { records } = bench;
      bench.records = { ...records, admit: (given) => records.admit(given).then(() => NEVER) };
      const start = bench.ask({ conflict: "interrupt" });
      void bench.coordinator.start(start);
      await bench.until(() =>
        bench.recorded(start.request.runId).then(
          () => true,
          () => false,
        ),
      );
      bench.crash();
      bench.records = records;
      await bench.ring();
      await bench.until(() => bench.life.plan.runId === start.request.runId);
      expect(await ended(bench, first.runId)).toBe("cancelled");
    }));

  it("rollback: takes back what the run had written, its question included", ({ expect }) =>
    withCoordinator(async (bench) => {
      const first = await bench.begin({ question: "Q1" });
      first.life.say("Half");
      const second = await bench.start({ conflict: "rollback", question: "Q2" });
      await bench.until(() => bench.life.plan.runId === second);
      expect((await bench.recorded(first.runId)).error?.code).toBe("rolled_back");
      bench.life.answer("A2");
      await ended(bench, second);
      expect(await bench.thread()).toEqual(["user: Q2", "assistant: A2"]);
    }));
});

/** What a dead object was waiting for. */
const NEVER = new Promise<never>(() => {});

describe("a run whose admission fails", () => {
  it.for(["cannot be recorded", "is refused"])(
    "is not waited for, and not stopped, where it %s",
    (how, { expect }) =>
      withCoordinator(async (bench) => {
        const { promise, resolve, reject } =
          Promise.withResolvers<Awaited<ReturnType<typeof bench.records.admit>>>();
        bench.records = { ...bench.records, admit: () => promise };
        const start = bench.ask();
        const { runId } = start.request;
        const started = bench.coordinator.start(start);
        await bench.until(() => bench.phaseOf(runId) === "accepted");
        const waited = bench.coordinator.wait(runId);
        const stopped = bench.coordinator.cancel(runId);
        const failure = { kind: "not_found", entity: "thread", id: bench.threadId } as const;
        if (how === "is refused") {
          resolve({ ok: false, failure });
        } else {
          reject(new Error("D1 is away"));
        }
        expect(await started).toMatchObject({ ok: false });
        const unknown = { ok: false, failure: { kind: "not_found", entity: "run", id: runId } };
        expect(await Promise.all([waited, stopped])).toEqual([unknown, unknown]);
        expect(bench.attempts).toEqual([]);
      }),
  );
});
