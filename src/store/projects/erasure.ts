/** Erases threads with all that is theirs, files, and what an end user leaves, in steps that are bounded and may be repeated. */
import { ERASURE } from "../../limits";
import { callerName } from "../access/idempotency";
import {
  deleteNoted,
  deleteObjects,
  deletePrefix,
  derivedPrefix,
  fileKey,
  runOutcomeKey,
} from "../files/objects";
import { allRows, firstRow, query, runBatch, runQuery } from "../sql/batch";
import { type Databases, type ProjectDatabase, databaseOf } from "../sql/databases";

/** An end user of a project. */
export interface EndUser {
  projectId: string;
  id: string;
}

/** What one step has erased, or a sum of steps. */
export interface Erased {
  threads: number;
  messages: number;
  runs: number;
  files: number;
  /** Of files. */
  bytes: number;
}

/** Threads of the end user, the oldest first. */
export async function listOwnThreads(
  db: ProjectDatabase,
  { projectId, id }: EndUser,
  limit: number,
): Promise<string[]> {
  const sql =
    "SELECT id FROM threads WHERE project_id = ? AND end_user_id = ? ORDER BY seq LIMIT ?";
  const rows = await allRows(query<{ id: string }>(db, sql, projectId, id, limit));
  return rows.map((row) => row.id);
}

/** A thread to be erased. */
export interface DoomedThread {
  projectId: string;
  id: string;
  /** Only if it has no run under way and has not changed since then. */
  idleSinceMs?: number;
}

/** SQL of the threads `t` of a list of `[project, id, idle since or null]` that may go. */
const DOOMED = `FROM json_each(?1) d CROSS JOIN threads t
  ON t.project_id = d.value ->> 0 AND t.id = d.value ->> 1 AND (d.value ->> 2 IS NULL OR (
    t.updated_at_ms < d.value ->> 2 AND NOT EXISTS (SELECT 1 FROM runs u WHERE u.project_id = t.project_id
      AND u.thread_id = t.id AND u.ended_at_ms IS NULL)))`;

const DELETE_MESSAGES = `DELETE FROM messages WHERE seq IN (SELECT m.seq ${DOOMED}
  CROSS JOIN messages m ON m.project_id = t.project_id AND m.thread_id = t.id LIMIT ?2)`;
const DELETE_RUNS = `DELETE FROM runs WHERE seq IN (SELECT r.seq ${DOOMED}
  CROSS JOIN runs r ON r.project_id = t.project_id AND r.thread_id = t.id LIMIT ?2)
  RETURNING project_id, id, outcome_in_r2`;
const DELETE_EMPTY = `DELETE FROM threads WHERE seq IN (SELECT t.seq ${DOOMED} WHERE
    NOT EXISTS (SELECT 1 FROM messages m WHERE m.project_id = t.project_id AND m.thread_id = t.id)
    AND NOT EXISTS (SELECT 1 FROM runs r WHERE r.project_id = t.project_id AND r.thread_id = t.id))
  RETURNING project_id, id`;

/**
 * The threads with their messages and runs, in four queries; what is beyond one statement's rows stays
 * for the next call, and its thread with it. Objects of the threads are the coordinator's to erase.
 * @param db Of all of the threads.
 * @returns What was erased, and the threads that are gone.
 */
export async function eraseThreadRows(
  db: ProjectDatabase,
  bucket: R2Bucket,
  threads: readonly DoomedThread[],
): Promise<{ erased: Erased; gone: DoomedThread[] }> {
  if (threads.length === 0) {
    return { erased: NOTHING, gone: [] };
  }
  const list = JSON.stringify(
    threads.map(({ projectId, id, idleSinceMs = null }) => [projectId, id, idleSinceMs]),
  );
  const { messages, runs, empty } = await runBatch(db, {
    deleted: query(db, DELETE_MESSAGES, list, ERASURE.rowsPerStatement),
    messages: query<{ count: number }>(db, "SELECT changes() AS count"),
    runs: query<DeletedRun>(db, DELETE_RUNS, list, ERASURE.rowsPerStatement),
    empty: query<{ project_id: string; id: string }>(db, DELETE_EMPTY, list),
  });
  await deleteOutcomes(bucket, runs);
  return {
    erased: {
      ...NOTHING,
      threads: empty.length,
      messages: messages[0]?.count ?? 0,
      runs: runs.length,
    },
    gone: empty.map(({ project_id: projectId, id }) => ({ projectId, id })),
  };
}

/**
 * Runs of the end user that belong to no thread: each has an object of its own.
 * @returns The ids of those that are gone.
 */
export async function eraseLooseRuns(
  env: Databases & Pick<Env, "FILES">,
  { projectId, id }: EndUser,
  limit: number,
): Promise<string[]> {
  const sql = `DELETE FROM runs WHERE seq IN (SELECT seq FROM runs
      WHERE project_id = ? AND end_user_id = ? AND thread_id IS NULL LIMIT ?)
    RETURNING project_id, id, outcome_in_r2`;
  const db = databaseOf(env, { projectId });
  const runs = await allRows(query<DeletedRun>(db, sql, projectId, id, limit));
  await deleteOutcomes(env.FILES, runs);
  return runs.map((run) => run.id);
}

/** At most `limit` files of the end user, bytes and what was made of them included. */
export async function eraseOwnFiles(
  env: Databases & Pick<Env, "FILES">,
  { projectId, id }: EndUser,
  limit: number,
): Promise<Erased> {
  const where = `seq IN (
    SELECT seq FROM files WHERE project_id = ?1 AND end_user_id = ?2 LIMIT ?3)`;
  return eraseFiles(databaseOf(env, { projectId }), env.FILES, where, [projectId, id, limit]);
}

/** What is left of the end user's requests, for their retries: at most `limit` of it. */
export async function eraseAnswers(
  db: ProjectDatabase,
  { projectId, id }: EndUser,
  limit: number,
): Promise<void> {
  const sql = `DELETE FROM idempotency_keys WHERE (project_id, caller, key) IN (
    SELECT project_id, caller, key FROM idempotency_keys WHERE project_id = ? AND caller = ? LIMIT ?)`;
  await runQuery(query(db, sql, projectId, callerName({ endUserId: id }), limit));
}

/** What is left of an end user. */
export interface Remainder {
  threads: number;
  /** Of no thread. */
  runs: number;
  files: number;
  /** Answers kept for retries. */
  answers: number;
}

const count = (from: string) => `(SELECT count(*) FROM (SELECT 1 FROM ${from} LIMIT ?3))`;

/** @param most Of each kind no more are counted. */
export async function countRemainder(
  db: ProjectDatabase,
  { projectId, id }: EndUser,
  most: number,
): Promise<Remainder> {
  const own = "project_id = ?1 AND end_user_id = ?2";
  const sql = `SELECT ${count(`threads WHERE ${own}`)} AS threads,
    ${count(`runs WHERE ${own} AND thread_id IS NULL`)} AS runs,
    ${count(`files WHERE ${own}`)} AS files,
    ${count("idempotency_keys WHERE project_id = ?1 AND caller = ?4")} AS answers`;
  const caller = callerName({ endUserId: id });
  const row = await firstRow(query<Remainder>(db, sql, projectId, id, most, caller));
  return row ?? { threads: 0, runs: 0, files: 0, answers: 0 };
}

interface DeletedRun {
  project_id: string;
  id: string;
  outcome_in_r2: number;
}

/** An erasure that found nothing. */
export const NOTHING: Erased = { threads: 0, messages: 0, runs: 0, files: 0, bytes: 0 };

/** What several erasures came to. */
export function sumErased(parts: readonly Erased[]): Erased {
  return parts.reduce(
    (sum, part) => ({
      threads: sum.threads + part.threads,
      messages: sum.messages + part.messages,
      runs: sum.runs + part.runs,
      files: sum.files + part.files,
      bytes: sum.bytes + part.bytes,
    }),
    NOTHING,
  );
}

/** The rows first: bytes without a row are out of everybody's sight. @param db Of all of the files. */
export async function eraseFiles(
  db: ProjectDatabase,
  bucket: R2Bucket,
  where: string,
  bindings: readonly (string | number)[],
): Promise<Erased> {
  const sql = `DELETE FROM files WHERE ${where} RETURNING project_id, id, size`;
  const gone = await allRows(
    query<{ project_id: string; id: string; size: number }>(db, sql, ...bindings),
  );
  await deleteNoted(() =>
    deleteObjects(
      bucket,
      gone.map(({ project_id: projectId, id }) => fileKey(projectId, id)),
    ),
  );
  await deleteNoted(() =>
    Promise.all(
      gone.map(({ project_id: projectId, id }) =>
        deletePrefix(bucket, derivedPrefix(projectId, id)),
      ),
    ),
  );
  return { ...NOTHING, files: gone.length, bytes: gone.reduce((sum, { size }) => sum + size, 0) };
}

async function deleteOutcomes(bucket: R2Bucket, runs: readonly DeletedRun[]): Promise<void> {
  const inBucket = runs.filter((run) => run.outcome_in_r2 === 1);
  await deleteNoted(() =>
    deleteObjects(
      bucket,
      inBucket.map((run) => runOutcomeKey(run.project_id, run.id)),
    ),
  );
}
