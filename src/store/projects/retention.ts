/** Which threads have been idle for longer than their project keeps them. */
import { allRows, query, runQuery } from "../sql/batch";
import type { ControlDatabase, ProjectDatabase } from "../sql/databases";

/** Projects that keep idle things for a time only. */
export async function listRetentionPolicies(
  db: ControlDatabase,
): Promise<{ projectId: string; keepIdleDays: number }[]> {
  const sql = `SELECT id AS projectId, keep_idle_days AS keepIdleDays FROM projects
    WHERE keep_idle_days IS NOT NULL`;
  return allRows(query<{ projectId: string; keepIdleDays: number }>(db, sql));
}

/** Threads without a change since `beforeMs` and without a run under way, the longest idle first. */
export async function listIdleThreads(
  db: ProjectDatabase,
  projectId: string,
  beforeMs: number,
  limit: number,
): Promise<string[]> {
  const rows = await allRows(
    query<{ id: string }>(
      db,
      `SELECT id FROM threads t WHERE project_id = ?1 AND updated_at_ms < ?2 AND NOT EXISTS (
         SELECT 1 FROM runs r
         WHERE r.project_id = ?1 AND r.thread_id = t.id AND r.ended_at_ms IS NULL)
       ORDER BY updated_at_ms LIMIT ?3`,
      projectId,
      beforeMs,
      limit,
    ),
  );
  return rows.map(({ id }) => id);
}

/** True where there is such a project. @param days Null: for ever. */
export async function setKeepIdleDays(
  db: ControlDatabase,
  projectId: string,
  days: number | null,
): Promise<boolean> {
  const sql = "UPDATE projects SET keep_idle_days = ? WHERE id = ?";
  return (await runQuery(query(db, sql, days, projectId))) > 0;
}
