import type { TokenQuota } from "../engine/ports";
import { holdTokens } from "../store/projects/hold-tokens";
import type { ProjectDatabase } from "../store/sql/databases";

/** Projects without a quota of tokens, and until when this isolate believes it (Unix milliseconds). */
const unlimited = new Map<string, number>();
/** A quota that is set holds within this time for runs that were begun before; new ones ask at once. */
const BELIEVED_MS = 30_000;
const MAX_BELIEVED = 10_000;

/** The quota of the run's project, asked once an isolate and project where there is none. */
export function tokenQuota(
  db: ProjectDatabase,
  run: { projectId: string; runId: string },
  now: () => number = Date.now,
): TokenQuota {
  return {
    async hold(atLeast) {
      if ((unlimited.get(run.projectId) ?? 0) > now()) {
        return null;
      }
      const hold = await holdTokens(db, run, Math.ceil(atLeast));
      if (hold === null) {
        noteUnlimited(run.projectId, now());
      }
      return hold;
    },
  };
}

/** The project has been seen to have no quota of tokens. */
export function noteUnlimited(projectId: string, nowMs: number): void {
  if (unlimited.size >= MAX_BELIEVED) {
    unlimited.clear();
  }
  unlimited.set(projectId, nowMs + BELIEVED_MS);
}
