/** SQL of the pages of knowledge in an export: see `export-stages.ts` for what a place is. */
import { PARAMETERS as P, bytesOf } from "./export-parameters";

/** The documents of the project's knowledge, in the order in which they came to be. */
const documents = (where: string) => `SELECT d.seq, d.first_passage, d.passage_count
  FROM knowledge k CROSS JOIN knowledge_documents d ON d.knowledge_number = k.number
  WHERE k.project_id = ${P.project} AND ${where} AND d.seq <= ${P.until}
  ORDER BY d.seq LIMIT ${P.rows}`;

/** Of a vector and its sketch: those of the largest models in use. */
const VECTOR_BYTES = 5000;

/** Of each table where the rows of a page are, how one is found, and what its record has beside its columns. */
export const KNOWLEDGE = {
  knowledge: {
    places: `SELECT x.number AS first, 0 AS second, ${bytesOf("knowledge", "x")} AS bytes
      FROM knowledge x WHERE x.project_id = ${P.project} AND x.number > ${P.first}
      ORDER BY x.number LIMIT ${P.rows}`,
    rowAt: "CROSS JOIN knowledge x ON x.number = p.first",
  },
  knowledge_document: {
    places: `SELECT d.seq AS first, 0 AS second, ${bytesOf("knowledge_document", "x")} AS bytes
      FROM (${documents(`d.seq > ${P.first}`)}) d CROSS JOIN knowledge_documents x ON x.seq = d.seq`,
    rowAt: `CROSS JOIN knowledge_documents x ON x.seq = p.first
      CROSS JOIN knowledge k ON k.number = x.knowledge_number`,
    elsewhere: ", k.name AS knowledge",
  },
  /**
   * Document by document: their own order is that of the last change. The order of the loops of a CROSS
   * JOIN is kept, and sorting would read every passage for each page.
   */
  knowledge_passage: {
    places: `SELECT d.seq AS first, p.seq AS second,
        ${bytesOf("knowledge_passage", "p")} + ${VECTOR_BYTES} AS bytes
      FROM (${documents(`d.seq >= ${P.first} AND d.passage_count > 0`)}) d
      CROSS JOIN knowledge_passages p
        ON p.seq BETWEEN d.first_passage AND d.first_passage + d.passage_count - 1
      WHERE d.seq > ${P.first} OR p.seq > ${P.second} LIMIT ${P.rows}`,
    rowAt: `CROSS JOIN knowledge_documents d ON d.seq = p.first
      CROSS JOIN knowledge k ON k.number = d.knowledge_number
      CROSS JOIN knowledge_passages x ON x.seq = p.second`,
    elsewhere: `, k.name AS knowledge, d.id AS document_id, x.seq - d.first_passage AS n,
      (SELECT vector FROM knowledge_vectors WHERE passage_seq = x.seq) AS vector,
      (SELECT sketch FROM knowledge_sketches WHERE passage_seq = x.seq) AS sketch`,
  },
} as const;
