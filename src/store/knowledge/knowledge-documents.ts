/** Documents of knowledge bases: a document is replaced, found and deleted with all its passages. */
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { KnowledgeDocument } from "../../domain/knowledge";
import type { Page, PageRequest } from "../../domain/page";
import { joinChunks } from "../../search/chunk-text";
import type { KeptVector } from "../../search/vectors";
import { ownedTerms, toIndexText } from "../messages/match-expression";
import { type Query, query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { jsonChunks } from "../sql/json-chunks";
import { listPage } from "../sql/pages";
import { STRINGS } from "../sql/shapes";
import { type RowOf, integer, json, nullable, table, text } from "../sql/table";
import { lostKnowledge, selectKnowledge } from "./knowledge";
import { tagTerms } from "./tag-terms";

export interface NewDocument {
  id: string;
  fileId: string | null;
  sourceUrl: string | null;
  /** Null: now. */
  timestampMs: number | null;
  tags: readonly string[];
  /** Characters of the text. */
  length: number;
  passages: readonly NewPassage[];
}

export interface NewPassage {
  text: string;
  /** Characters from the start of the document. */
  offset: number;
  terms: readonly string[];
  /** Null where the knowledge has no embedding. */
  vector: KeptVector | null;
}

const DOCUMENTS = table("knowledge_documents", {
  id: text("id"),
  fileId: nullable(text("file_id")),
  sourceUrl: nullable(text("source_url")),
  timestampMs: integer("timestamp_ms"),
  tags: json<string[]>("tags", STRINGS),
  length: integer("length"),
  passageCount: integer("passage_count"),
  createdAtMs: integer("created_at_ms"),
  updatedAtMs: integer("updated_at_ms"),
});

type DocumentRow = RowOf<typeof DOCUMENTS>;

/** Claims the passages' numbers. */
const CLAIM_PASSAGES = `
  UPDATE knowledge SET passages_written = passages_written + ?2 WHERE number = ?1`;

/** A trigger deletes the passages of the document that was there before. */
const PUT_DOCUMENT = `
  INSERT INTO knowledge_documents (knowledge_number, id, file_id, source_url, timestamp_ms, tags,
    length, first_passage, passage_count, term_count, created_at_ms, updated_at_ms)
  SELECT number, ?2, ?3, ?4, ?5, ?6, ?7, (number << 32) + passages_written - ?8, ?8, ?9, ?10, ?10
  FROM knowledge WHERE number = ?1
  ON CONFLICT (knowledge_number, id) DO UPDATE SET
    file_id = excluded.file_id, source_url = excluded.source_url,
    timestamp_ms = excluded.timestamp_ms, tags = excluded.tags, length = excluded.length,
    first_passage = excluded.first_passage, passage_count = excluded.passage_count,
    term_count = excluded.term_count, updated_at_ms = excluded.updated_at_ms
  RETURNING ${DOCUMENTS.columns}`;

/** `?3` is a list of `[index of the passage, …what is inserted]`. */
const EACH_PASSAGE = `
  FROM knowledge_documents d, json_each(?3) p WHERE d.knowledge_number = ?1 AND d.id = ?2`;
const PASSAGE_SEQ = "d.first_passage + (p.value ->> 0)";

const INSERT_PASSAGES = `
  INSERT INTO knowledge_passages (seq, document_seq, position, text)
  SELECT ${PASSAGE_SEQ}, d.seq, p.value ->> 1, p.value ->> 2 ${EACH_PASSAGE}`;
const INSERT_TERMS = `
  INSERT INTO knowledge_index (rowid, terms, tags)
  SELECT ${PASSAGE_SEQ}, ${ownedTerms("p.value ->> 1", "d.knowledge_number")},
    ${ownedTerms("?4", "d.knowledge_number")} ${EACH_PASSAGE}`;
const INSERT_VECTORS = `
  INSERT INTO knowledge_vectors (passage_seq, vector)
  SELECT ${PASSAGE_SEQ}, p.value ->> 1 ${EACH_PASSAGE}`;
const INSERT_SKETCHES = `
  INSERT INTO knowledge_sketches (passage_seq, sketch)
  SELECT ${PASSAGE_SEQ}, p.value ->> 1 ${EACH_PASSAGE}`;

/**
 * Puts the document in the place of the one of the same id, if there is one, in one transaction:
 * a search finds the passages of either, never of both.
 */
export async function putDocument(
  db: ProjectDatabase,
  knowledge: { number: number; name: string },
  document: NewDocument,
  nowMs: number,
): Promise<Outcome<KnowledgeDocument>> {
  const { passages } = document;
  const termCount = passages.reduce((sum, { terms }) => sum + terms.length, 0);
  const address = [knowledge.number, document.id] as const;
  const tags = toIndexText(tagTerms(document.tags));
  const insert = (sql: string, rows: unknown[][], ...more: string[]): Query<unknown>[] =>
    jsonChunks(rows.map((row, index) => [index, ...row])).map((portion) =>
      query(db, sql, ...address, portion, ...more),
    );
  const { put } = await runBatch(db, {
    claimed: query(db, CLAIM_PASSAGES, knowledge.number, passages.length),
    put: query<DocumentRow>(
      db,
      PUT_DOCUMENT,
      ...address,
      document.fileId,
      document.sourceUrl,
      document.timestampMs ?? nowMs,
      JSON.stringify(document.tags),
      document.length,
      passages.length,
      termCount,
      nowMs,
    ),
    passages: insert(
      INSERT_PASSAGES,
      passages.map((passage) => [passage.offset, passage.text]),
    ),
    terms: insert(
      INSERT_TERMS,
      passages.map(({ terms }) => [toIndexText(terms)]),
      tags,
    ),
    vectors: insert(
      INSERT_VECTORS,
      passages.flatMap(({ vector }) => (vector ? [[vector.bytes]] : [])),
    ),
    sketches: insert(
      INSERT_SKETCHES,
      passages.flatMap(({ vector }) => (vector ? [[vector.sketch]] : [])),
    ),
  });
  const [row] = put;
  return row === undefined ? failed(lostKnowledge(knowledge.name)) : success(DOCUMENTS.read(row));
}

/** Which documents a listing or an address may mean. Takes project and name as `?1` and `?2`. */
const OF_KNOWLEDGE = `knowledge_number = (
  SELECT number FROM knowledge WHERE project_id = ?1 AND name = ?2)`;

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
    documents: query<DocumentRow>(
      db,
      `SELECT ${DOCUMENTS.columns} FROM knowledge_documents WHERE ${OF_KNOWLEDGE} AND id = ?3`,
      projectId,
      knowledge,
      id,
    ),
    passages: query<{ text: string; offset: number }>(
      db,
      `SELECT p.text, p.position AS offset FROM knowledge_documents d JOIN knowledge_passages p
         ON p.seq BETWEEN d.first_passage AND d.first_passage + d.passage_count - 1
       WHERE d.${OF_KNOWLEDGE} AND d.id = ?3 ORDER BY p.seq`,
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

export function listDocuments(
  db: ProjectDatabase,
  projectId: string,
  knowledge: string,
  page: PageRequest,
): Promise<Outcome<Page<KnowledgeDocument>>> {
  return listPage(
    db,
    {
      table: "knowledge_documents",
      columns: DOCUMENTS.columns,
      within: OF_KNOWLEDGE,
      bindings: [projectId, knowledge],
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
      `DELETE FROM knowledge_documents WHERE ${OF_KNOWLEDGE} AND id = ?3 RETURNING id`,
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

function lostDocument(id: string): Failure {
  return { kind: "not_found", entity: "document", id };
}
