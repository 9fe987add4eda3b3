/** Runs that D1 has as unfinished although their time must be over. */
import { allRows, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";

export interface OpenRun {
  projectId: string;
  runId: string;
  threadId: string | null;
}

/** The oldest that began before `beforeMs`, or before `waitingBeforeMs` where they wait for a client. */
export async function listOverdueRuns(
  db: ProjectDatabase,
  { beforeMs, waitingBeforeMs }: { beforeMs: number; waitingBeforeMs: number },
  limit: number,
): Promise<OpenRun[]> {
  const rows = await allRows(
    query<{ project_id: string; id: string; thread_id: string | null }>(
      db,
      `SELECT project_id, id, thread_id FROM runs WHERE ended_at_ms IS NULL
       AND created_at_ms < CASE status WHEN 'requires_action' THEN ?2 ELSE ?1 END
       ORDER BY created_at_ms LIMIT ?3`,
      beforeMs,
      waitingBeforeMs,
      limit,
    ),
  );
  return rows.map((row) => ({
    projectId: row.project_id,
    runId: row.id,
    threadId: row.thread_id,
  }));
}
