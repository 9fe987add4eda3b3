/** What goes together with an end user, in steps that are bounded and may be repeated. */
import { callerName } from "../access/idempotency";
import {
  deleteObjects,
  deletePrefix,
  derivedPrefix,
  fileKey,
  runOutcomeKey,
} from "../files/objects";
import { allRows, query, runBatch, runQuery } from "../sql/batch";
import { type Databases, type ProjectDatabase, databaseOf } from "../sql/databases";

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
  const sql = "SELECT id FROM threads WHERE project_id = ? AND end_user_id = ? LIMIT ?";
  const rows = await allRows(query<{ id: string }>(db, sql, projectId, id, limit));
  return rows.map((row) => row.id);
}

/** Runs of the end user that belong to no thread: each has an object of its own. */
export async function listLooseRuns(
  db: ProjectDatabase,
  { projectId, id }: EndUser,
  limit: number,
): Promise<string[]> {
  const sql = `SELECT id FROM runs
    WHERE project_id = ? AND end_user_id = ? AND thread_id IS NULL LIMIT ?`;
  const rows = await allRows(query<{ id: string }>(db, sql, projectId, id, limit));
  return rows.map((row) => row.id);
}

/** The thread with its messages and runs. Its object is the coordinator's to erase. */
export async function eraseThreadRows(
  env: Databases & Pick<Env, "FILES">,
  projectId: string,
  threadId: string,
): Promise<Erased> {
  const db = databaseOf(env, { projectId });
  const where = "WHERE project_id = ?1 AND thread_id = ?2";
  const { messages, runs, threads } = await runBatch(db, {
    messages: query<{ count: number }>(
      db,
      `SELECT count(*) AS count FROM messages ${where}`,
      projectId,
      threadId,
    ),
    runs: query<DeletedRun>(
      db,
      `DELETE FROM runs ${where} RETURNING id, outcome_in_r2`,
      projectId,
      threadId,
    ),
    threads: query(
      db,
      "DELETE FROM threads WHERE project_id = ?1 AND id = ?2 RETURNING id",
      projectId,
      threadId,
    ),
  });
  await deleteOutcomes(env.FILES, projectId, runs);
  return {
    ...NOTHING,
    threads: threads.length,
    messages: messages[0]?.count ?? 0,
    runs: runs.length,
  };
}

export async function eraseRunRow(
  env: Databases & Pick<Env, "FILES">,
  projectId: string,
  runId: string,
): Promise<Erased> {
  const sql = "DELETE FROM runs WHERE project_id = ? AND id = ? RETURNING id, outcome_in_r2";
  const runs = await allRows(
    query<DeletedRun>(databaseOf(env, { projectId }), sql, projectId, runId),
  );
  await deleteOutcomes(env.FILES, projectId, runs);
  return { ...NOTHING, runs: runs.length };
}

/** At most `limit` files of the end user, bytes and what was made of them included. */
export async function eraseOwnFiles(
  env: Databases & Pick<Env, "FILES">,
  { projectId, id }: EndUser,
  limit: number,
): Promise<Erased> {
  return eraseFiles(
    env,
    projectId,
    `project_id = ?1 AND id IN (
       SELECT id FROM files WHERE project_id = ?1 AND end_user_id = ?2 LIMIT ?3)`,
    [projectId, id, limit],
  );
}

/** Files that no message names and no knowledge was made of, uploaded before `beforeMs`. */
export async function eraseOrphanedFiles(
  env: Databases & Pick<Env, "FILES">,
  projectId: string,
  beforeMs: number,
  limit: number,
): Promise<Erased> {
  return eraseFiles(
    env,
    projectId,
    `project_id = ?1 AND id IN (
       SELECT f.id FROM files f WHERE f.project_id = ?1 AND f.created_at_ms < ?2
         AND NOT EXISTS (SELECT 1 FROM file_uses u
           WHERE u.project_id = f.project_id AND u.file_id = f.id)
         AND NOT EXISTS (SELECT 1 FROM knowledge k JOIN knowledge_documents d
           ON d.knowledge_number = k.number AND d.file_id = f.id WHERE k.project_id = f.project_id)
       LIMIT ?3)`,
    [projectId, beforeMs, limit],
  );
}

/** What is left of the end user's requests, for their retries. */
export async function eraseAnswers(db: ProjectDatabase, { projectId, id }: EndUser): Promise<void> {
  const sql = "DELETE FROM idempotency_keys WHERE project_id = ? AND caller = ?";
  await runQuery(query(db, sql, projectId, callerName({ endUserId: id })));
}

interface DeletedRun {
  id: string;
  outcome_in_r2: number;
}

const NOTHING: Erased = { threads: 0, messages: 0, runs: 0, files: 0, bytes: 0 };

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

/** The rows first: bytes without a row are out of everybody's sight. */
async function eraseFiles(
  env: Databases & Pick<Env, "FILES">,
  projectId: string,
  where: string,
  bindings: readonly (string | number)[],
): Promise<Erased> {
  const { FILES: bucket } = env;
  const db = databaseOf(env, { projectId });
  const sql = `DELETE FROM files WHERE ${where} RETURNING id, size`;
  const gone = await allRows(query<{ id: string; size: number }>(db, sql, ...bindings));
  await deleteObjects(
    bucket,
    gone.map(({ id }) => fileKey(projectId, id)),
  );
  await Promise.all(gone.map(({ id }) => deletePrefix(bucket, derivedPrefix(projectId, id))));
  return { ...NOTHING, files: gone.length, bytes: gone.reduce((sum, { size }) => sum + size, 0) };
}

async function deleteOutcomes(
  bucket: R2Bucket,
  projectId: string,
  runs: readonly DeletedRun[],
): Promise<void> {
  const inBucket = runs.filter((run) => run.outcome_in_r2 === 1);
  await deleteObjects(
    bucket,
    inBucket.map(({ id }) => runOutcomeKey(projectId, id)),
  );
}
