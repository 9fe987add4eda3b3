/** The first answers to POSTs, kept for their retries: see the migration `data/0008_idempotency.sql`. */
import { type Query, query, runBatch, runQuery } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";

/** The name of a request, once among its caller's. */
export interface RequestName {
  projectId: string;
  /** `callerName` of who asks. */
  caller: string;
  key: string;
}

/** What is recorded of an answered request. */
export interface StoredResponse {
  fingerprint: string;
  /** What the answer is made of; null: the work may be done again. */
  answer: string | null;
  /** Id of what the request made or changed; null where it is nothing that can be deleted. */
  subject: string | null;
}

/** The record of an earlier request of this name. */
export interface FoundResponse {
  fingerprint: string;
  answer: string | null;
  /** The subject has been deleted since. */
  isGone: boolean;
}

/** Keys do not share their names, and an end user has one set of them behind all tokens. */
export function callerName(caller: { keyId: string } | { endUserId: string }): string {
  return "keyId" in caller ? `key/${caller.keyId}` : `user/${caller.endUserId}`;
}

/** True of the exception of a batch that would have kept a second answer under one name. */
export function isConcurrentDuplicate(error: unknown): boolean {
  return (
    error instanceof Error && error.message.includes("UNIQUE constraint failed: idempotency_keys")
  );
}

interface AnswerRow {
  fingerprint: string;
  answer: string | null;
  gone: number;
}

/**
 * The answer under this name, and how many the caller has kept; one from before `sinceMs` is
 * forgotten on the way.
 */
export async function findResponse(
  db: ProjectDatabase,
  name: RequestName,
  sinceMs: number,
): Promise<{ found: FoundResponse | undefined; kept: number }> {
  const { answers, counters } = await runBatch(db, {
    forgotten: forgetOld(db, name, sinceMs),
    answers: selectAnswer(db, name),
    counters: query<{ used: number }>(
      db,
      `SELECT used FROM usage_counters
       WHERE project_id = ? AND counter = 'idempotency_keys' AND period = ?`,
      name.projectId,
      name.caller,
    ),
  });
  return { found: answers.map(readAnswer)[0], kept: counters[0]?.used ?? 0 };
}

/**
 * The answer under this name; where there is none, or this one `replaces` it, it is now this one.
 * For work whose id is all that must be the same: the id is fixed so before the work begins.
 */
export async function reserveResponse(
  db: ProjectDatabase,
  name: RequestName,
  record: StoredResponse,
  { nowMs, sinceMs, replaces }: { nowMs: number; sinceMs: number; replaces: boolean },
): Promise<FoundResponse> {
  const conflict = replaces ? REPLACE : KEEP;
  const { answers } = await runBatch(db, {
    forgotten: forgetOld(db, name, sinceMs),
    inserted: insertAnswer(db, name, record, { nowMs, where: "TRUE", conflict }),
    answers: selectAnswer(db, name),
  });
  return answers.map(readAnswer)[0] ?? { ...record, isGone: false };
}

/**
 * Keeps the answer in the transaction of what it answers. It goes behind the one statement that
 * decides: where that changed nothing there is no answer to keep. An answer that is there already
 * fails the batch (`isConcurrentDuplicate`), unless this one `replaces` it.
 */
export function insertResponse(
  db: ProjectDatabase,
  name: RequestName,
  record: StoredResponse,
  { nowMs, replaces }: { nowMs: number; replaces: boolean },
): Query<unknown> {
  const conflict = replaces ? REPLACE : "";
  return insertAnswer(db, name, record, { nowMs, where: "changes() > 0", conflict });
}

/** Keeps the answer to what may be done again without harm; one that is there already stays. */
export async function storeResponse(
  db: ProjectDatabase,
  name: RequestName,
  record: StoredResponse,
  nowMs: number,
): Promise<void> {
  await runQuery(insertAnswer(db, name, record, { nowMs, where: "TRUE", conflict: KEEP }));
}

/** At most `limit` of the answers from before `beforeMs`. @returns How many. */
export async function purgeResponses(
  db: ProjectDatabase,
  beforeMs: number,
  limit: number,
): Promise<number> {
  const sql = `DELETE FROM idempotency_keys WHERE (project_id, caller, key) IN (
    SELECT project_id, caller, key FROM idempotency_keys WHERE created_at_ms < ? LIMIT ?)`;
  return runQuery(query(db, sql, beforeMs, limit));
}

/** A request's name, taken for a run with the run's own admission. */
export interface RequestClaim {
  name: RequestName;
  fingerprint: string;
  nowMs: number;
  /** A record from before is forgotten. */
  sinceMs: number;
  /** A record that is there is of an earlier request, and gives way. */
  replaces: boolean;
}

/** Fails the batch where the name is another run's (`isConcurrentDuplicate`); repeated, it does nothing. */
export function claimForRun(
  db: ProjectDatabase,
  { name, fingerprint, nowMs, sinceMs, replaces }: RequestClaim,
  runId: string,
): Query<unknown>[] {
  const { projectId, caller, key } = name;
  return [
    forgetOld(db, name, sinceMs),
    query(
      db,
      `INSERT INTO idempotency_keys
         (project_id, caller, key, fingerprint, answer, subject, created_at_ms)
       SELECT ?1, ?2, ?3, ?4, ?5, ?5, ?6 WHERE NOT EXISTS (
         SELECT 1 FROM idempotency_keys WHERE ${NAMED} AND subject = ?5)
       ${replaces ? REPLACE : ""}`,
      projectId,
      caller,
      key,
      fingerprint,
      runId,
      nowMs,
    ),
  ];
}

/** Of a run that was taken back: its request may be sent again. */
export function dropClaim(
  db: ProjectDatabase,
  { projectId, runId }: { projectId: string; runId: string },
): Query<unknown> {
  const sql = "DELETE FROM idempotency_keys WHERE project_id = ? AND subject = ?";
  return query(db, sql, projectId, runId);
}

const KEEP = "ON CONFLICT (project_id, caller, key) DO NOTHING";
/** An update, and no `INSERT OR REPLACE`: that deletes unseen by the triggers that count. */
const REPLACE = `ON CONFLICT (project_id, caller, key) DO UPDATE SET
  fingerprint = excluded.fingerprint, answer = excluded.answer, subject = excluded.subject, gone = 0,
  created_at_ms = excluded.created_at_ms`;

function insertAnswer(
  db: ProjectDatabase,
  { projectId, caller, key }: RequestName,
  { fingerprint, answer, subject }: StoredResponse,
  { nowMs, where, conflict }: { nowMs: number; where: string; conflict: string },
): Query<unknown> {
  return query(
    db,
    `INSERT INTO idempotency_keys
       (project_id, caller, key, fingerprint, answer, subject, created_at_ms)
     SELECT ?, ?, ?, ?, ?, ?, ? WHERE ${where} ${conflict}`,
    projectId,
    caller,
    key,
    fingerprint,
    answer,
    subject,
    nowMs,
  );
}

const NAMED = "project_id = ?1 AND caller = ?2 AND key = ?3";

function selectAnswer(
  db: ProjectDatabase,
  { projectId, caller, key }: RequestName,
): Query<AnswerRow> {
  const sql = `SELECT fingerprint, answer, gone FROM idempotency_keys WHERE ${NAMED}`;
  return query(db, sql, projectId, caller, key);
}

function readAnswer({ fingerprint, answer, gone }: AnswerRow): FoundResponse {
  return { fingerprint, answer, isGone: gone === 1 };
}

function forgetOld(
  db: ProjectDatabase,
  { projectId, caller, key }: RequestName,
  sinceMs: number,
): Query<unknown> {
  const sql = `DELETE FROM idempotency_keys WHERE ${NAMED} AND created_at_ms < ?4`;
  return query(db, sql, projectId, caller, key, sinceMs);
}
