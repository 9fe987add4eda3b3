/** Proves that no caller hangs on an object that does not come to an answer. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { newRunId } from "../../src/domain/ids";
import { cancelRun, waitForRun } from "../../src/runs/client/run-client";
import { type CoordinatorBench, withCoordinator } from "../support/coordinator";

/** The Worker's way to the bench's object, whose D1 never takes the end of a run. */
function stuck(bench: CoordinatorBench): Env {
  bench.records = { ...bench.records, end: () => new Promise(() => {}) };
  return {
    ...env,
    THREAD: Object.assign(Object.create(env.THREAD), { getByName: () => bench.coordinator }),
  };
}

describe("a caller of a run whose end cannot be recorded", () => {
  it("is told how it stands", ({ expect }) =>
    withCoordinator(async (bench) => {
      const { runId } = await bench.begin();
      const worker = stuck(bench);
      const address = { projectId: bench.projectId, threadId: bench.threadId, runId };
      expect(await waitForRun(worker, address, { waitMs: 1 })).toMatchObject({
        value: { id: runId, status: "running" },
      });
      expect(await cancelRun(worker, address, 1)).toMatchObject({
        value: { id: runId, status: "cancelling" },
      });
    }));

  it("is told at once of one that nobody knows", ({ expect }) =>
    withCoordinator(async (bench) => {
      const worker = stuck(bench);
      const address = { projectId: bench.projectId, threadId: null, runId: newRunId() };
      const unknown = { failure: { kind: "not_found", entity: "run" } };
      expect(await cancelRun(worker, address, 60_000)).toMatchObject(unknown);
    }));
});
