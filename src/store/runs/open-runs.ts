/** Runs that D1 has as unfinished although their time must be over. */
import { RUN } from "../../limits";
import { firstRow, query, runBatch, runQuery } from "../sql/batch";
import type { ControlDatabase, ProjectDatabase } from "../sql/databases";

/** A run that D1 takes for unfinished. */
export interface OpenRun {
  projectId: string;
  runId: string;
  threadId: string | null;
  seq: number;
}

export interface OverdueRuns {
  runs: OpenRun[];
  /** Not all runs that are old enough have been looked at. */
  isBehind: boolean;
}

/** The runs that no pass has looked at, up to the first that may be at work still. */
const NEXT = `next AS MATERIALIZED (
    SELECT seq, ended_at_ms IS NULL AND created_at_ms >= ?1 AS is_at_work FROM runs
    WHERE seq > (SELECT looked_to FROM run_looks) ORDER BY seq LIMIT ?2),
  old AS (SELECT seq FROM next
    WHERE seq < ifnull((SELECT min(seq) FROM next WHERE is_at_work), seq + 1))`;

/**
 * Looks at the runs that have come of age since the last pass, has a trigger note those that are open, and gives
 * those behind the place that began before `beforeMs`, or before `waitingBeforeMs` where they wait for
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
): Promise<OverdueRuns> {
  const { rows, moved } = await runBatch(db, {
    moved: query<{ count: number }>(
      db,
      `WITH ${NEXT} UPDATE run_looks SET looked_to = (SELECT max(seq) FROM old)
       WHERE EXISTS (SELECT 1 FROM old) RETURNING (SELECT count(*) FROM old) AS count`,
      beforeMs,
      RUN.lookedAtPerPass,
    ),
    rows: query<{ project_id: string; id: string; thread_id: string | null; seq: number }>(
      db,
      `SELECT project_id, id, thread_id, r.seq FROM late_runs l CROSS JOIN runs r ON r.seq = l.seq
       WHERE ended_at_ms IS NULL AND created_at_ms < iif(status = 'requires_action', ?2, ?1)
       AND l.seq > ?3 ORDER BY l.seq LIMIT ?4`,
      beforeMs,
      waitingBeforeMs,
      after,
      limit,
    ),
  });
  const runs = rows.map((row) => ({
    projectId: row.project_id,
    runId: row.id,
    threadId: row.thread_id,
    seq: row.seq,
  }));
  return { runs, isBehind: moved[0]?.count === RUN.lookedAtPerPass };
}

/** Where the last pass over overdue runs ended; 0 where it came to their end. */
export async function readRunPlace(db: ControlDatabase): Promise<number> {
  const sql = "SELECT place FROM sweep_places WHERE name = 'runs'";
  return (await firstRow(query<{ place: number }>(db, sql)))?.place ?? 0;
}

/** Notes where the next pass begins. */
export async function keepRunPlace(db: ControlDatabase, place: number): Promise<void> {
  const sql = `INSERT INTO sweep_places (name, place) VALUES ('runs', ?)
    ON CONFLICT (name) DO UPDATE SET place = excluded.place`;
  await runQuery(query(db, sql, place));
}
