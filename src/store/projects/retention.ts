/** What projects that keep idle things for a time only have to let go, and how far the sweep has come. */
import { parseJson } from "../../domain/json";
import { allRows, query, runQuery } from "../sql/batch";
import type { ControlDatabase, ProjectDatabase } from "../sql/databases";
import { TOUCHED } from "../threads/thread-table";
import { type Erased, NOTHING, eraseFiles } from "./erasure";

/** A project whose turn it is. */
export interface Turn {
  projectId: string;
  keepIdleDays: number;
  /** `seq` of the file behind which it is looked for orphans. */
  filesAfter: number;
}

/** Projects that keep idle things for a time only: those that the sweep has left alone longest. */
export async function listTurns(db: ControlDatabase, limit: number): Promise<Turn[]> {
  const sql = `SELECT p.id AS projectId, p.keep_idle_days AS keepIdleDays,
      coalesce(s.files_after, 0) AS filesAfter
    FROM projects p LEFT JOIN project_sweeps s ON s.project_id = p.id
    WHERE p.keep_idle_days IS NOT NULL ORDER BY coalesce(s.swept_at_ms, 0), p.number LIMIT ?`;
  return allRows(query<Turn>(db, sql, limit));
}

/** Where a project's turn has come to. */
export interface TurnEnd {
  projectId: string;
  filesAfter: number;
  /** There was more to erase. */
  isBehind: boolean;
}

/** Notes where the sweep of each project has come to. */
export async function recordTurns(
  db: ControlDatabase,
  ends: readonly TurnEnd[],
  nowMs: number,
): Promise<void> {
  const sql = `INSERT INTO project_sweeps (project_id, swept_at_ms, files_after, is_behind)
    SELECT p.id, ?2, e.value ->> 'filesAfter', e.value ->> 'isBehind'
    FROM json_each(?1) e CROSS JOIN projects p ON p.id = e.value ->> 'projectId' WHERE true
    ON CONFLICT (project_id) DO UPDATE SET swept_at_ms = excluded.swept_at_ms,
      files_after = excluded.files_after, is_behind = excluded.is_behind`;
  await runQuery(query(db, sql, JSON.stringify(ends), nowMs));
}

/** Of a project: what has not changed since then may go. */
interface IdleSince {
  projectId: string;
  beforeMs: number;
}

/**
 * Of each project the threads without a change since its moment and without a run under way, the
 * longest idle first; at most `limit` of each.
 */
export async function listIdleThreads(
  db: ProjectDatabase,
  projects: readonly IdleSince[],
  limit: number,
): Promise<{ projectId: string; id: string }[]> {
  const sql = `SELECT t.project_id AS projectId, t.id FROM json_each(?1) p CROSS JOIN threads t
    ON t.seq IN (SELECT i.seq FROM threads i
      WHERE i.project_id = p.value ->> 'projectId' AND ${TOUCHED} < p.value ->> 'beforeMs'
        AND i.updated_at_ms < p.value ->> 'beforeMs'
        AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.project_id = i.project_id
          AND r.thread_id = i.id AND r.ended_at_ms IS NULL)
      ORDER BY ${TOUCHED} LIMIT ?2) ORDER BY p.key, t.updated_at_ms`;
  return allRows(query(db, sql, JSON.stringify(projects), limit));
}

/** Files of a project that were looked at. */
export interface LookedAt {
  projectId: string;
  /** How many. */
  count: number;
  /** `seq` of the last. */
  last: number;
  /** `seq` of those that nothing names, in order. */
  orphans: number[];
}

const IS_ORPHAN = `
  NOT EXISTS (SELECT 1 FROM file_uses u WHERE u.project_id = f.project_id AND u.file_id = f.id)
  AND NOT EXISTS (SELECT 1 FROM knowledge k JOIN knowledge_documents d
    ON d.knowledge_number = k.number AND d.file_id = f.id WHERE k.project_id = f.project_id)`;

/**
 * Looks at the next files of each project, at most `limit` of each, for those that no message names
 * and no knowledge was made of, uploaded before its moment. Projects without a next file are left out.
 */
export async function findOrphans(
  db: ProjectDatabase,
  projects: readonly (IdleSince & Pick<Turn, "filesAfter">)[],
  limit: number,
): Promise<LookedAt[]> {
  const sql = `SELECT f.project_id AS projectId, count(*) AS count, max(f.seq) AS last,
      json_group_array(f.seq ORDER BY f.seq) FILTER (
        WHERE f.created_at_ms < p.value ->> 'beforeMs' AND ${IS_ORPHAN}) AS orphans
    FROM json_each(?1) p CROSS JOIN files f ON f.seq IN (SELECT n.seq FROM files n
      WHERE n.project_id = p.value ->> 'projectId' AND n.seq > p.value ->> 'filesAfter'
      ORDER BY n.seq LIMIT ?2) GROUP BY p.key`;
  const rows = await allRows(
    query<Omit<LookedAt, "orphans"> & { orphans: string }>(
      db,
      sql,
      JSON.stringify(projects),
      limit,
    ),
  );
  return rows.map((row) => ({ ...row, orphans: parseJson<number[]>(row.orphans) }));
}

/** Those of the files that nothing names still. */
export async function eraseOrphans(
  db: ProjectDatabase,
  bucket: R2Bucket,
  seqs: readonly number[],
): Promise<Erased> {
  const where = `seq IN (SELECT f.seq FROM json_each(?1) s CROSS JOIN files f ON f.seq = s.value
    WHERE ${IS_ORPHAN})`;
  return seqs.length === 0 ? NOTHING : eraseFiles(db, bucket, where, [JSON.stringify(seqs)]);
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
