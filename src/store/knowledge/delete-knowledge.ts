/** Deletes knowledge with its documents, in steps. */
import { type Outcome, success } from "../../domain/failure";
import { KNOWLEDGE } from "../../limits";
import { allRows, query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { getKnowledge, selectKnowledge } from "./knowledge";

/**
 * Deletes documents until this many passages are gone: a statement's work stays well under the 30
 * seconds that D1 gives it. The knowledge itself goes with its last document.
 */
const DELETE_SOME_DOCUMENTS = `
  DELETE FROM knowledge_documents WHERE seq IN (
    SELECT seq FROM (
      SELECT seq, sum(passage_count) OVER (ORDER BY seq) - passage_count AS passages_before
      FROM (SELECT seq, passage_count FROM knowledge_documents WHERE knowledge_number = ?1
        ORDER BY seq LIMIT ${KNOWLEDGE.deleteDocumentsAtOnce}))
    WHERE passages_before < ${KNOWLEDGE.deletePassagesAtOnce})`;
const DELETE_EMPTY_KNOWLEDGE = `
  DELETE FROM knowledge WHERE number = ?1 AND NOT EXISTS (
    SELECT 1 FROM knowledge_documents WHERE knowledge_number = ?1)
  RETURNING number`;

/** Cut off half way it leaves a smaller knowledge, which can be deleted again. */
export async function deleteKnowledge(
  db: ProjectDatabase,
  projectId: string,
  name: string,
): Promise<Outcome<{ name: string }>> {
  const knowledge = await getKnowledge(db, projectId, name);
  if (!knowledge.ok) {
    return knowledge;
  }
  const { number } = knowledge.value;
  for (;;) {
    const { gone, left } = await runBatch(db, {
      documents: query(db, DELETE_SOME_DOCUMENTS, number),
      gone: query(db, DELETE_EMPTY_KNOWLEDGE, number),
      left: selectKnowledge(db, projectId, name),
    });
    // Another caller may have deleted it meanwhile, and even made a new one of the same name.
    if (gone.length > 0 || left[0]?.["number"] !== number) {
      return success({ name });
    }
  }
}

/** Leaves it where it has documents. @returns Whether it is gone. */
export async function deleteEmptyKnowledge(db: ProjectDatabase, number: number): Promise<boolean> {
  return (await allRows(query(db, DELETE_EMPTY_KNOWLEDGE, number))).length > 0;
}

const EXPIRES_AT = "coalesce(last_active_at_ms, created_at_ms) + expires_after_days * 86400000";

/**
 * One step of deleting documents of knowledge that has expired, which stays and says so; those of the
 * longest time first. @returns How many were looked at.
 */
export async function deleteExpiredDocuments(
  db: ProjectDatabase,
  { nowMs, limit }: { nowMs: number; limit: number },
): Promise<number> {
  const expired = await allRows(
    query<{ number: number }>(
      db,
      `SELECT number FROM knowledge
       WHERE expires_after_days IS NOT NULL AND document_count > 0 AND ${EXPIRES_AT} <= ?1
       ORDER BY ${EXPIRES_AT} LIMIT ?2`,
      nowMs,
      limit,
    ),
  );
  for (const { number } of expired) {
    await runBatch(db, { documents: query(db, DELETE_SOME_DOCUMENTS, number) });
  }
  return expired.length;
}

/** One step of deleting what went with its thread. @returns How many were looked at. */
export async function deleteDoomedKnowledge(db: ProjectDatabase, limit: number): Promise<number> {
  const doomed = await allRows(
    query<{ number: number }>(
      db,
      "SELECT number FROM knowledge WHERE is_doomed = 1 LIMIT ?",
      limit,
    ),
  );
  for (const { number } of doomed) {
    await runBatch(db, {
      documents: query(db, DELETE_SOME_DOCUMENTS, number),
      gone: query(db, DELETE_EMPTY_KNOWLEDGE, number),
    });
  }
  return doomed.length;
}
