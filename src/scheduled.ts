/**
 * What the deployment does by the clock (`[triggers]` in wrangler.toml): forgets answers to retries
 * that will not come any more, ends runs that were lost, and erases what projects do not keep. A pass
 * keeps within what one invocation may ask on the Free plan, each part of it whatever the others do;
 * what is left waits for the next, and no pass begins where the one before has begun.
 */
import { type KnowledgeSwept, sweepKnowledge } from "./core/sweep/sweep-knowledge";
import { type ProjectsSwept, sweepProjects } from "./core/sweep/sweep-projects";
import { IDEMPOTENCY, RETENTION } from "./limits";
import { log } from "./observability/log";
import { type RunsReconciled, reconcileRuns } from "./runs/client/reconcile-runs";
import { purgeResponses } from "./store/access/idempotency";
import { type ObjectsSwept, sweepDoomedObjects } from "./store/files/doomed-objects";
import { expireFiles } from "./store/files/files";
import { sweepCached } from "./store/runs/action-cache";
import { controlDatabase, projectDatabases } from "./store/sql/databases";

/** Null stands for a part that failed: the log says why. */
export interface SweepReport {
  /** Answers to retries that were forgotten. */
  answers: number | null;
  /** That have expired. */
  expiredFiles: number | null;
  objects: ObjectsSwept | null;
  /** Outcomes of actions kept for others, which nobody reads any more. */
  cached: number | null;
  knowledge: KnowledgeSwept | null;
  runs: RunsReconciled | null;
  projects: ProjectsSwept | null;
}

export async function sweep(env: Env, nowMs: number): Promise<SweepReport> {
  const report: SweepReport = {
    answers: await trySweep("answers", () => purgeOldAnswers(env, nowMs)),
    expiredFiles: await trySweep("expired files", () => sweepExpired(env, nowMs)),
    objects: await trySweep("objects", () => sweepObjects(env)),
    cached: await trySweep("cached", () =>
      sweepCached(
        { db: controlDatabase(env), bucket: env.FILES },
        RETENTION.cachedLookedAtPerPass,
        nowMs,
      ),
    ),
    knowledge: await trySweep("knowledge", () => sweepKnowledge(env, nowMs)),
    runs: await trySweep("runs", () => reconcileRuns(env, nowMs)),
    projects: await trySweep("projects", () => sweepProjects(env, nowMs)),
  };
  logSweep(report);
  return report;
}

/** One part's trouble is not the others'. */
async function trySweep<T>(part: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    log.error("a part of the sweep failed", {
      part,
      error: error instanceof Error ? error : String(error),
    });
    return null;
  }
}

async function purgeOldAnswers(env: Env, nowMs: number): Promise<number> {
  let forgotten = 0;
  for (const db of projectDatabases(env)) {
    forgotten += await purgeResponses(db, nowMs - IDEMPOTENCY.keepMs, RETENTION.answersPerPass);
  }
  return forgotten;
}

/** Before the objects, so that their bytes go in the same pass. */
async function sweepExpired(env: Env, nowMs: number): Promise<number> {
  let expired = 0;
  for (const db of projectDatabases(env)) {
    expired += await expireFiles(db, nowMs, RETENTION.expiredFilesPerPass);
  }
  return expired;
}

async function sweepObjects(env: Env): Promise<ObjectsSwept> {
  const swept: ObjectsSwept = { objects: 0, failed: 0, isBehind: false };
  for (const db of projectDatabases(env)) {
    const one = await sweepDoomedObjects(db, env.FILES, RETENTION.objectsPerPass);
    swept.objects += one.objects;
    swept.failed += one.failed;
    swept.isBehind ||= one.isBehind;
  }
  return swept;
}

/** One line a pass that has done something or has left something. */
function logSweep({
  answers,
  cached,
  expiredFiles,
  knowledge,
  objects,
  runs,
  projects,
}: SweepReport): void {
  const line = {
    ...projects?.erased,
    answers,
    expiredFiles,
    objects: objects?.objects,
    cached,
    indexersWoken: knowledge?.woken,
    doomedKnowledge: knowledge?.doomed,
    lostRuns: runs?.lost,
    projects: projects?.projects,
    projectsBehind: projects?.behind,
    objectsFailed: objects?.failed,
    objectsBehind: objects?.isBehind,
    runsBehind: runs?.isBehind,
  };
  const { projects: _looked, ...done } = line;
  if (Object.values(done).some(Boolean)) {
    log.info("sweep", line);
  }
}
