/** The first answers to POSTs, kept for their retries. */
import { type Query, query, runBatch } from "../sql/batch";

export interface AnswerName {
  projectId: string;
  /** The end user of a token; empty for a key. */
  caller: string;
  key: string;
}

export interface KeptAnswer {
  fingerprint: string;
  /** The body of the 200 reply. */
  answer: string;
}

/** True of the exception of a batch that would have kept a second answer under one name. */
export function isAnsweredAlready(error: unknown): boolean {
  return (
    error instanceof Error &&
    error.message.includes("UNIQUE constraint failed: idempotency_records")
  );
}

/** The answer under this name; one from before `sinceMs` is forgotten on the way. */
export async function findAnswer(
  db: D1Database,
  name: AnswerName,
  sinceMs: number,
): Promise<KeptAnswer | undefined> {
  const [, [kept]] = await runBatch<[unknown, KeptAnswer]>(db, [
    forgetOld(db, name, sinceMs),
    selectAnswer(db, name),
  ]);
  return kept;
}

/**
 * The answer under this name; where there is none, or this one `replaces` it, it is now this one.
 * For work whose id is all that must be the same: the id is fixed so before the work begins.
 */
export async function claimAnswer(
  db: D1Database,
  name: AnswerName,
  { fingerprint, answer }: KeptAnswer,
  { nowMs, sinceMs, replaces }: { nowMs: number; sinceMs: number; replaces: boolean },
): Promise<KeptAnswer> {
  const [, , [claimed]] = await runBatch<[unknown, unknown, KeptAnswer]>(db, [
    forgetOld(db, name, sinceMs),
    query(
      db,
      `INSERT OR ${replaces ? "REPLACE" : "IGNORE"} INTO idempotency_records
         VALUES (?, ?, ?, ?, ?, ?)`,
      name.projectId,
      name.caller,
      name.key,
      fingerprint,
      answer,
      nowMs,
    ),
    selectAnswer(db, name),
  ]);
  return claimed ?? { fingerprint, answer };
}

const NAMED = "project_id = ?1 AND caller = ?2 AND key = ?3";

function selectAnswer(db: D1Database, { projectId, caller, key }: AnswerName): Query<KeptAnswer> {
  const sql = `SELECT fingerprint, answer FROM idempotency_records WHERE ${NAMED}`;
  return query(db, sql, projectId, caller, key);
}

function forgetOld(
  db: D1Database,
  { projectId, caller, key }: AnswerName,
  sinceMs: number,
): Query<unknown> {
  const sql = `DELETE FROM idempotency_records WHERE ${NAMED} AND created_at_ms < ?4`;
  return query(db, sql, projectId, caller, key, sinceMs);
}

/**
 * Keeps the answer in the transaction of what it answers. It goes behind the one statement that
 * decides: where that changed nothing there is no answer to keep. An answer that is there already
 * fails the batch (`isAnsweredAlready`), unless this one `replaces` it.
 */
export function keepAnswer(
  db: D1Database,
  { projectId, caller, key }: AnswerName,
  { fingerprint, answer }: KeptAnswer,
  { nowMs, replaces }: { nowMs: number; replaces: boolean },
): Query<unknown> {
  return query(
    db,
    `INSERT ${replaces ? "OR REPLACE " : ""}INTO idempotency_records
       (project_id, caller, key, fingerprint, answer, created_at_ms)
     SELECT ?, ?, ?, ?, ?, ? WHERE changes() > 0`,
    projectId,
    caller,
    key,
    fingerprint,
    answer,
    nowMs,
  );
}

/** Keeps the answer to what may be done again without harm; one that is there already stays. */
export async function keepAnswerAfterwards(
  db: D1Database,
  { projectId, caller, key }: AnswerName,
  { fingerprint, answer }: KeptAnswer,
  nowMs: number,
): Promise<void> {
  await db
    .prepare("INSERT OR IGNORE INTO idempotency_records VALUES (?, ?, ?, ?, ?, ?)")
    .bind(projectId, caller, key, fingerprint, answer, nowMs)
    .run();
}

/** At most `limit` of the answers from before `beforeMs`. @returns How many went. */
export async function forgetAnswers(
  db: D1Database,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const { meta } = await db
    .prepare(
      `DELETE FROM idempotency_records WHERE (project_id, caller, key) IN (
         SELECT project_id, caller, key FROM idempotency_records WHERE created_at_ms < ? LIMIT ?)`,
    )
    .bind(beforeMs, limit)
    .run();
  return meta.changes;
}
