/**
 * Erases what projects do not keep: threads that nobody has touched, files that nothing names. A pass
 * is a fixed number of queries, whatever there is to erase. It serves the projects that have waited
 * longest, and shares what it may erase out among them; what is left waits for the next pass.
 */
import { RETENTION } from "../../limits";
import { DAY_MS } from "../../limits/units";
import { type Erased, sumErased } from "../../store/projects/erasure";
import {
  type LookedAt,
  type Turn,
  type TurnEnd,
  eraseOrphans,
  findOrphans,
  listIdleThreads,
  listTurns,
  recordTurns,
} from "../../store/projects/retention";
import {
  type ProjectDatabase,
  controlDatabase,
  databaseOf,
  projectDatabases,
} from "../../store/sql/databases";
import { deleteThreads } from "../delete-thread";
import { shareOut } from "./share-out";

/** What one pass over the projects has erased. */
export interface ProjectsSwept {
  erased: Erased;
  /** Whose turn it was. */
  projects: number;
  /** Those of them that have more to erase. */
  behind: number;
}

/** A turn with the moment before which things are idle. */
interface OpenTurn extends Turn {
  beforeMs: number;
}

/** One bounded pass: erases what projects do not keep, those first that have waited longest. */
export async function sweepProjects(env: Env, nowMs: number): Promise<ProjectsSwept> {
  const control = controlDatabase(env);
  const listed = await listTurns(control, RETENTION.projectsPerPass);
  const turns = listed.map((turn) => ({
    ...turn,
    beforeMs: nowMs - turn.keepIdleDays * DAY_MS,
  }));
  const swept = [];
  for (const db of projectDatabases(env)) {
    const own = turns.filter((turn) => databaseOf(env, turn) === db);
    swept.push(...(own.length === 0 ? [] : [await sweepDatabase(env, db, own)]));
  }
  const ends = swept.flatMap((one) => one.ends);
  if (ends.length > 0) {
    await recordTurns(control, ends, nowMs);
  }
  return {
    erased: sumErased(swept.map(({ erased }) => erased)),
    projects: ends.length,
    behind: ends.filter(({ isBehind }) => isBehind).length,
  };
}

async function sweepDatabase(
  env: Env,
  db: ProjectDatabase,
  turns: readonly OpenTurn[],
): Promise<{ erased: Erased; ends: TurnEnd[] }> {
  const threads = await sweepThreads(env, db, turns);
  const files = await sweepFiles(env, db, turns);
  return {
    erased: sumErased([threads.erased, files.erased]),
    ends: turns.map(({ projectId }) => ({
      projectId,
      filesAfter: files.placeOf(projectId),
      isBehind: threads.behind.has(projectId) || files.behind.has(projectId),
    })),
  };
}

async function sweepThreads(env: Env, db: ProjectDatabase, turns: readonly OpenTurn[]) {
  const idle = await listIdleThreads(db, turns, RETENTION.threadsPerPass + 1);
  const lists = turns.map(({ projectId, beforeMs }) =>
    idle
      .filter((thread) => thread.projectId === projectId)
      .map((thread) => ({ ...thread, idleSinceMs: beforeMs })),
  );
  const taken = shareOut(lists, RETENTION.threadsPerPass);
  const { erased, gone } = await deleteThreads(env, db, taken);
  const goneIds = new Set(gone.map(({ projectId, id }) => `${projectId} ${id}`));
  const left = idle.filter(({ projectId, id }) => !goneIds.has(`${projectId} ${id}`));
  return { erased, behind: new Set(left.map(({ projectId }) => projectId)) };
}

async function sweepFiles(env: Env, db: ProjectDatabase, turns: readonly OpenTurn[]) {
  const share = Math.ceil(RETENTION.filesLookedAtPerPass / turns.length);
  const lookedAt = await findOrphans(db, turns, share);
  const taken = new Set(
    shareOut(
      lookedAt.map(({ orphans }) => orphans),
      RETENTION.filesPerPass,
    ),
  );
  const erased = await eraseOrphans(db, env.FILES, [...taken]);
  const leftOf = ({ orphans }: LookedAt) => orphans.find((seq) => !taken.has(seq));
  return {
    erased,
    behind: new Set(
      lookedAt.filter((looked) => leftOf(looked) !== undefined).map(({ projectId }) => projectId),
    ),
    /** Before the first orphan that is left, else behind the last file; from the start where that was all. */
    placeOf(projectId: string): number {
      const looked = lookedAt.find((one) => one.projectId === projectId);
      const left = looked && leftOf(looked);
      if (left !== undefined) {
        return left - 1;
      }
      return looked !== undefined && looked.count === share ? looked.last : 0;
    },
  };
}
