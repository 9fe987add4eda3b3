/** Finds passages by their terms and by their vectors. What may be read is bounded: see `KNOWLEDGE`. */
import type {
  Attributes,
  DocumentFilter,
  KnowledgeHit,
  KnowledgeQuery,
} from "../../domain/knowledge";
import { DOCUMENTS_LIMITS, KNOWLEDGE } from "../../limits";
import { pagesOf } from "../../search/page-marks";
import type { KnowledgeStatistics, SearchPlan, WeighedTerm } from "../../search/rank-passages";
import type { RankingTerm } from "../../search/ranking-terms";
import {
  NAMED_IN_SQL,
  matchAll,
  matchAny,
  matchPhrase,
  ownedExpression,
} from "../messages/match-expression";
import { allRows, query, runBatch } from "../sql/batch";
import { Conditions } from "../sql/conditions";
import type { ProjectDatabase } from "../sql/databases";
import { ownPartOf } from "../sql/rowids";
import { OBJECT, STRINGS } from "../sql/shapes";
import {
  type ItemOf,
  type RowOf,
  computed,
  integer,
  json,
  nullable,
  table,
  text,
} from "../sql/table";
import { chooseByAttributes } from "./choose-by-attributes";
import type { NumberedKnowledge } from "./knowledge";
import { KNOWLEDGE_BASES } from "./knowledge";
import { tagTerms } from "./tag-terms";

/** The knowledge bases that a search looks into, and how its terms stand in them. */
export interface SearchScope {
  knowledge: NumberedKnowledge[];
  statistics: Map<number, KnowledgeStatistics>;
  /** Those that occur. */
  terms: WeighedTerm[];
  /** Passages of documents that have one of the included tags; null where none is asked for. */
  taggedCount: number | null;
}

/** Those of the project that `?2` (a list of names) names; where it is null, those that are no thread's. */
const inScope = (isNamed: boolean): string =>
  isNamed
    ? `k.project_id = ?1 AND k.is_doomed = 0 AND k.name IN (SELECT value FROM json_each(?2))`
    : `?2 IS NULL AND k.number IN (SELECT number FROM knowledge
        WHERE project_id = ?1 AND thread_id IS NULL AND is_doomed = 0 LIMIT ${KNOWLEDGE.maxSearched + 1})`;

const COUNTED_KNOWLEDGE = table("knowledge", {
  ...KNOWLEDGE_BASES.fields,
  termCount: integer("term_count"),
  passagesWritten: integer("passages_written"),
});
type CountedKnowledge = ItemOf<typeof COUNTED_KNOWLEDGE>;

const selectScope = (where: string): string =>
  `SELECT ${COUNTED_KNOWLEDGE.columns} FROM knowledge k WHERE ${where}`;

/**
 * How many passages have a term, counted up to a bound: beyond it, `last` (where the counting
 * stopped) tells how common it is. `?3` is a list of expressions for `NAMED_IN_SQL`.
 */
const selectFrequencies = (where: string): string => `
  WITH looked_up AS MATERIALIZED (
    SELECT k.number, t.key AS term, (SELECT json_array(count(*), ${ownPartOf("max(rowid)")}) FROM (
      SELECT rowid FROM knowledge_index
      WHERE knowledge_index MATCH ${ownedExpression("t.value", "k.number")}
      ORDER BY rowid LIMIT ${KNOWLEDGE.maxCounted})) AS counted
    FROM knowledge k CROSS JOIN json_each(?3) t WHERE ${where})
  SELECT number, term, counted ->> 0 AS counted, counted ->> 1 AS last FROM looked_up
  WHERE counted ->> 0 > 0`;

/** At most once a minute, and not where it has expired. */
const touchKnowledge = (where: string): string => `
  UPDATE knowledge AS k SET last_active_at_ms = ?3
  WHERE ${where} AND coalesce(last_active_at_ms, created_at_ms) < ?3 - ${DOCUMENTS_LIMITS.useNotedMs}
    AND (expires_after_days IS NULL
      OR coalesce(last_active_at_ms, created_at_ms) + expires_after_days * 86400000 > ?3)`;

interface FrequencyRow {
  number: number;
  /** Index of the expression. */
  term: number;
  counted: number;
  last: number;
}

/** A name that is no knowledge of the project is missing from the scope. */
export async function readSearchScope(
  db: ProjectDatabase,
  projectId: string,
  { knowledge: names, includeTags }: Pick<KnowledgeQuery, "knowledge" | "includeTags">,
  terms: readonly RankingTerm[],
  nowMs: number,
): Promise<SearchScope> {
  const expressions = [
    ...terms.map((term) => inTerms([matchPhrase(NAMED_IN_SQL, [term.text], term.openEnded)])),
    ...tagTerms(includeTags).map((tag) => inTags([matchPhrase(NAMED_IN_SQL, [tag], false)])),
  ];
  const bindings = [projectId, names.length === 0 ? null : JSON.stringify(names)] as const;
  const where = inScope(names.length > 0);
  const { rows, counted } = await runBatch(db, {
    used: query(db, touchKnowledge(where), ...bindings, nowMs),
    rows: query<RowOf<typeof COUNTED_KNOWLEDGE>>(db, selectScope(where), ...bindings),
    counted: query<FrequencyRow>(
      db,
      selectFrequencies(where),
      ...bindings,
      JSON.stringify(expressions),
    ),
  });
  const knowledge = rows.map(COUNTED_KNOWLEDGE.read);
  const scope = new Map(knowledge.map((one) => [one.number, one]));
  const weighed = counted.flatMap((row) => {
    const term = terms[row.term];
    const frequency = estimateFrequency(row, scope.get(row.number));
    return term === undefined ? [] : [{ term, knowledgeNumber: row.number, frequency }];
  });
  const tagged = counted.filter(({ term }) => term >= terms.length);
  return {
    knowledge,
    statistics: scope,
    terms: weighed,
    taggedCount:
      includeTags.length === 0 ? null : tagged.reduce((sum, row) => sum + row.counted, 0),
  };
}

/** What was not counted to the end is taken to be as common in the rest of the passages. */
function estimateFrequency(
  { counted, last }: FrequencyRow,
  knowledge: CountedKnowledge | undefined,
): number {
  if (knowledge === undefined || counted < KNOWLEDGE.maxCounted) {
    return counted;
  }
  const estimated = Math.round((counted * knowledge.passagesWritten) / (last + 1));
  return Math.max(counted, Math.min(estimated, knowledge.passageCount));
}

/** A passage as found; its `score` is yet to be given. */
export interface FoundPassage {
  seq: number;
  knowledgeNumber: number;
  /** Untrimmed, as `position` counts. */
  text: string;
  hit: Omit<KnowledgeHit, "score" | "similarity">;
}

/** Over rows of `knowledge_passages p` and `knowledge_documents d`. */
const PASSAGES = table("knowledge_passages", {
  seq: computed(integer("seq"), "p.seq"),
  knowledgeNumber: integer("knowledge_number"),
  text: text("text"),
  position: integer("position"),
  page: nullable(integer("page")),
  documentId: text("id"),
  fileId: nullable(text("file_id")),
  tags: json<string[]>("tags", STRINGS),
  sourceUrl: nullable(text("source_url")),
  attributes: nullable(json<Attributes>("attributes", OBJECT)),
});

type PassageRow = RowOf<typeof PASSAGES>;
const WITH_DOCUMENT = `CROSS JOIN knowledge_passages p ON p.seq = found.seq
  CROSS JOIN knowledge_documents d ON d.seq = p.document_seq`;
const IN_TIME = `(?2 IS NULL OR d.timestamp_ms >= ?2) AND (?3 IS NULL OR d.timestamp_ms < ?3)`;

/**
 * So many candidates for the answer, by FTS5's own ranking, in which tags (column 2) weigh nothing. FTS5
 * counts the passages of all projects as one, so this only chooses whom to look at:
 * `scorePassage` has the word.
 */
export async function findByTerms(
  db: ProjectDatabase,
  plan: SearchPlan,
  numbers: readonly number[],
  filter: DocumentFilter,
  count: number,
): Promise<FoundPassage[]> {
  if (plan.finding.length === 0) {
    return [];
  }
  const conditions = new Conditions([
    matchExpression(plan, numbers, filter),
    filter.fromMs ?? null,
    filter.beforeMs ?? null,
    count,
  ]);
  const chosen = filter.attributes
    ? `AND ${chooseByAttributes(filter.attributes, conditions)}`
    : "";
  const sql = `SELECT ${PASSAGES.columns} FROM (
      SELECT rowid AS seq, bm25(knowledge_index, 1.0, 0.0) AS distance
      FROM knowledge_index WHERE knowledge_index MATCH ?1 ${readWhich(plan, filter)}) found
    ${WITH_DOCUMENT} WHERE ${IN_TIME} ${chosen} ORDER BY found.distance LIMIT ?4`;
  const found = await allRows(query<PassageRow>(db, sql, ...conditions.bindings));
  return found.map(readPassage);
}

/** Of the matches: the newest, where even they are too many; else the best, where nothing more sifts them. */
function readWhich({ isPartial }: SearchPlan, filter: DocumentFilter): string {
  if (isPartial) {
    return `ORDER BY rowid DESC LIMIT ${KNOWLEDGE.maxRead}`;
  }
  const sifts = [filter.fromMs, filter.beforeMs, filter.attributes];
  return sifts.every((one) => one === undefined) ? "ORDER BY distance LIMIT ?4" : "";
}

/** Passages by their numbers, in no order. */
export async function readPassages(
  db: ProjectDatabase,
  seqs: readonly number[],
): Promise<FoundPassage[]> {
  if (seqs.length === 0) {
    return [];
  }
  const sql = `SELECT ${PASSAGES.columns} FROM (SELECT value AS seq FROM json_each(?1)) found
    ${WITH_DOCUMENT}`;
  return (await allRows(query<PassageRow>(db, sql, JSON.stringify(seqs)))).map(readPassage);
}

function matchExpression(
  { finding, ordering }: SearchPlan,
  numbers: readonly number[],
  filter: DocumentFilter,
): string {
  const wanted = matchAll([
    matchTerms(finding),
    // Matches whatever the first does, and so only adds to the rank.
    ...(ordering.length === 0 ? [] : [matchTerms([...finding, ...ordering])]),
    ...(filter.includeTags.length === 0 ? [] : [matchTags(numbers, filter.includeTags)]),
  ]);
  return filter.excludeTags.length === 0
    ? wanted
    : `${wanted} NOT ${matchTags(numbers, filter.excludeTags)}`;
}

function matchTerms(terms: readonly WeighedTerm[]): string {
  const phrases = terms.map(({ term, knowledgeNumber }) =>
    matchPhrase(knowledgeNumber, [term.text], term.openEnded),
  );
  return inTerms(phrases);
}

function inTerms(phrases: readonly string[]): string {
  return `({terms} : ${matchAny(phrases)})`;
}

function inTags(phrases: readonly string[]): string {
  return `({tags} : ${matchAny(phrases)})`;
}

/** Passages of documents that have any of the tags. */
export function matchTags(numbers: readonly number[], tags: readonly string[]): string {
  const terms = tagTerms(tags);
  return inTags(
    numbers.flatMap((number) => terms.map((term) => matchPhrase(number, [term], false))),
  );
}

function readPassage(row: PassageRow): FoundPassage {
  const { seq, knowledgeNumber, text: whole, position, page, ...document } = PASSAGES.read(row);
  const offset = position + whole.length - whole.trimStart().length;
  const pages = pagesOf(whole, page);
  const hit = { ...document, text: whole.trim(), offset, ...(pages.length > 0 && { pages }) };
  return { seq, knowledgeNumber, text: whole, hit };
}
