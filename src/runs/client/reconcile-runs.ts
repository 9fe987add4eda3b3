/**
 * The last resort against runs that never end: those that D1 still has as unfinished long after their
 * deadlines. Asking their object wakes it, and it goes on; one that does not know the run (its data
 * were lost, or were erased in between) will never end it, so it is ended here.
 */
import type { FinalRunStatus, RunError } from "../../domain/run";
import { RETENTION, RUN } from "../../limits";
import { log } from "../../observability/log";
import {
  type OpenRun,
  keepRunPlace,
  listOverdueRuns,
  readRunPlace,
} from "../../store/runs/open-runs";
import { endRun } from "../../store/runs/run-records";
import { controlDatabase, projectDatabases } from "../../store/sql/databases";
import { ask, runObject } from "./find-object";

const LOST: { status: FinalRunStatus; error: RunError } = {
  status: "failed",
  error: { code: "lost", message: "Nothing is known of the run any more; it did not end." },
};

/** What one pass over open runs has found. */
export interface RunsReconciled {
  /** Runs whose objects were asked. */
  asked: number;
  /** Those of them that were ended here. */
  lost: number;
  /** There are more to ask. */
  isBehind: boolean;
}

/**
 * A pass asks after so many, and the next goes on behind them: runs that are overdue and known do not
 * keep others from being found lost.
 */
export async function reconcileRuns(env: Env, nowMs: number): Promise<RunsReconciled> {
  const control = controlDatabase(env);
  const before = await readRunPlace(control);
  const reconciled: RunsReconciled = { asked: 0, lost: 0, isBehind: false };
  let place = 0;
  for (const db of projectDatabases(env)) {
    const { runs: overdue, isBehind } = await listOverdueRuns(
      db,
      {
        beforeMs: nowMs - RUN.overdueMs,
        waitingBeforeMs: nowMs - RUN.waitOverdueMs,
        after: before,
      },
      RUN.reconcileMax,
    );
    reconciled.isBehind ||= isBehind;
    for (const [index, run] of overdue.entries()) {
      reconciled.lost += (await reconcile(env, run, nowMs)) ? 1 : 0;
      reconciled.asked += 1;
      const isLast = index + 1 === overdue.length && overdue.length < RUN.reconcileMax;
      if (!isLast && reconciled.lost === RETENTION.lostRunsPerPass) {
        place = run.seq;
        break;
      }
      place = isLast ? 0 : run.seq;
    }
  }
  if (place !== before) {
    await keepRunPlace(control, place);
  }
  reconciled.isBehind ||= place !== 0;
  return reconciled;
}

/** True where the run was lost. */
async function reconcile(env: Env, run: OpenRun, nowMs: number): Promise<boolean> {
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
  return !known.ok;
}
