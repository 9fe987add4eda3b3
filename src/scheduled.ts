/**
 * What the deployment does by the clock (`[triggers]` in wrangler.toml): forgets answers to retries
 * that will not come any more, ends runs that were lost, and erases what projects do not keep. Each
 * pass is bounded; what is left waits for the next.
 */
import { RETENTION } from "./bulk-limits";
import { IDEMPOTENCY } from "./limits";
import { log } from "./observability/log";
import { eraseThread } from "./runs/client/follow-thread";
import { reconcileRuns } from "./runs/client/reconcile-runs";
import { purgeResponses } from "./store/access/idempotency";
import { sweepDoomedObjects } from "./store/files/doomed-objects";
import { eraseOrphanedFiles, eraseThreadRows } from "./store/projects/erasure";
import { listIdleThreads, listRetentionPolicies } from "./store/projects/retention";
import { controlDatabase, databaseOf, projectDatabases } from "./store/sql/databases";

const DAY_MS = 24 * 60 * 60 * 1000;

export async function sweep(env: Env, nowMs: number): Promise<void> {
  for (const db of projectDatabases(env)) {
    await purgeResponses(db, nowMs - IDEMPOTENCY.keepMs, RETENTION.answersPerPass);
    await sweepDoomedObjects(db, env.FILES, RETENTION.objectsPerPass);
  }
  await reconcileRuns(env, nowMs);
  for (const { projectId, keepIdleDays } of await listRetentionPolicies(controlDatabase(env))) {
    try {
      await sweepProject(env, projectId, nowMs - keepIdleDays * DAY_MS);
    } catch (error) {
      // One project's trouble is not the others'.
      log.error("a project could not be swept", {
        projectId,
        error: error instanceof Error ? error : String(error),
      });
    }
  }
}

async function sweepProject(env: Env, projectId: string, beforeMs: number): Promise<void> {
  const idle = await listIdleThreads(
    databaseOf(env, { projectId }),
    projectId,
    beforeMs,
    RETENTION.threadsPerPass,
  );
  for (const id of idle) {
    await eraseThreadRows(env, projectId, id);
    await eraseThread(env, { projectId, id });
  }
  await eraseOrphanedFiles(env, projectId, beforeMs, RETENTION.filesPerPass);
}
