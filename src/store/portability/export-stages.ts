/**
 * What an export reads, table by table, so that whatever a line names stands before it; and the SQL of
 * one page of a table. A place in a table is a pair: of messages the thread's `seq` and the
 * message's `n`, of versions the tool's and the version's; of tables that are walked by a
 * text it and 0; of the others their `seq` and 0.
 */
import { columnsOf } from "../../domain/records/export-record";
import { RECORD_TABLES, type TableType } from "../../domain/records/record-tables";
import { KNOWLEDGE } from "./export-knowledge";
import { PARAMETERS as P, bytesOf } from "./export-parameters";

/** All of a project, or what is one end user's or one thread's of it. */
export interface ExportScope {
  projectId: string;
  of: { kind: "project" } | { kind: "end_user" | "thread"; id: string };
}

type Kind = ExportScope["of"]["kind"];

/** What a record names goes before it, out and in: threads follow their files and actors. */
export const STAGES: readonly TableType[] = [
  "tool",
  "tool_version",
  "actor",
  "file",
  "knowledge",
  "knowledge_document",
  "knowledge_passage",
  "thread",
  "message",
  "run",
  "alias",
  "usage_day",
];

function isOfKnowledge(type: TableType): type is keyof typeof KNOWLEDGE {
  return type in KNOWLEDGE;
}

/** The column by which a table without a `seq` is walked. */
export const TEXT_KEYS = { alias: "wire_id", usage_day: "day" } as const satisfies Partial<
  Record<TableType, string>
>;
type TextKeyed = keyof typeof TEXT_KEYS;

/** SQL true of the threads in scope, of alias `t`. */
const THREADS: Record<Kind, string> = {
  project: `t.project_id = ${P.project}`,
  end_user: `t.project_id = ${P.project} AND t.end_user_id = ${P.subject}`,
  thread: `t.project_id = ${P.project} AND t.id = ${P.subject}`,
};

const OWN = `project_id = ${P.project} AND end_user_id = ${P.subject}`;

/** SQL of the `seq` of files that messages of the threads in scope name. */
const usedFiles = (kind: Kind) => `
  SELECT f.seq FROM threads t
  CROSS JOIN messages m ON m.project_id = t.project_id AND m.thread_id = t.id AND m.file_ids <> '[]'
  CROSS JOIN file_uses u ON u.message_seq = m.seq
  CROSS JOIN files f ON f.project_id = t.project_id AND f.id = u.file_id WHERE ${THREADS[kind]}`;

const joinedActors = (kind: Kind) => `
  SELECT a.seq FROM threads t
  CROSS JOIN participants p ON p.project_id = t.project_id AND p.thread_id = t.id AND p.kind = 'actor'
  CROSS JOIN actors a ON a.project_id = t.project_id AND a.id = p.participant_id
  WHERE ${THREADS[kind]}`;

const threadRuns = (kind: Kind) => `
  SELECT r.seq FROM threads t
  CROSS JOIN runs r ON r.project_id = t.project_id AND r.thread_id = t.id WHERE ${THREADS[kind]}`;

/** SQL true of the rows `x` in scope, of tables that are walked by their own `seq`; null: none. */
const ROWS: Record<"tool" | "actor" | "file" | "run", Record<Kind, string | null>> = {
  tool: { project: `x.project_id = ${P.project}`, end_user: null, thread: null },
  actor: {
    project: `x.project_id = ${P.project}`,
    end_user: `x.seq IN (${joinedActors("end_user")})`,
    thread: `x.seq IN (${joinedActors("thread")})`,
  },
  file: {
    project: `x.project_id = ${P.project}`,
    end_user: `x.seq IN (SELECT seq FROM files WHERE ${OWN} UNION ${usedFiles("end_user")})`,
    thread: `x.seq IN (${usedFiles("thread")})`,
  },
  run: {
    project: `x.project_id = ${P.project} AND x.ended_at_ms IS NOT NULL`,
    end_user: `x.ended_at_ms IS NOT NULL AND x.seq IN (
      SELECT seq FROM runs WHERE ${OWN} AND thread_id IS NULL UNION ${threadRuns("end_user")})`,
    thread: `x.ended_at_ms IS NOT NULL AND x.project_id = ${P.project} AND x.thread_id = ${P.subject}`,
  },
};

/** What a record has beside its columns. */
const ELSEWHERE: Partial<Record<TableType, string>> = {
  thread: `, (SELECT json_group_array(
      json_object('id', participant_id, 'joined_at_ms', joined_at_ms) ORDER BY joined_at_ms, participant_id)
    FROM participants WHERE project_id = x.project_id AND thread_id = x.id AND kind = 'actor') AS actors`,
  run: ", x.outcome, x.outcome_in_r2",
  knowledge_document: KNOWLEDGE.knowledge_document.elsewhere,
  knowledge_passage: KNOWLEDGE.knowledge_passage.elsewhere,
};

/**
 * SQL of one page of the table: rows with their place, `first` and `second`, and in `total` their bytes
 * up to there; null where the table has none in scope. The last row begins before the page's bytes end.
 */
export function selectPage(type: TableType, kind: Kind): string | null {
  const isNone = kind !== "project" && IN_PROJECTS_ALONE.has(type);
  const places = isNone ? null : selectPlaces(type, kind);
  if (places === null) {
    return null;
  }
  const columns = columnsOf(type).map(({ column }) => `x.${column}`);
  return `SELECT p.first, p.second, p.total, ${columns.join(", ")}${ELSEWHERE[type] ?? ""} FROM (
      SELECT first, second, bytes,
        sum(bytes) OVER (ORDER BY first, second ROWS UNBOUNDED PRECEDING) AS total FROM (${places})) p
    ${rowAt(type)} WHERE p.total - p.bytes < ${P.bytes} ORDER BY p.first, p.second`;
}

/** What is no one's of the project's end users, and of no thread. */
const IN_PROJECTS_ALONE: ReadonlySet<TableType> = new Set([
  "tool",
  "tool_version",
  "knowledge",
  "knowledge_document",
  "knowledge_passage",
  "alias",
  "usage_day",
]);

/** SQL of where the rows of a page are, and how many bytes each has: nothing large is read for it. */
function selectPlaces(type: TableType, kind: Kind): string | null {
  if (isOfKnowledge(type)) {
    return KNOWLEDGE[type].places;
  }
  switch (type) {
    case "message":
      return pairPlaces(type, "threads t", "m.n", THREADS[kind]);
    case "tool_version":
      return pairPlaces(type, "tools t", "m.version", `t.project_id = ${P.project}`);
    case "thread":
      return singlePlaces(type, THREADS[kind].replaceAll("t.", "x."));
    case "alias":
    case "usage_day":
      return textPlaces(type);
    case "tool":
    case "actor":
    case "file":
    case "run":
      return singlePlaces(type, ROWS[type][kind]);
  }
}

function singlePlaces(type: TableType, where: string | null): string | null {
  return where === null
    ? null
    : `SELECT x.seq AS first, 0 AS second, ${bytesOf(type, "x")} AS bytes
       FROM ${RECORD_TABLES[type].table} x WHERE ${where} AND x.seq > ${P.first} AND x.seq <= ${P.until}
       ORDER BY x.seq LIMIT ${P.rows}`;
}

/** Those that come while an export runs may be in it. */
function textPlaces(type: TextKeyed): string {
  const key = `x.${TEXT_KEYS[type]}`;
  return `SELECT ${key} AS first, 0 AS second, ${bytesOf(type, "x")} AS bytes
    FROM ${RECORD_TABLES[type].table} x WHERE x.project_id = ${P.project} AND ${key} > ${P.first}
    ORDER BY ${key} LIMIT ${P.rows}`;
}

/** The rest of the parent at hand, then the parents behind it: each of the two is a range of an index. */
function pairPlaces(
  type: "message" | "tool_version",
  parent: string,
  second: string,
  where: string,
): string {
  const [key, last] = type === "message" ? ["thread_id", "m.seq"] : ["tool_id", "m.version"];
  const from = (place: string) => `SELECT * FROM (
    SELECT t.seq AS first, ${second} AS second, ${bytesOf(type, "m")} AS bytes
    FROM ${parent} CROSS JOIN ${RECORD_TABLES[type].table} m
      ON m.project_id = t.project_id AND m.${key} = t.id
    WHERE ${where} AND ${place} AND ${last} <= ${P.untilSecond}
    ORDER BY t.seq, ${second} LIMIT ${P.rows})`;
  const rest = from(`t.seq = ${P.first} AND ${second} > ${P.second}`);
  const others = from(`t.seq > ${P.first} AND t.seq <= ${P.until}`);
  return `${rest} UNION ALL ${others} LIMIT ${P.rows}`;
}

function rowAt(type: TableType): string {
  if (isOfKnowledge(type)) {
    return KNOWLEDGE[type].rowAt;
  }
  const { table } = RECORD_TABLES[type];
  switch (type) {
    case "message":
      return `CROSS JOIN threads t ON t.seq = p.first
        CROSS JOIN ${table} x ON x.project_id = t.project_id AND x.thread_id = t.id AND x.n = p.second`;
    case "tool_version":
      return `CROSS JOIN tools t ON t.seq = p.first
        CROSS JOIN ${table} x ON x.project_id = t.project_id AND x.tool_id = t.id AND x.version = p.second`;
    case "tool":
    case "actor":
    case "file":
    case "thread":
    case "run":
      return `CROSS JOIN ${table} x ON x.seq = p.first`;
    case "alias":
    case "usage_day":
      return `CROSS JOIN ${table} x ON x.project_id = ${P.project} AND x.${TEXT_KEYS[type]} = p.first`;
  }
}
