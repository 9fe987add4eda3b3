/** Knowledge bases of projects. Another project's is as one that never was. */
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { EmbeddingModel, Knowledge } from "../../domain/knowledge";
import type { Metadata } from "../../domain/metadata";
import type { Page, PageRequest } from "../../domain/page";
import { KNOWLEDGE, PAGE } from "../../limits";
import { type Query, allRows, firstRow, query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { listPage } from "../sql/pages";
import { METADATA, OBJECT } from "../sql/shapes";
import { type RowOf, computed, integer, json, nullable, table, text } from "../sql/table";

/** What a knowledge is made of. */
export interface NewKnowledge {
  name: string;
  description: string | null;
  embedding: EmbeddingModel | null;
  nowMs: number;
  title?: string | null;
  metadata?: Metadata | null;
  expiresAfterDays?: number | null;
  threadId?: string | null;
}

/** What is not said stays. */
export interface KnowledgeChange {
  title?: string | null | undefined;
  metadata?: Metadata | null | undefined;
  expiresAfterDays?: number | null | undefined;
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
  title: nullable(text("title")),
  metadata: nullable(json<Metadata>("metadata", METADATA)),
  documentCount: computed(integer("documents"), "document_count - cancelled_count"),
  waitingCount: integer("waiting_count"),
  failedCount: integer("failed_count"),
  cancelledCount: integer("cancelled_count"),
  passageCount: integer("passage_count"),
  bytes: integer("byte_count"),
  createdAtMs: integer("created_at_ms"),
  expiresAfterDays: nullable(integer("expires_after_days")),
  lastActiveAtMs: nullable(integer("last_active_at_ms")),
  threadId: nullable(text("thread_id")),
});

export type KnowledgeRow = RowOf<typeof KNOWLEDGE_BASES>;

const INSERT = `
  INSERT INTO knowledge (project_id, name, description, embedding, created_at_ms, title, metadata,
    expires_after_days, thread_id)
  SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9
  WHERE coalesce((SELECT count FROM knowledge_counts WHERE project_id = ?1), 0) < ${KNOWLEDGE.maxPerProject}
  ON CONFLICT (project_id, name) DO NOTHING
  RETURNING ${KNOWLEDGE_BASES.columns}`;

/** Fails with `conflict` where there is one of this name, or `KNOWLEDGE.maxPerProject` of them. */
export async function createKnowledge(
  db: ProjectDatabase,
  projectId: string,
  { name, description, embedding, nowMs, ...more }: NewKnowledge,
  inSameTransaction: Query<unknown> | null = null,
): Promise<Outcome<NumberedKnowledge>> {
  const { title = null, metadata = null, expiresAfterDays = null, threadId = null } = more;
  const { fields } = KNOWLEDGE_BASES;
  const model = fields.embedding.write(embedding);
  const { created, existing } = await runBatch(db, {
    created: query<KnowledgeRow>(
      db,
      INSERT,
      projectId,
      name,
      description,
      model,
      nowMs,
      title,
      fields.metadata.write(metadata),
      expiresAfterDays,
      threadId,
    ),
    record: inSameTransaction,
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

const IN_SIGHT = "project_id = ?1 AND is_doomed = 0";

/** By name, without those of threads' attachments; the first `PAGE.maxSmallItems` of them. */
export async function listKnowledge(db: ProjectDatabase, projectId: string): Promise<Knowledge[]> {
  const sql = `SELECT ${KNOWLEDGE_BASES.columns} FROM knowledge
    WHERE ${IN_SIGHT} AND thread_id IS NULL ORDER BY name LIMIT ${PAGE.maxSmallItems}`;
  return (await allRows(query<KnowledgeRow>(db, sql, projectId))).map(KNOWLEDGE_BASES.read);
}

/** All of them, in the order in which they were made. Cursors are names. */
export function pageKnowledge(
  db: ProjectDatabase,
  projectId: string,
  page: PageRequest,
): Promise<Outcome<Page<Knowledge>>> {
  return listPage(
    db,
    {
      table: "(SELECT *, name AS id FROM knowledge)",
      columns: KNOWLEDGE_BASES.columns,
      order: "number",
      within: IN_SIGHT,
      bindings: [projectId],
      read: KNOWLEDGE_BASES.read,
    },
    page,
  );
}

/** Changes what is given alone; fails with `not_found`. */
export async function updateKnowledge(
  db: ProjectDatabase,
  projectId: string,
  name: string,
  { title, metadata, expiresAfterDays }: KnowledgeChange,
): Promise<Outcome<Knowledge>> {
  const row = await firstRow<KnowledgeRow>(
    query(
      db,
      `UPDATE knowledge SET title = iif(?3, ?4, title), metadata = iif(?5, ?6, metadata),
         expires_after_days = iif(?7, ?8, expires_after_days)
       WHERE ${IN_SIGHT} AND name = ?2 RETURNING ${KNOWLEDGE_BASES.columns}`,
      projectId,
      name,
      Number(title !== undefined),
      title ?? null,
      Number(metadata !== undefined),
      KNOWLEDGE_BASES.fields.metadata.write(metadata ?? null),
      Number(expiresAfterDays !== undefined),
      expiresAfterDays ?? null,
    ),
  );
  return row === undefined ? failed(lostKnowledge(name)) : success(KNOWLEDGE_BASES.read(row));
}

/** The knowledge of this name; fails with `not_found`. */
export async function getKnowledge(
  db: ProjectDatabase,
  projectId: string,
  name: string,
): Promise<Outcome<NumberedKnowledge>> {
  const row = await firstRow(selectKnowledge(db, projectId, name));
  return row === undefined ? failed(lostKnowledge(name)) : success(KNOWLEDGE_BASES.read(row));
}

/** Those of the names that are no knowledge of the project. */
export async function findLostKnowledge(
  db: ProjectDatabase,
  projectId: string,
  names: readonly string[],
): Promise<string[]> {
  const rows = await allRows(
    query<{ name: string }>(
      db,
      `SELECT name FROM knowledge WHERE ${IN_SIGHT} AND name IN (SELECT value FROM json_each(?2))`,
      projectId,
      JSON.stringify(names),
    ),
  );
  const known = new Set(rows.map(({ name }) => name));
  return names.filter((name) => !known.has(name));
}

export function selectKnowledge(db: ProjectDatabase, projectId: string, name: string) {
  return query<KnowledgeRow>(
    db,
    `SELECT ${KNOWLEDGE_BASES.columns} FROM knowledge WHERE ${IN_SIGHT} AND name = ?2`,
    projectId,
    name,
  );
}

/** There is no knowledge of this name. */
export function lostKnowledge(name: string): Failure {
  return { kind: "not_found", entity: "knowledge", id: name };
}
