/** Runs that D1 has as unfinished although their time must be over. */
import { allRows, firstRow, query, runQuery } from "../sql/batch";
import type { ControlDatabase, ProjectDatabase } from "../sql/databases";

export interface OpenRun {
  projectId: string;
  runId: string;
  threadId: string | null;
  seq: number;
}

/**
 * Those behind the place that began before `beforeMs`, or before `waitingBeforeMs` where they wait for
 * a client, in the order in which they were taken on.
 * @param after `seq` of the last one that was asked for.
 */
export async function listOverdueRuns(
  db: ProjectDatabase,
  {
    beforeMs,
    waitingBeforeMs,
    after,
  }: { beforeMs: number; waitingBeforeMs: number; after: number },
  limit: number,
): Promise<OpenRun[]> {
  const rows = await allRows(
    query<{ project_id: string; id: string; thread_id: string | null; seq: number }>(
      db,
      `SELECT project_id, id, thread_id, seq FROM runs INDEXED BY runs_open
       WHERE ended_at_ms IS NULL AND created_at_ms < ?1
       AND created_at_ms < iif(status = 'requires_action', ?2, ?1) AND seq > ?3
       ORDER BY seq LIMIT ?4`,
      beforeMs,
      waitingBeforeMs,
      after,
      limit,
    ),
  );
  return rows.map((row) => ({
    projectId: row.project_id,
    runId: row.id,
    threadId: row.thread_id,
    seq: row.seq,
  }));
}

/** Where the last pass over overdue runs ended; 0 where it came to their end. */
export async function readRunPlace(db: ControlDatabase): Promise<number> {
  const sql = "SELECT place FROM sweep_places WHERE name = 'runs'";
  return (await firstRow(query<{ place: number }>(db, sql)))?.place ?? 0;
}

export async function keepRunPlace(db: ControlDatabase, place: number): Promise<void> {
  const sql = `INSERT INTO sweep_places (name, place) VALUES ('runs', ?)
    ON CONFLICT (name) DO UPDATE SET place = excluded.place`;
  await runQuery(query(db, sql, place));
}
