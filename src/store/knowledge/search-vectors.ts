/** Reads what passages' vectors were kept as. */
import type { DocumentFilter } from "../../domain/knowledge";
import { KNOWLEDGE } from "../../limits";
import { allRows, query } from "../sql/batch";
import { Conditions } from "../sql/conditions";
import type { ProjectDatabase } from "../sql/databases";
import { firstRowidOf, lastRowidOf } from "../sql/rowids";
import { chooseByAttributes } from "./choose-by-attributes";
import { matchTags } from "./search-passages";

export interface PassageSketch {
  seq: number;
  sketch: string;
}

const selectSketches = (chosen: string): string => `
  SELECT s.passage_seq AS seq, s.sketch FROM knowledge_sketches s
  WHERE s.passage_seq BETWEEN ${firstRowidOf("?1")} AND ${lastRowidOf("?1")}
    AND (?2 IS NULL OR s.passage_seq IN (
      SELECT rowid FROM knowledge_index WHERE knowledge_index MATCH ?2))
    AND (?3 IS NULL OR s.passage_seq NOT IN (
      SELECT rowid FROM knowledge_index WHERE knowledge_index MATCH ?3))
    AND (coalesce(?4, ?5, ?6) IS NULL OR EXISTS (
      SELECT 1 FROM knowledge_passages p JOIN knowledge_documents d ON d.seq = p.document_seq
      WHERE p.seq = s.passage_seq
        AND (?4 IS NULL OR d.timestamp_ms >= ?4) AND (?5 IS NULL OR d.timestamp_ms < ?5)
        AND ${chosen}))
  ORDER BY s.passage_seq DESC LIMIT ${KNOWLEDGE.maxSketches}`;

/** Sketches of the knowledge's passages that the filter lets through: the newest, if they are many. */
export async function readSketches(
  db: ProjectDatabase,
  knowledgeNumber: number,
  filter: DocumentFilter,
): Promise<PassageSketch[]> {
  const matchOf = (tags: readonly string[]): string | null =>
    tags.length === 0 ? null : matchTags([knowledgeNumber], tags);
  const conditions = new Conditions([
    knowledgeNumber,
    matchOf(filter.includeTags),
    matchOf(filter.excludeTags),
    filter.fromMs ?? null,
    filter.beforeMs ?? null,
    filter.attributes === undefined ? null : 1,
  ]);
  const chosen = filter.attributes ? chooseByAttributes(filter.attributes, conditions) : "true";
  return allRows(query<PassageSketch>(db, selectSketches(chosen), ...conditions.bindings));
}

/** The vectors of these passages; one without a vector is missing. */
export async function readVectors(
  db: ProjectDatabase,
  seqs: readonly number[],
): Promise<{ seq: number; vector: string }[]> {
  const sql = `SELECT passage_seq AS seq, vector FROM knowledge_vectors
    WHERE passage_seq IN (SELECT value FROM json_each(?))`;
  return allRows(query<{ seq: number; vector: string }>(db, sql, JSON.stringify(seqs)));
}
