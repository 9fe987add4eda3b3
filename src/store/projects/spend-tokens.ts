import { periodOf } from "../../domain/usage/quota";
import { query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";

/**
 * Counts tokens that no run uses against the project's quota of the month. Throws what `quotaFailure`
 * reads where they do not fit.
 * @param tokens The number of tokens; a negative one gives back tokens that were not used.
 */
export async function spendTokens(
  db: ProjectDatabase,
  projectId: string,
  tokens: number,
  nowMs: number,
): Promise<void> {
  const period = periodOf("tokens", nowMs).name;
  await runBatch(db, {
    counter: query<never>(
      db,
      "INSERT OR IGNORE INTO usage_counters (project_id, counter, period) VALUES (?, 'tokens', ?)",
      projectId,
      period,
    ),
    used: query<never>(
      db,
      `UPDATE usage_counters SET used = used + ?3
       WHERE project_id = ?1 AND counter = 'tokens' AND period = ?2`,
      projectId,
      period,
      tokens,
    ),
  });
}
