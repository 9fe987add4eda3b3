/** Knowledge bases of projects. Another project's is as one that never was. */
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { EmbeddingModel, Knowledge } from "../../domain/knowledge";
import { KNOWLEDGE } from "../../limits";
import { allRows, firstRow, query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { OBJECT } from "../sql/shapes";
import { type RowOf, integer, json, nullable, table, text } from "../sql/table";

export interface NewKnowledge {
  name: string;
  description: string | null;
  embedding: EmbeddingModel | null;
  nowMs: number;
}

/** With its number, which passages and index terms carry: for `store/` and those who write there. */
export interface NumberedKnowledge extends Knowledge {
  number: number;
}

export const KNOWLEDGE_BASES = table("knowledge", {
  number: integer("number"),
  name: text("name"),
  description: nullable(text("description")),
  embedding: nullable(json<EmbeddingModel>("embedding", OBJECT)),
  documentCount: integer("document_count"),
  passageCount: integer("passage_count"),
  createdAtMs: integer("created_at_ms"),
});

export type KnowledgeRow = RowOf<typeof KNOWLEDGE_BASES>;

const INSERT = `
  INSERT INTO knowledge (project_id, name, description, embedding, created_at_ms)
  SELECT ?1, ?2, ?3, ?4, ?5
  WHERE (SELECT count(*) FROM knowledge WHERE project_id = ?1) < ${KNOWLEDGE.maxPerProject}
  ON CONFLICT (project_id, name) DO NOTHING
  RETURNING ${KNOWLEDGE_BASES.columns}`;

export async function createKnowledge(
  db: ProjectDatabase,
  projectId: string,
  { name, description, embedding, nowMs }: NewKnowledge,
): Promise<Outcome<Knowledge>> {
  const model = KNOWLEDGE_BASES.fields.embedding.write(embedding);
  const { created, existing } = await runBatch(db, {
    created: query<KnowledgeRow>(db, INSERT, projectId, name, description, model, nowMs),
    existing: selectKnowledge(db, projectId, name),
  });
  const [row] = created;
  if (row !== undefined) {
    return success(KNOWLEDGE_BASES.read(row));
  }
  const message =
    existing.length === 0
      ? `A project has at most ${KNOWLEDGE.maxPerProject} knowledge bases.`
      : `There is a knowledge "${name}" already.`;
  return failed({ kind: "conflict", message });
}

/** All of them, by name: there are at most `KNOWLEDGE.maxPerProject`. */
export async function listKnowledge(db: ProjectDatabase, projectId: string): Promise<Knowledge[]> {
  const sql = `SELECT ${KNOWLEDGE_BASES.columns} FROM knowledge WHERE project_id = ? ORDER BY name`;
  return (await allRows(query<KnowledgeRow>(db, sql, projectId))).map(KNOWLEDGE_BASES.read);
}

export async function getKnowledge(
  db: ProjectDatabase,
  projectId: string,
  name: string,
): Promise<Outcome<NumberedKnowledge>> {
  const row = await firstRow(selectKnowledge(db, projectId, name));
  return row === undefined ? failed(lostKnowledge(name)) : success(KNOWLEDGE_BASES.read(row));
}

export function selectKnowledge(db: ProjectDatabase, projectId: string, name: string) {
  return query<KnowledgeRow>(
    db,
    `SELECT ${KNOWLEDGE_BASES.columns} FROM knowledge WHERE project_id = ? AND name = ?`,
    projectId,
    name,
  );
}

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

export function lostKnowledge(name: string): Failure {
  return { kind: "not_found", entity: "knowledge", id: name };
}
