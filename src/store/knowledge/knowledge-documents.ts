/** Documents of knowledge bases: a document is replaced, found and deleted with all its passages. */
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type {
  Attributes,
  DocumentStatus,
  KnowledgeDocument,
  PassageSize,
} from "../../domain/knowledge";
import type { Page, PageRequest } from "../../domain/page";
import { joinChunks } from "../../search/chunk-text";
import { query, runBatch } from "../sql/batch";
import { Conditions } from "../sql/conditions";
import type { ProjectDatabase } from "../sql/databases";
import { listPage } from "../sql/pages";
import { OBJECT, STRINGS } from "../sql/shapes";
import { type RowOf, computed, group, integer, json, nullable, table, text } from "../sql/table";
import { lostKnowledge, selectKnowledge } from "./knowledge";

export const DOCUMENTS = table("knowledge_documents", {
  id: text("id"),
  fileId: nullable(text("file_id")),
  sourceUrl: nullable(text("source_url")),
  timestampMs: integer("timestamp_ms"),
  tags: json<string[]>("tags", STRINGS),
  length: integer("length"),
  passageCount: integer("passage_count"),
  bytes: integer("bytes"),
  createdAtMs: integer("created_at_ms"),
  updatedAtMs: integer("updated_at_ms"),
  status: text<DocumentStatus>("status"),
  error: group({ code: text("error_code"), message: text("error_message") }),
  attributes: nullable(json<Attributes>("attributes", OBJECT)),
  passage: computed(
    nullable(json<PassageSize>("passage", OBJECT)),
    "iif(passage_max IS NULL, NULL, json_object('max', passage_max, 'overlap', passage_overlap))",
  ),
});

export type DocumentRow = RowOf<typeof DOCUMENTS>;

/** Which documents a listing or an address may mean. Takes project and name as `?1` and `?2`. */
const OF_KNOWLEDGE = `knowledge_number = (
  SELECT number FROM knowledge WHERE project_id = ?1 AND name = ?2 AND is_doomed = 0)`;

/** Of those, the ones that are there: see `DocumentStatus`. */
const IS_THERE = `${OF_KNOWLEDGE} AND status <> 'cancelled'`;

/** Where a document is. */
export interface DocumentAddress {
  knowledge: string;
  id: string;
}

/** The document with its whole text. */
export async function getDocument(
  db: ProjectDatabase,
  projectId: string,
  { knowledge, id }: DocumentAddress,
): Promise<Outcome<KnowledgeDocument & { text: string }>> {
  const { parents, documents, passages } = await runBatch(db, {
    parents: selectKnowledge(db, projectId, knowledge),
    documents: selectDocument(db, projectId, { knowledge, id }),
    passages: query<{ text: string; offset: number }>(
      db,
      `SELECT p.text, p.position AS offset FROM knowledge_documents d JOIN knowledge_passages p
         ON p.seq BETWEEN d.first_passage AND d.first_passage + d.passage_count - 1
       WHERE d.${IS_THERE} AND d.id = ?3 ORDER BY p.seq`,
      projectId,
      knowledge,
      id,
    ),
  });
  if (parents.length === 0) {
    return failed(lostKnowledge(knowledge));
  }
  const [row] = documents;
  return row === undefined
    ? failed(lostDocument(id))
    : success({ ...DOCUMENTS.read(row), text: joinChunks(passages) });
}

export interface DocumentChoice {
  status?: DocumentStatus | undefined;
  /** With those that were cancelled. */
  batchId?: string | undefined;
}

/** A page of a knowledge's documents; fails with `not_found`. */
export function listDocuments(
  db: ProjectDatabase,
  projectId: string,
  knowledge: string,
  page: PageRequest,
  { status, batchId }: DocumentChoice = {},
): Promise<Outcome<Page<KnowledgeDocument>>> {
  const within = batchId === undefined ? IS_THERE : OF_KNOWLEDGE;
  const conditions = new Conditions([projectId, knowledge]);
  conditions.add(status, (value) => `status = ${value}`);
  conditions.add(batchId, (value) => `batch_id = ${value}`);
  return listPage(
    db,
    {
      table: "knowledge_documents",
      columns: DOCUMENTS.columns,
      within,
      filter: conditions.sql && `${within} AND ${conditions.sql}`,
      bindings: conditions.bindings,
      read: DOCUMENTS.read,
      parent: {
        query: selectKnowledge(db, projectId, knowledge),
        failure: lostKnowledge(knowledge),
      },
    },
    page,
  );
}

/** With its passages: see the table's trigger. */
export async function deleteDocument(
  db: ProjectDatabase,
  projectId: string,
  { knowledge, id }: DocumentAddress,
): Promise<Outcome<{ id: string }>> {
  const { deleted, parents } = await runBatch(db, {
    deleted: query<{ id: string }>(
      db,
      `DELETE FROM knowledge_documents WHERE ${IS_THERE} AND id = ?3 RETURNING id`,
      projectId,
      knowledge,
      id,
    ),
    parents: selectKnowledge(db, projectId, knowledge),
  });
  const [row] = deleted;
  if (row !== undefined) {
    return success(row);
  }
  return failed(parents.length === 0 ? lostKnowledge(knowledge) : lostDocument(id));
}

/** Without reading its text. */
export async function describeDocument(
  db: ProjectDatabase,
  projectId: string,
  { knowledge, id }: DocumentAddress,
): Promise<Outcome<KnowledgeDocument>> {
  const { parents, documents } = await runBatch(db, {
    parents: selectKnowledge(db, projectId, knowledge),
    documents: selectDocument(db, projectId, { knowledge, id }),
  });
  return firstDocument(parents.length > 0, documents, { knowledge, id });
}

/** Replaces the attributes. */
export async function updateAttributes(
  db: ProjectDatabase,
  projectId: string,
  { knowledge, id }: DocumentAddress,
  attributes: Attributes | null,
): Promise<Outcome<KnowledgeDocument>> {
  const { parents, documents } = await runBatch(db, {
    parents: selectKnowledge(db, projectId, knowledge),
    documents: query<DocumentRow>(
      db,
      `UPDATE knowledge_documents SET attributes = ?4 WHERE ${IS_THERE} AND id = ?3
       RETURNING ${DOCUMENTS.columns}`,
      projectId,
      knowledge,
      id,
      DOCUMENTS.fields.attributes.write(attributes),
    ),
  });
  return firstDocument(parents.length > 0, documents, { knowledge, id });
}

function firstDocument(
  hasParent: boolean,
  [row]: readonly DocumentRow[],
  { knowledge, id }: DocumentAddress,
): Outcome<KnowledgeDocument> {
  if (row !== undefined) {
    return success(DOCUMENTS.read(row));
  }
  return failed(hasParent ? lostDocument(id) : lostKnowledge(knowledge));
}

function lostDocument(id: string): Failure {
  return { kind: "not_found", entity: "document", id };
}

function selectDocument(
  db: ProjectDatabase,
  projectId: string,
  { knowledge, id }: DocumentAddress,
) {
  return query<DocumentRow>(
    db,
    `SELECT ${DOCUMENTS.columns} FROM knowledge_documents WHERE ${IS_THERE} AND id = ?3`,
    projectId,
    knowledge,
    id,
  );
}
