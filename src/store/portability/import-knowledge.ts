/** Imports documents of knowledge and their passages; those that exist already stay as they are. */
import { type RecordOf, columnsOf } from "../../domain/records/export-record";
import { rankingTerms } from "../../search/ranking-terms";
import { yieldToEventLoop } from "../../yield-to-event-loop";
import { ownedTerms, toIndexText } from "../messages/match-expression";
import { type Query, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { jsonChunks } from "../sql/json-chunks";
import { firstRowidOf } from "../sql/rowids";

interface Made {
  made: 1;
}

export interface KnowledgeReplies {
  knowledge_document: Made;
  claimed: object;
  passageTerms: object;
  vectors: object;
  sketches: object;
  knowledge_passage: Made;
}

type KnowledgeWrites = {
  [Name in keyof KnowledgeReplies]: Query<KnowledgeReplies[Name]> | Query<KnowledgeReplies[Name]>[];
};

/** UTF-16 units of passages whose terms one statement inserts; terms with stems are longer than the text. */
const INDEX_CHARS = 64 * 1024;
/** Passages that are cut into terms between two pauses, in some 20 ms. */
const PASSAGES_PER_TURN = 32;

/** The most statements that `importPassages` needs for passages of so many UTF-16 units. */
export function passageQueries(chars: number): number {
  return 3 + Math.ceil(chars / INDEX_CHARS);
}

/** The two statements of a batch that insert the documents. */
export function importDocuments(
  db: ProjectDatabase,
  projectId: string,
  records: readonly RecordOf<"knowledge_document">[],
): Pick<KnowledgeWrites, "knowledge_document" | "claimed"> {
  if (records.length === 0) {
    return { knowledge_document: [], claimed: [] };
  }
  const list = JSON.stringify(records);
  return {
    knowledge_document: query(db, INSERT_DOCUMENTS, projectId, list),
    claimed: query(db, CLAIM_PASSAGES, projectId, list, records.length),
  };
}

/** At most `passageQueries` statements that insert the passages, for the batch of their documents, after those. */
export async function importPassages(
  db: ProjectDatabase,
  projectId: string,
  records: readonly RecordOf<"knowledge_passage">[],
): Promise<Pick<KnowledgeWrites, "passageTerms" | "vectors" | "sketches" | "knowledge_passage">> {
  if (records.length === 0) {
    return { passageTerms: [], vectors: [], sketches: [], knowledge_passage: [] };
  }
  const list = JSON.stringify(records);
  const insert = <Row>(sql: string, rows: string = list) => query<Row>(db, sql, projectId, rows);
  return {
    passageTerms: (await indexedPassages(records)).map((rows) => insert(INSERT_TERMS, rows)),
    vectors: insert(insertVectors("vector")),
    sketches: insert(insertVectors("sketch")),
    knowledge_passage: insert(INSERT_PASSAGES),
  };
}

/** As lists of `{knowledge, document_id, n, terms}`. */
async function indexedPassages(
  records: readonly RecordOf<"knowledge_passage">[],
): Promise<string[]> {
  const rows: object[] = [];
  for (const { knowledge, document_id, n, text } of records) {
    rows.push({ knowledge, document_id, n, terms: toIndexText(rankingTerms(text)) });
    if (rows.length % PASSAGES_PER_TURN === 0) {
      await yieldToEventLoop();
    }
  }
  return jsonChunks(rows);
}

const NEW_DOCUMENTS = `FROM json_each(?2) r
  CROSS JOIN knowledge k ON k.project_id = ?1 AND k.name = r.value ->> 'knowledge'
  WHERE NOT EXISTS (SELECT 1 FROM knowledge_documents d
    WHERE d.knowledge_number = k.number AND d.id = r.value ->> 'id')`;

const DOCUMENT_COLUMNS = columnsOf("knowledge_document");

/** Their passages' numbers follow those that were ever given out in their knowledge. */
const INSERT_DOCUMENTS = `
  INSERT INTO knowledge_documents
    (knowledge_number, first_passage, ${DOCUMENT_COLUMNS.map(({ column }) => column).join(", ")})
  SELECT k.number, ${firstRowidOf("k.number")} + k.passages_written + coalesce(sum(r.value ->> 'passage_count')
      OVER (PARTITION BY k.number ORDER BY r.key ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0),
    ${DOCUMENT_COLUMNS.map(({ name }) => `r.value ->> '${name}'`).join(", ")}
  ${NEW_DOCUMENTS} ORDER BY r.key
  ON CONFLICT DO NOTHING RETURNING 1 AS made`;

/** `?3`: how many documents may have come. */
const CLAIM_PASSAGES = `
  UPDATE knowledge SET passages_written = max(passages_written, coalesce((
    SELECT max(d.first_passage + d.passage_count) - ${firstRowidOf("knowledge.number")} FROM (
      SELECT first_passage, passage_count FROM knowledge_documents
      WHERE knowledge_number = knowledge.number ORDER BY seq DESC LIMIT ?3) d), 0))
  WHERE project_id = ?1 AND name IN (SELECT value ->> 'knowledge' FROM json_each(?2))`;

const SEQ = "d.first_passage + (r.value ->> 'n')";

/** A document that has been put anew meanwhile has all of its passages. */
const EACH_PASSAGE = `FROM json_each(?2) r
  CROSS JOIN knowledge k ON k.project_id = ?1 AND k.name = r.value ->> 'knowledge'
  CROSS JOIN knowledge_documents d ON d.knowledge_number = k.number
    AND d.id = r.value ->> 'document_id' AND r.value ->> 'n' < d.passage_count
  WHERE NOT EXISTS (SELECT 1 FROM knowledge_passages p WHERE p.seq = ${SEQ})`;

/** Tags as `tagTerms` writes them. */
const INSERT_TERMS = `
  INSERT INTO knowledge_index (rowid, terms, tags)
  SELECT ${SEQ}, ${ownedTerms("r.value ->> 'terms'", "d.knowledge_number")},
    (SELECT coalesce(group_concat(' ' || d.knowledge_number || '_#' || lower(hex(t.value)), ''), '')
      FROM json_each(d.tags) t) ${EACH_PASSAGE}`;

const insertVectors = (kind: "vector" | "sketch") => `
  INSERT INTO ${kind === "vector" ? "knowledge_vectors" : "knowledge_sketches"} (passage_seq, ${kind})
  SELECT ${SEQ}, r.value ->> '${kind}' ${EACH_PASSAGE} AND r.value ->> '${kind}' IS NOT NULL`;

/** Runs after the other statements, which skip passages that exist. */
const INSERT_PASSAGES = `
  INSERT INTO knowledge_passages (seq, document_seq, position, text, page)
  SELECT ${SEQ}, d.seq, r.value ->> 'position', r.value ->> 'text', r.value ->> 'page' ${EACH_PASSAGE} ORDER BY r.key
  ON CONFLICT DO NOTHING RETURNING 1 AS made`;
