/** Writes a document with its passages, terms and vectors, and replaces the one of the same id. */
import { type Outcome, failed, success } from "../../domain/failure";
import type { Attributes, KnowledgeDocument, PassageSize } from "../../domain/knowledge";
import type { KeptVector } from "../../search/vectors";
import { ownedTerms, toIndexText } from "../messages/match-expression";
import { type Query, query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { jsonChunks } from "../sql/json-chunks";
import { firstRowidOf } from "../sql/rowids";
import { lostKnowledge } from "./knowledge";
import { DOCUMENTS, type DocumentRow } from "./knowledge-documents";
import { tagTerms } from "./tag-terms";

/** A document that has been read and cut. */
export interface NewDocument {
  id: string;
  fileId: string | null;
  sourceUrl: string | null;
  /** Unix milliseconds; null: now. */
  timestampMs: number | null;
  tags: readonly string[];
  /** The length of the text in characters. */
  length: number;
  /** The length of the text in bytes of UTF-8. */
  bytes: number;
  passages: readonly NewPassage[];
  attributes?: Attributes | null;
  passage?: PassageSize | null;
  /** Attempts at indexing it, with this one. The document is written only if it still waits with this count. */
  tries?: number;
}

/** One passage of it, with its terms. */
export interface NewPassage {
  text: string;
  /** Where the passage begins, in characters from the start of the document. */
  offset: number;
  /** The page or slide on which it begins; null where there is none. */
  page: number | null;
  terms: readonly string[];
  /** Null where the knowledge has no embedding. */
  vector: KeptVector | null;
}

/** Claims the passages' numbers. */
const CLAIM_PASSAGES = `
  UPDATE knowledge SET passages_written = passages_written + ?2 WHERE number = ?1`;

/** A trigger deletes the passages of the document that was there before. */
const PUT_DOCUMENT = `
  INSERT INTO knowledge_documents (knowledge_number, id, file_id, source_url, timestamp_ms, tags,
    length, first_passage, passage_count, term_count, created_at_ms, updated_at_ms, bytes,
    attributes, passage_max, passage_overlap)
  SELECT number, ?2, ?3, ?4, ?5, ?6, ?7, ${firstRowidOf("number")} + passages_written - ?8, ?8, ?9, ?10, ?10, ?11,
    ?12, ?13, ?14
  FROM knowledge WHERE number = ?1 AND (?15 IS NULL OR EXISTS (SELECT 1 FROM knowledge_documents
    WHERE knowledge_number = ?1 AND id = ?2 AND status = 'waiting' AND tries = ?15))
  ON CONFLICT (knowledge_number, id) DO UPDATE SET
    file_id = excluded.file_id, source_url = excluded.source_url,
    timestamp_ms = excluded.timestamp_ms, tags = excluded.tags, length = excluded.length,
    first_passage = excluded.first_passage, passage_count = excluded.passage_count,
    term_count = excluded.term_count, updated_at_ms = excluded.updated_at_ms, bytes = excluded.bytes,
    attributes = excluded.attributes, passage_max = excluded.passage_max,
    passage_overlap = excluded.passage_overlap, status = 'indexed', error_code = NULL,
    error_message = NULL, work_at_ms = NULL
  RETURNING ${DOCUMENTS.columns}`;

/**
 * `?3` is a list of `[index of the passage, …what is inserted]`. Only where this very batch has put the
 * document: its passages then are the last that were claimed.
 */
const EACH_PASSAGE = `
  FROM knowledge k CROSS JOIN knowledge_documents d CROSS JOIN json_each(?3) p
  WHERE k.number = ?1 AND d.knowledge_number = ?1 AND d.id = ?2
    AND d.first_passage = ${firstRowidOf("k.number")} + k.passages_written - d.passage_count`;
const PASSAGE_SEQ = "d.first_passage + (p.value ->> 0)";

const INSERT_PASSAGES = `
  INSERT INTO knowledge_passages (seq, document_seq, position, text, page)
  SELECT ${PASSAGE_SEQ}, d.seq, p.value ->> 1, p.value ->> 2, p.value ->> 3 ${EACH_PASSAGE}`;
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
      document.bytes,
      DOCUMENTS.fields.attributes.write(document.attributes ?? null),
      document.passage?.max ?? null,
      document.passage?.overlap ?? null,
      document.tries ?? null,
    ),
    passages: insert(
      INSERT_PASSAGES,
      passages.map((passage) => [passage.offset, passage.text, passage.page]),
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
