/**
 * Records on their way in, written some hundreds at a time in one batch. What is there already under
 * the same id stays as it is, so that any part of an import may be repeated; quotas hold.
 */
import { parseJson } from "../../domain/json";
import { mediaTypeOf, safeFileName } from "../../domain/names/file-name";
import { type TableRecord, columnsOf } from "../../domain/records/export-record";
import { type TableType, RECORD_TABLES } from "../../domain/records/record-tables";
import { IMPORT } from "../../limits";
import { runOutcomeKey } from "../files/objects";
import { headOf } from "../runs/run-table";
import { allRows, query, runBatch } from "../sql/batch";
import { type Databases, databaseOf } from "../sql/databases";
import {
  type KnowledgeReplies,
  importDocuments,
  importPassages,
  passageQueries,
} from "./import-knowledge";
import { type MessageReplies, importMessages, messageQueries } from "./import-messages";

type Stores = Databases & Pick<Env, "FILES">;

/** A record and the line where it stood. */
interface Waiting {
  line: number;
  record: TableRecord;
}

export interface WindowReceipt {
  /** Records that were new, by type. */
  made: ReadonlyMap<TableType, number>;
  /** Those that were there already. */
  known: number;
  /** Where the first message is whose thread is not there: such alone are not written. */
  lostLine: number | null;
  /** Statements that it took. */
  queries: number;
}

/** Records of an import that are written together, a batch at a time. */
export class ImportWindow {
  #waiting: Waiting[] = [];
  #chars = 0;

  /** @param chars Of its line. */
  hasRoomFor(chars: number): boolean {
    return (
      this.#waiting.length === 0 ||
      (this.#waiting.length < IMPORT.windowRecords && this.#chars + chars <= IMPORT.windowChars)
    );
  }

  add(record: TableRecord, { line, chars }: { line: number; chars: number }): void {
    this.#waiting.push({ line, record });
    this.#chars += chars;
  }

  /** At most so many statements `write` takes with one more of the type. */
  queriesWith(type: TableType): number {
    const types = new Set(this.#waiting.map(({ record }) => record.type)).add(type);
    const chars = Math.max(this.#chars, IMPORT.windowChars);
    const ofMessages = types.delete("message") ? messageQueries(chars) : 0;
    const ofPassages = types.delete("knowledge_passage") ? passageQueries(chars) : 0;
    const besides = TWICE.filter((one) => types.has(one)).length;
    return types.size + besides + ofMessages + ofPassages;
  }

  /** Writes all that waits, together or (where a quota is passed) not at all; nothing waits then. */
  async write(env: Stores, projectId: string): Promise<WindowReceipt> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#chars = 0;
    if (waiting.length === 0) {
      return { made: new Map(), known: 0, lostLine: null, queries: 0 };
    }
    const large = await placeOutcomes(env, projectId, waiting);
    const writes = await writesOf(env, projectId, waiting, large);
    const replies = await runBatch<Replies>(databaseOf(env, { projectId }), writes);
    const [outcome] = replies.written;
    const counted = [...PLAIN_TYPES, "knowledge_document", "knowledge_passage"] as const;
    const made = new Map<TableType, number>([
      ...counted.map((type) => [type, replies[type].length] as const),
      ["message", outcome?.made ?? 0],
    ]);
    const lostThreads = new Set(parseJson<string[]>(outcome?.lost ?? "[]"));
    const lost = waiting.filter(
      ({ record }) => record.type === "message" && lostThreads.has(record.thread_id),
    );
    const written = [...made.values()].reduce((sum, count) => sum + count, 0);
    return {
      made,
      known: waiting.length - written - lost.length,
      lostLine: lost[0]?.line ?? null,
      queries: Object.values(writes).flat().filter(Boolean).length + (large.size > 0 ? 1 : 0),
    };
  }
}

/** Types that take two statements. */
const TWICE: readonly TableType[] = ["thread", "run", "knowledge_document"];

/** All but messages, which one statement writes, whoever writes them, and what knowledge consists of. */
type PlainType = Exclude<TableType, "message" | "knowledge_document" | "knowledge_passage">;
type PlainRecord = Extract<TableRecord, { type: PlainType }>;

const PLAIN_TYPES: readonly PlainType[] = [
  "tool",
  "tool_version",
  "actor",
  "file",
  "knowledge",
  "thread",
  "run",
  "alias",
  "usage_day",
];

interface Made {
  made: 1;
}
type Replies = Record<PlainType, Made> & { joined: object } & MessageReplies & KnowledgeReplies;

/** What a record names is written before it. */
async function writesOf(
  env: Stores,
  projectId: string,
  waiting: readonly Waiting[],
  large: ReadonlySet<string>,
) {
  const db = databaseOf(env, { projectId });
  const records = waiting.map(({ record }) => record);
  const listOf = (type: PlainType) => {
    const own = records.filter((record): record is PlainRecord => record.type === type);
    return own.length === 0 ? null : JSON.stringify(own.map((record) => toRow(record, large)));
  };
  const insert = (type: PlainType) => {
    const list = listOf(type);
    return list === null ? null : query<Made>(db, insertSql(type), projectId, list);
  };
  const threads = listOf("thread");
  return {
    tool: insert("tool"),
    tool_version: insert("tool_version"),
    actor: insert("actor"),
    file: insert("file"),
    knowledge: insert("knowledge"),
    ...importDocuments(db, projectId, ofType(records, "knowledge_document")),
    ...(await importPassages(db, projectId, ofType(records, "knowledge_passage"))),
    thread: insert("thread"),
    joined: threads === null ? null : query<object>(db, JOIN_ACTORS, projectId, threads),
    ...(await importMessages(db, projectId, ofType(records, "message"))),
    run: insert("run"),
    alias: insert("alias"),
    usage_day: insert("usage_day"),
  };
}

function ofType<Type extends TableType>(
  records: readonly TableRecord[],
  type: Type,
): Extract<TableRecord, { type: Type }>[] {
  return records.filter(
    (record): record is Extract<TableRecord, { type: Type }> => record.type === type,
  );
}

type ImportRow = Record<string, unknown>;

/** The record as its table keeps it. @param large Ids of runs whose outcome is in the bucket. */
function toRow(record: PlainRecord, large: ReadonlySet<string>): ImportRow {
  switch (record.type) {
    case "file":
      return {
        ...record,
        name: safeFileName(record.name),
        mime_type: mediaTypeOf(record.name, record.mime_type),
      };
    case "thread":
      return {
        ...record,
        updated_at_ms: Math.max(record.updated_at_ms, record.created_at_ms),
      };
    case "run":
      return large.has(record.id)
        ? { ...record, outcome: headOf(record.outcome), outcome_in_r2: 1 }
        : { ...record, outcome_in_r2: 0 };
    case "tool":
    case "tool_version":
    case "actor":
    case "knowledge":
    case "alias":
    case "usage_day":
      return record;
  }
}

/**
 * Outcomes that are large for a row go where a run's end would have put them; that of a run which is
 * there already stays as it is.
 * @returns The ids of all runs with such outcomes.
 */
async function placeOutcomes(
  env: Stores,
  projectId: string,
  waiting: readonly Waiting[],
): Promise<ReadonlySet<string>> {
  const encoder = new TextEncoder();
  const outcomes = new Map<string, Uint8Array>();
  for (const { record } of waiting) {
    const bytes = record.type === "run" ? encoder.encode(JSON.stringify(record.outcome)) : null;
    if (record.type === "run" && bytes !== null && bytes.byteLength > IMPORT.outcomeInRowMaxBytes) {
      outcomes.set(record.id, bytes);
    }
  }
  if (outcomes.size === 0) {
    return new Set();
  }
  const known = await allRows(
    query<{ id: string }>(
      databaseOf(env, { projectId }),
      `SELECT r.id FROM json_each(?2) j CROSS JOIN runs r ON r.project_id = ?1 AND r.id = j.value`,
      projectId,
      JSON.stringify([...outcomes.keys()]),
    ),
  );
  const knownIds = new Set(known.map(({ id }) => id));
  for (const [id, bytes] of outcomes) {
    if (!knownIds.has(id)) {
      await env.FILES.put(runOutcomeKey(projectId, id), bytes);
    }
  }
  return new Set(outcomes.keys());
}

/** SQL of what else must be there for a row `r` to be written. */
const JOINS: Partial<Record<PlainType, string>> = {
  tool_version: `CROSS JOIN tools t ON t.project_id = ?1 AND t.id = r.value ->> 'tool_id'
    AND r.value ->> 'version' <= t.latest_version`,
};

function insertSql(type: PlainType): string {
  const columns = columnsOf(type).map(({ name, column }) => [column, `r.value ->> '${name}'`]);
  if (type === "run") {
    columns.push(
      ["outcome", "r.value ->> 'outcome'"],
      ["outcome_in_r2", "r.value ->> 'outcome_in_r2'"],
    );
  }
  return `INSERT INTO ${RECORD_TABLES[type].table}
      (project_id, ${columns.map(([column]) => column).join(", ")})
    SELECT ?1, ${columns.map(([, value]) => value).join(", ")}
    FROM json_each(?2) r ${JOINS[type] ?? ""} WHERE true ORDER BY r.key
    ON CONFLICT DO NOTHING RETURNING 1 AS made`;
}

const JOIN_ACTORS = `
  INSERT OR IGNORE INTO participants (project_id, thread_id, kind, participant_id, joined_at_ms)
  SELECT ?1, r.value ->> 'id', 'actor', a.id, p.value ->> 'joined_at_ms'
  FROM json_each(?2) r CROSS JOIN json_each(r.value -> 'actors') p
  CROSS JOIN actors a ON a.project_id = ?1 AND a.id = p.value ->> 'id'
  CROSS JOIN threads t ON t.project_id = ?1 AND t.id = r.value ->> 'id'`;
