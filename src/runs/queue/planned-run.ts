/** What lies beside a run in the object's tables, for those who know that it is there. */
import type { PlannedRun, Wait } from "../object/run-blobs";
import type { RunTable } from "./object-run-table";

/** What the run was asked. Only of a run that has not ended. */
export function planOf(table: RunTable, runId: string): PlannedRun {
  const plan = table.getBlob(runId, "plan");
  if (plan === undefined) {
    throw new Error(`run ${runId} has no plan`);
  }
  return plan;
}

/** Empty where the run has never waited. */
export function lastWaitOf(table: RunTable, runId: string): Wait {
  return table.getBlob(runId, "wait") ?? { calls: [], usage: { inputTokens: 0, outputTokens: 0 } };
}
