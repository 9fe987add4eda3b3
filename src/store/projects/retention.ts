/** Which threads have been idle for longer than their project keeps them. */

/** Projects that keep idle things for a time only. */
export async function listRetentionPolicies(
  db: D1Database,
): Promise<{ projectId: string; keepIdleDays: number }[]> {
  const { results } = await db
    .prepare("SELECT id, keep_idle_days FROM projects WHERE keep_idle_days IS NOT NULL")
    .all<{ id: string; keep_idle_days: number }>();
  return results.map((row) => ({ projectId: row.id, keepIdleDays: row.keep_idle_days }));
}

/** Threads without a change since `beforeMs` and without a run under way, the longest idle first. */
export async function listIdleThreads(
  db: D1Database,
  projectId: string,
  beforeMs: number,
  limit: number,
): Promise<string[]> {
  const { results } = await db
    .prepare(
      `SELECT id FROM threads t WHERE project_id = ?1 AND updated_at_ms < ?2 AND NOT EXISTS (
         SELECT 1 FROM runs r
         WHERE r.project_id = ?1 AND r.thread_id = t.id AND r.ended_at_ms IS NULL)
       ORDER BY updated_at_ms LIMIT ?3`,
    )
    .bind(projectId, beforeMs, limit)
    .all<{ id: string }>();
  return results.map(({ id }) => id);
}

/** True where there is such a project. @param days Null: for ever. */
export async function setKeepIdleDays(
  db: D1Database,
  projectId: string,
  days: number | null,
): Promise<boolean> {
  const { meta } = await db
    .prepare("UPDATE projects SET keep_idle_days = ? WHERE id = ?")
    .bind(days, projectId)
    .run();
  return meta.changes > 0;
}
