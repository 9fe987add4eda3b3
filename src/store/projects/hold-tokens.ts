import { query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { tokensOfMonth } from "./usage-days";

export interface TokenHold {
  /** What the run holds against the quota, its use until now included. */
  held: number;
  /** What the quota leaves to everybody besides. */
  left: number;
}

/**
 * SQL of what a quota `q` of tokens leaves to everybody in the month in which a run was made; what the
 * run has used is counted in the month in which it ends.
 * @param createdAtMs SQL too, of the run.
 */
export function tokensLeft(createdAtMs: string): string {
  const month = `strftime('%Y-%m', ${createdAtMs} / 1000, 'unixepoch')`;
  return `q.most - ${tokensOfMonth("q.project_id", month)} - ifnull((
    SELECT u.used + u.reserved + u.settled FROM usage_counters u
    WHERE u.project_id = q.project_id AND u.counter = 'tokens' AND u.period = ${month}), 0)`;
}

const LEFT = tokensLeft("r.created_at_ms");

/**
 * Raises what an open run holds to `atLeast` tokens, or as far as the quota goes; null where the project
 * has no quota of tokens. The same call again changes nothing.
 */
export async function holdTokens(
  db: ProjectDatabase,
  { projectId, runId }: { projectId: string; runId: string },
  atLeast: number,
): Promise<TokenHold | null> {
  const { holds } = await runBatch(db, {
    raised: query(
      db,
      `UPDATE runs AS r SET tokens_reserved = r.tokens_reserved + (
         SELECT max(0, min(?3 - r.tokens_reserved, ${LEFT})) FROM quotas q
         WHERE q.project_id = ?1 AND q.counter = 'tokens')
       WHERE r.project_id = ?1 AND r.id = ?2 AND r.ended_at_ms IS NULL AND r.tokens_reserved < ?3
         AND EXISTS (SELECT 1 FROM quotas WHERE project_id = ?1 AND counter = 'tokens')`,
      projectId,
      runId,
      atLeast,
    ),
    holds: query<TokenHold>(
      db,
      `SELECT r.tokens_reserved AS held, ${LEFT} AS left FROM quotas q
       CROSS JOIN runs r ON r.project_id = q.project_id AND r.id = ?2
       WHERE q.project_id = ?1 AND q.counter = 'tokens'`,
      projectId,
      runId,
    ),
  });
  return holds[0] ?? null;
}
