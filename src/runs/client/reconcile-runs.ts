/**
 * The last resort against runs that never end: those that D1 still has as unfinished long after their
 * deadlines. Asking their object wakes it, and it goes on; one that does not know the run (its data
 * were lost, or were erased in between) will never end it, so it is ended here.
 */
import type { FinalRunStatus, RunError } from "../../domain/run";
import { RUN } from "../../limits";
import { log } from "../../observability/log";
import { type OpenRun, listOverdueRuns } from "../../store/runs/open-runs";
import { endRun } from "../../store/runs/run-records";
import { projectDatabases } from "../../store/sql/databases";
import { ask, runObject } from "./find-object";

const LOST: { status: FinalRunStatus; error: RunError } = {
  status: "failed",
  error: { code: "lost", message: "Nothing is known of the run any more; it did not end." },
};

export async function reconcileRuns(env: Env, nowMs: number): Promise<void> {
  for (const db of projectDatabases(env)) {
    const overdue = await listOverdueRuns(
      db,
      { beforeMs: nowMs - RUN.overdueMs, waitingBeforeMs: nowMs - RUN.waitOverdueMs },
      RUN.reconcileMax,
    );
    for (const run of overdue) {
      await reconcile(env, run, nowMs);
    }
  }
}

async function reconcile(env: Env, run: OpenRun, nowMs: number): Promise<void> {
  const { projectId, runId } = run;
  const known = await ask(
    () => runObject(env, run),
    (object) => object.read(runId),
  );
  if (!known.ok) {
    log.error("a run was lost, and is ended as failed", { projectId, runId });
    await endRun(env, {
      ...LOST,
      projectId,
      runId,
      startedAtMs: null,
      endedAtMs: nowMs,
      traces: [],
      results: null,
      usage: { inputTokens: 0, outputTokens: 0 },
      pendingCalls: [],
      messages: [],
      withdrawnMessages: [],
    });
  }
}
