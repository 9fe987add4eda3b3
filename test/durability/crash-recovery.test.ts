/**
 * Proves that a run whose object dies, at any of the points named here, goes on from its tables:
 * accepted once, ended once, answered once, with no call needed but the object's own alarm. Does not
 * prove that the platform keeps the tables: see the chaos command, which kills the whole server.
 */
import { describe, it } from "vitest";

import { RUN } from "../../src/limits";
import { type CoordinatorBench, PLACE, withCoordinator } from "../support/coordinator";
import { settle } from "../support/manual-clock";

/** What a dead object was waiting for. */
const NEVER = new Promise<never>(() => {});

async function ended(bench: CoordinatorBench, runId: string): Promise<void> {
  await bench.until(async () => (await bench.recorded(runId)).endedAtMs !== null);
}

describe("a run whose object dies before D1 has heard of it", () => {
  it("is recorded and executed by the alarm", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { records } = bench;
      bench.records = { ...records, admit: () => NEVER };
      const start = bench.ask({ question: "Q" });
      void bench.coordinator.start(start);
      bench.crash();
      bench.records = records;
      await bench.ring();
      await bench.until(() => bench.attempts.length === 1);
      bench.life.answer("A");
      await ended(bench, start.request.runId);
      expect(await bench.thread()).toEqual(["user: Q", "assistant: A"]);
    }));

  it("is there once when its caller, who had no answer, asks again", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { records } = bench;
      bench.records = { ...records, admit: (given) => records.admit(given).then(() => NEVER) };
      const start = bench.ask({ question: "Q" });
      void bench.coordinator.start(start);
      await bench.until(async () => (await bench.thread()).length === 1);
      bench.crash();
      bench.records = records;
      expect(await bench.coordinator.start(start)).toMatchObject({ ok: true });
      await bench.until(() => bench.attempts.length === 1);
      bench.life.answer("A");
      await ended(bench, start.request.runId);
      expect(await bench.thread()).toEqual(["user: Q", "assistant: A"]);
    }));
});

describe("a run whose object dies while it is at work", () => {
  it("goes on with the steps that were finished, and tells its start once", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin({ question: "Q" });
      const cell = { value: "done", error: null, meta: { durationMs: 1 } };
      life.ports.steps.start("INPUT");
      life.ports.steps.complete("INPUT", cell);
      life.ports.steps.start("MODEL_CALL");
      life.say("half an ans");
      await settle();
      bench.crash();
      await bench.ring();
      await bench.until(() => bench.attempts.length === 2);
      const { ports } = bench.life;
      const { steps } = ports;
      expect(steps.get("INPUT")).toEqual(cell);
      expect(steps.get("MODEL_CALL")).toBeUndefined();
      expect(steps.start("MODEL_CALL")).toBe(2);
      ports.emit({ type: "action-reset", place: PLACE });
      bench.life.say("whole answer");
      bench.life.answer("whole answer");
      await ended(bench, runId);
      const told = (await bench.told(runId)).map(({ event }) => event.type);
      expect(told).toEqual([
        "run-start",
        "text-delta",
        "action-reset",
        "text-delta",
        "message-add",
        "run-end",
      ]);
      expect(await bench.thread()).toEqual(["user: Q", "assistant: whole answer"]);
    }));

  it("has told all that a finished step had to tell, up to its last word", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin();
      life.ports.steps.start("MODEL_CALL");
      life.say("first ");
      life.say("last");
      const value = "first last";
      life.ports.steps.complete("MODEL_CALL", { value, error: null, meta: { durationMs: 1 } });
      await settle();
      bench.crash();
      await bench.ring();
      await bench.until(() => bench.attempts.length === 2);
      bench.life.answer(value);
      await ended(bench, runId);
      const texts = (await bench.told(runId)).flatMap(({ event }) =>
        event.type === "text-delta" ? [event.text] : [],
      );
      expect(texts.join("")).toBe(value);
    }));

  it("does not tell again what it told under a key of its own", ({ expect }) =>
    withCoordinator(async (bench) => {
      const start = { type: "action-start", action: { type: "chat", name: "MODEL_CALL" } } as const;
      const { runId, life } = await bench.begin();
      life.ports.emit(start, "MODEL_CALL/start");
      await settle();
      bench.crash();
      await bench.ring();
      await bench.until(() => bench.attempts.length === 2);
      bench.life.ports.emit(start, "MODEL_CALL/start");
      bench.life.answer("A");
      await ended(bench, runId);
      const told = (await bench.told(runId)).map(({ event }) => event.type);
      expect(told.filter((type) => type === "action-start")).toHaveLength(1);
    }));

  it("fails instead of beginning for ever where it never gets on", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId } = await bench.begin({ deadlineMs: RUN.maxDeadlineMs });
      for (let life = 2; life <= RUN.maxResumptions; life += 1) {
        bench.crash();
        await bench.ring();
        await bench.until(() => bench.attempts.length === life);
        // It has lived so long that its process may have died of something else.
        await bench.clock.advance(RUN.probationMaxMs);
      }
      bench.crash();
      await bench.ring();
      await ended(bench, runId);
      expect(bench.attempts).toHaveLength(RUN.maxResumptions);
      const { status, error } = await bench.recorded(runId);
      expect([status, error?.code]).toEqual(["failed", "too_many_crashes"]);
    }));

  it("counts attempts anew after each finished step", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId } = await bench.begin();
      for (let life = 2; life <= RUN.maxResumptions + 2; life += 1) {
        bench.crash();
        await bench.ring();
        await bench.until(() => bench.attempts.length === life);
        const cell = { value: life, error: null, meta: { durationMs: 1 } };
        bench.life.ports.steps.complete(`STEP_${life}`, cell);
      }
      bench.life.answer("A");
      await ended(bench, runId);
      expect((await bench.recorded(runId)).status).toBe("succeeded");
    }));

  it("goes on where what the engine stands on had given way", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin();
      life.fail(new Error("D1 is not to be had"));
      await bench.until(() => bench.reported.length === 1);
      await bench.ring();
      await bench.until(() => bench.attempts.length === 2);
      bench.life.answer("A");
      await ended(bench, runId);
      expect((await bench.recorded(runId)).status).toBe("succeeded");
    }));
});

describe("a run whose object dies around its end", () => {
  it("is recorded once where it died before D1 had its end", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { records } = bench;
      const { runId, life } = await bench.begin({ question: "Q" });
      bench.records = { ...records, end: () => NEVER };
      life.answer("A");
      await bench.until(
        () =>
          bench.storage.sql.exec("SELECT 1 FROM runs WHERE phase = 'finalizing'").toArray()
            .length === 1,
      );
      bench.crash();
      bench.records = records;
      await bench.ring();
      await ended(bench, runId);
      expect(bench.attempts).toHaveLength(1);
      expect(await bench.thread()).toEqual(["user: Q", "assistant: A"]);
    }));

  it("answers once where it died after D1 had its end and before it could say so", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { records } = bench;
      const { runId, life } = await bench.begin({ question: "Q" });
      bench.records = { ...records, end: (ending) => records.end(ending).then(() => NEVER) };
      life.answer("A");
      await ended(bench, runId);
      bench.crash();
      bench.records = records;
      await bench.ring();
      await bench.until(async () => (await bench.told(runId)).at(-1)?.event.type === "run-end");
      const told = (await bench.told(runId)).map(({ event }) => event.type);
      expect(told).toEqual(["run-start", "message-add", "run-end"]);
      expect(await bench.thread()).toEqual(["user: Q", "assistant: A"]);
    }));

  it("tries again, ever more seldom, while D1 does not take its end", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { records } = bench;
      const { runId, life } = await bench.begin();
      bench.records = { ...records, end: () => Promise.reject(new Error("D1 is down")) };
      life.answer("A");
      const waitsMs: number[] = [];
      for (let failures = 1; failures <= 6; failures += 1) {
        await bench.until(() => bench.reported.length === failures);
        waitsMs.push((bench.alarmAtMs ?? 0) - bench.clock.now());
        await bench.ring();
      }
      await bench.until(() => bench.reported.length === 7);
      expect(waitsMs.at(-1)).toBe(RUN.maxRetryMs);
      bench.records = records;
      await bench.ring();
      await ended(bench, runId);
      expect((await bench.recorded(runId)).status).toBe("succeeded");
    }));

  it("lets the next run of its thread have its turn", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId, life } = await bench.begin();
      const second = await bench.start();
      life.answer("A");
      await ended(bench, runId);
      bench.crash();
      const attempts = bench.attempts.length;
      await bench.ring();
      await bench.until(() => bench.attempts.length > attempts);
      expect(bench.life.plan.runId).toBe(second);
      bench.life.answer("B");
      await ended(bench, second);
      expect(await bench.thread()).toEqual(["assistant: A", "assistant: B"]);
    }));
});
