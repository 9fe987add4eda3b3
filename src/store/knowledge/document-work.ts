/** Documents that wait to be indexed: who does it claims them, and says how it went. */
import { type Outcome, failed, success } from "../../domain/failure";
import type { Attributes, DocumentBatch, PassageSize } from "../../domain/knowledge";
import { INDEXING } from "../../limits";
import { type Query, allRows, query, runBatch, runQuery } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { type RowOf, boolean, integer, table, text } from "../sql/table";
import {
  KNOWLEDGE_BASES,
  type KnowledgeRow,
  type NumberedKnowledge,
  selectKnowledge,
} from "./knowledge";
import { lostKnowledge } from "./knowledge";
import { DOCUMENTS, type DocumentRow } from "./knowledge-documents";

/** A file of the project that is to be a document. */
export interface WaitingDocument {
  id: string;
  fileId: string;
  attributes: Attributes | null;
  passage: PassageSize | null;
  /** By default none. */
  tags?: readonly string[];
  /** By default the moment at which it is put. */
  timestampMs?: number | null;
}

const BATCHES = table("knowledge_batches", {
  id: text("id"),
  createdAtMs: integer("created_at_ms"),
  waitingCount: integer("waiting_count"),
  indexedCount: integer("indexed_count"),
  failedCount: integer("failed_count"),
  cancelledCount: integer("cancelled_count"),
  isCancelled: boolean("is_cancelled"),
});
type BatchRow = RowOf<typeof BATCHES>;

/** A document of the same id is found as it was until the new one is indexed. */
const ENQUEUE = `
  INSERT INTO knowledge_documents (knowledge_number, id, file_id, timestamp_ms, tags, length,
    first_passage, passage_count, term_count, created_at_ms, updated_at_ms, status, attributes,
    passage_max, passage_overlap, batch_id, work_at_ms)
  SELECT ?1, d.value ->> 'id', d.value ->> 'fileId',
    coalesce(d.value ->> 'timestampMs', ?3), coalesce(d.value -> 'tags', '[]'), 0, 0, 0, 0, ?3, ?3, 'waiting',
    nullif(d.value -> 'attributes', 'null'), d.value ->> '$.passage.max',
    d.value ->> '$.passage.overlap', ?4, ?3
  FROM json_each(?2) d WHERE true
  ON CONFLICT (knowledge_number, id) DO UPDATE SET status = 'waiting', file_id = excluded.file_id,
    timestamp_ms = excluded.timestamp_ms, tags = excluded.tags,
    attributes = excluded.attributes, passage_max = excluded.passage_max,
    passage_overlap = excluded.passage_overlap, batch_id = excluded.batch_id,
    work_at_ms = excluded.work_at_ms, updated_at_ms = excluded.updated_at_ms, tries = 0,
    error_code = NULL, error_message = NULL`;

export interface Enqueued {
  documents: readonly WaitingDocument[];
  /** Of the batch that they make, where they make one. */
  batchId: string | null;
  nowMs: number;
}

/** @returns Statements that let the documents wait. */
export function enqueueDocuments(
  db: ProjectDatabase,
  number: number,
  { documents, batchId, nowMs }: Enqueued,
): Query<never>[] {
  const made =
    batchId === null
      ? []
      : [
          query<never>(
            db,
            `INSERT INTO knowledge_batches (knowledge_number, id, created_at_ms) VALUES (?, ?, ?)`,
            number,
            batchId,
            nowMs,
          ),
        ];
  return [...made, query<never>(db, ENQUEUE, number, JSON.stringify(documents), nowMs, batchId)];
}

/** Documents that wait until it is known whether they are wanted. */
export interface RevocablePut {
  documents: readonly WaitingDocument[];
  /** No other put has it. */
  mark: string;
  nowMs: number;
}

/**
 * Lets the documents wait, so that `withdrawDocuments` can take back what nobody has put since.
 * @returns Ids of those that were no documents before.
 */
export async function enqueueRevocably(
  db: ProjectDatabase,
  number: number,
  { documents, mark, nowMs }: RevocablePut,
): Promise<string[]> {
  const ids = documents.map(({ id }) => id);
  const { known } = await runBatch(db, {
    known: query<{ id: string }>(
      db,
      `SELECT id FROM knowledge_documents
       WHERE knowledge_number = ? AND id IN (SELECT value FROM json_each(?))`,
      number,
      JSON.stringify(ids),
    ),
    put: query<never>(
      db,
      `${ENQUEUE} WHERE status <> 'indexed' OR file_id IS NOT excluded.file_id`,
      number,
      JSON.stringify(documents),
      nowMs,
      mark,
    ),
    // A file never changes: what was read of it once is not read, and paid, again.
    again: query<never>(
      db,
      `UPDATE knowledge_documents SET batch_id = ?3 WHERE knowledge_number = ?1 AND status = 'indexed'
       AND id IN (SELECT value FROM json_each(?2))`,
      number,
      JSON.stringify(ids),
      mark,
    ),
  });
  const knownIds = new Set(known.map(({ id }) => id));
  return ids.filter((id) => !knownIds.has(id));
}

/** As if nobody had put them: those of `newIds` are no documents, the others are found as they were. */
export async function withdrawDocuments(
  db: ProjectDatabase,
  number: number,
  { mark, newIds }: { mark: string; newIds: readonly string[] },
): Promise<void> {
  const ours = "knowledge_number = ? AND batch_id = ?";
  await runBatch(db, {
    made: query<never>(
      db,
      `DELETE FROM knowledge_documents WHERE ${ours} AND id IN (SELECT value FROM json_each(?))`,
      number,
      mark,
      JSON.stringify(newIds),
    ),
    // What waited before, without passages, waits on: whoever put it wants it.
    others: query<never>(
      db,
      `UPDATE knowledge_documents SET work_at_ms = NULL, status = 'indexed'
       WHERE ${ours} AND status = 'waiting' AND passage_count > 0`,
      number,
      mark,
    ),
  });
}

/** A document that is being worked on; `tries` counts this time too. */
export interface ClaimedDocument extends Omit<WaitingDocument, "tags" | "timestampMs"> {
  tags: string[];
  timestampMs: number;
  tries: number;
}

/** Takes documents that are due; they are due again after the lease, should nobody say how it went. */
export async function claimDocuments(
  db: ProjectDatabase,
  number: number,
  nowMs: number,
): Promise<ClaimedDocument[]> {
  const rows = await allRows(
    query<DocumentRow & { tries: number }>(
      db,
      `UPDATE knowledge_documents SET work_at_ms = ?2 + ${INDEXING.leaseMs}, tries = tries + 1
       WHERE seq IN (SELECT seq FROM knowledge_documents
         WHERE knowledge_number = ?1 AND work_at_ms <= ?2
         ORDER BY work_at_ms LIMIT ${INDEXING.documentsAtOnce})
       RETURNING ${DOCUMENTS.columns}, tries`,
      number,
      nowMs,
    ),
  );
  return rows.map((row) => {
    const { id, fileId, attributes, passage, tags, timestampMs } = DOCUMENTS.read(row);
    return { id, fileId: fileId ?? id, attributes, passage, tags, timestampMs, tries: row.tries };
  });
}

/** Unless it was put anew, cancelled or deleted meanwhile. */
export async function failDocument(
  db: ProjectDatabase,
  number: number,
  { id, tries }: Pick<ClaimedDocument, "id" | "tries">,
  error: { code: string; message: string },
): Promise<void> {
  await runQuery(
    query(
      db,
      `UPDATE knowledge_documents SET status = 'failed', work_at_ms = NULL, error_code = ?4,
         error_message = ?5
       WHERE knowledge_number = ?1 AND id = ?2 AND status = 'waiting' AND tries = ?3`,
      number,
      id,
      tries,
      error.code,
      error.message,
    ),
  );
}

/** The knowledge of this number, and when it has work next: null where there is none. */
export async function readWork(
  db: ProjectDatabase,
  number: number,
): Promise<{ knowledge: NumberedKnowledge | null; nextAtMs: number | null }> {
  const { rows, next } = await runBatch(db, {
    rows: query<KnowledgeRow>(
      db,
      `SELECT ${KNOWLEDGE_BASES.columns} FROM knowledge WHERE number = ? AND is_doomed = 0`,
      number,
    ),
    next: query<{ at: number | null }>(
      db,
      `SELECT min(work_at_ms) AS at FROM knowledge_documents
       WHERE knowledge_number = ? AND work_at_ms IS NOT NULL`,
      number,
    ),
  });
  const [row] = rows;
  return {
    knowledge: row === undefined ? null : KNOWLEDGE_BASES.read(row),
    nextAtMs: next[0]?.at ?? null,
  };
}

/** Knowledge with documents that were due before the moment. */
export function listForgottenWork(
  db: ProjectDatabase,
  beforeMs: number,
  limit: number,
): Promise<{ projectId: string; number: number }[]> {
  const sql = `SELECT DISTINCT k.project_id AS projectId, k.number
    FROM knowledge_documents d CROSS JOIN knowledge k ON k.number = d.knowledge_number
    WHERE d.work_at_ms < ? AND k.is_doomed = 0 LIMIT ?`;
  return allRows(query<{ projectId: string; number: number }>(db, sql, beforeMs, limit));
}

interface BatchAddress {
  knowledge: string;
  id: string;
}

const OF_BATCH = `id = ?3 AND knowledge_number = (
  SELECT number FROM knowledge WHERE project_id = ?1 AND name = ?2 AND is_doomed = 0)`;

function selectBatch(db: ProjectDatabase, projectId: string, { knowledge, id }: BatchAddress) {
  const sql = `SELECT ${BATCHES.columns} FROM knowledge_batches WHERE ${OF_BATCH}`;
  return query<BatchRow>(db, sql, projectId, knowledge, id);
}

/** A batch with its documents counted by status; fails with `not_found`. */
export async function getBatch(
  db: ProjectDatabase,
  projectId: string,
  address: BatchAddress,
): Promise<Outcome<DocumentBatch>> {
  const { parents, batches } = await runBatch(db, {
    parents: selectKnowledge(db, projectId, address.knowledge),
    batches: selectBatch(db, projectId, address),
  });
  return firstBatch(parents.length > 0, batches, address);
}

/** What waits of it is no document any more, or again the one that it was before. */
export async function cancelBatch(
  db: ProjectDatabase,
  projectId: string,
  address: BatchAddress,
): Promise<Outcome<DocumentBatch>> {
  const bindings = [projectId, address.knowledge, address.id] as const;
  const { parents, batches } = await runBatch(db, {
    parents: selectKnowledge(db, projectId, address.knowledge),
    documents: query(
      db,
      `UPDATE knowledge_documents SET work_at_ms = NULL,
         status = iif(passage_count > 0, 'indexed', 'cancelled')
       WHERE status = 'waiting' AND (knowledge_number, batch_id) = (
         SELECT knowledge_number, id FROM knowledge_batches WHERE ${OF_BATCH})`,
      ...bindings,
    ),
    marked: query(
      db,
      `UPDATE knowledge_batches SET is_cancelled = 1
       WHERE ${OF_BATCH} AND (cancelled_count > 0 OR is_cancelled = 1)`,
      ...bindings,
    ),
    batches: selectBatch(db, projectId, address),
  });
  return firstBatch(parents.length > 0, batches, address);
}

function firstBatch(
  hasParent: boolean,
  [row]: readonly BatchRow[],
  { knowledge, id }: BatchAddress,
): Outcome<DocumentBatch> {
  if (row !== undefined) {
    return success(BATCHES.read(row));
  }
  return failed(hasParent ? { kind: "not_found", entity: "batch", id } : lostKnowledge(knowledge));
}

/** Documents of these that wait. */
export async function countWaiting(
  db: ProjectDatabase,
  projectId: string,
  names: readonly string[],
): Promise<number> {
  const sql = `SELECT coalesce(sum(waiting_count), 0) AS count FROM knowledge
    WHERE project_id = ? AND name IN (SELECT value FROM json_each(?))`;
  const rows = await allRows(query<{ count: number }>(db, sql, projectId, JSON.stringify(names)));
  return rows[0]?.count ?? 0;
}
