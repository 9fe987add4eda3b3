/**
 * Proves that a run may wait for outputs of its client, over any number of deaths of its object, and
 * goes on once it has them all. Does not prove what the engine makes of them: see its own tests.
 */
import { describe, it } from "vitest";

import type { PendingCall } from "../../src/domain/run";
import { RUN } from "../../src/limits";
import { type CoordinatorBench, runIn, withCoordinator } from "../support/coordinator";

const CALLS: PendingCall[] = ["a", "b"].map((callId) => ({
  callId,
  actionName: "MODEL_CALL",
  row: 0,
  name: "look_up",
  arguments: `{"for":"${callId}"}`,
}));

async function beginWaiting(bench: CoordinatorBench): Promise<string> {
  const { runId, life } = await bench.begin({ question: "Q" });
  const usage = { inputTokens: 7, outputTokens: 3 };
  life.end({ kind: "suspended", calls: CALLS, traces: [], usage });
  await bench.until(() => bench.statusOf(runId) === "requires_action");
  return runId;
}

describe("a run that waits for its client", () => {
  it("shows its calls, answers a blocking caller, and lets D1 know", ({ expect }) =>
    withCoordinator(async (bench) => {
      const runId = await beginWaiting(bench);
      const run = runIn(await bench.coordinator.wait(runId));
      expect(run).toMatchObject({ status: "requires_action", pendingCalls: CALLS });
      const atMs = bench.clock.now();
      expect((await bench.told(runId)).at(-1)?.event).toEqual({
        type: "run-wait",
        calls: CALLS,
        atMs,
        expiresAtMs: atMs + RUN.waitDeadlineMs,
      });
      await bench.until(async () => (await bench.recorded(runId)).status === "requires_action");
    }));

  it("goes on with outputs handed in one by one, its object dying in between", ({ expect }) =>
    withCoordinator(async (bench) => {
      const runId = await beginWaiting(bench);
      bench.crash();
      const half = runIn(await bench.coordinator.submit(runId, [{ callId: "b", output: "B" }]));
      expect(half).toMatchObject({ status: "requires_action", pendingCalls: [{ callId: "a" }] });
      bench.crash();
      const whole = runIn(await bench.coordinator.submit(runId, [{ callId: "a", output: "A" }]));
      expect(whole).toMatchObject({ status: "running", pendingCalls: [] });
      await bench.until(() => bench.attempts.length === 2);
      expect([...bench.life.ports.submittedOutputs(CALLS)]).toEqual([
        ["a", "A"],
        ["b", "B"],
      ]);
      bench.life.answer("done");
      await bench.until(async () => (await bench.recorded(runId)).status === "succeeded");
      expect((await bench.told(runId)).map(({ event }) => event.type)).toEqual([
        "run-start",
        "run-wait",
        "run-resume",
        "message-add",
        "run-end",
      ]);
    }));

  it("takes the same output twice and another one for the same call not at all", ({ expect }) =>
    withCoordinator(async (bench) => {
      const runId = await beginWaiting(bench);
      const given = [{ callId: "a", output: "A" }];
      await bench.coordinator.submit(runId, given);
      expect(await bench.coordinator.submit(runId, given)).toMatchObject({ ok: true });
      expect(
        await bench.coordinator.submit(runId, [{ callId: "a", output: "other" }]),
      ).toMatchObject({
        failure: { kind: "conflict" },
      });
      const whole = [...given, { callId: "b", output: "B" }];
      await bench.coordinator.submit(runId, whole);
      expect(await bench.coordinator.submit(runId, whole)).toMatchObject({ ok: true });
      await bench.until(() => bench.attempts.length > 1);
      expect(bench.attempts).toHaveLength(2);
    }));

  it("refuses an output for a call that it does not wait for, and takes none with it", ({
    expect,
  }) =>
    withCoordinator(async (bench) => {
      const runId = await beginWaiting(bench);
      const given = ["a", "x"].map((callId) => ({ callId, output: "?" }));
      expect(await bench.coordinator.submit(runId, given)).toMatchObject({
        failure: { kind: "invalid", issues: [{ path: ["outputs", 1, "call_id"] }] },
      });
      expect(runIn(await bench.coordinator.read(runId)).pendingCalls).toHaveLength(2);
    }));

  it("is no longer to be given anything once it has ended", ({ expect }) =>
    withCoordinator(async (bench) => {
      const runId = await beginWaiting(bench);
      const run = runIn(await bench.coordinator.cancel(runId));
      expect(run).toMatchObject({ status: "cancelled", usage: { inputTokens: 7 } });
      expect(await bench.coordinator.submit(runId, [{ callId: "a", output: "A" }])).toMatchObject({
        failure: { kind: "run_state", status: "cancelled" },
      });
      expect(await bench.thread()).toEqual(["user: Q"]);
    }));
});
