/**
 * Records on their way in, written some hundreds at a time in one batch. What is there already under
 * the same id stays as it is, so that any part of an import may be repeated; quotas hold.
 */
import { IMPORT } from "../../bulk-limits";
import { mediaTypeOf, safeFileName } from "../../domain/file-name";
import { parseJson } from "../../domain/json";
import {
  type RecordOf,
  type TableRecord,
  type TableType,
  RECORD_TABLES,
  columnsOf,
} from "../../domain/records/export-record";
import { RUN } from "../../limits";
import { runOutcomeKey } from "../files/objects";
import { query, runBatch } from "../sql/batch";
import { type Databases, databaseOf } from "../sql/databases";
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
    return types.size + (types.has("thread") ? 1 : 0) + ofMessages;
  }

  /** Writes all that waits, together or (where a quota is passed) not at all; nothing waits then. */
  async write(env: Stores, projectId: string): Promise<WindowReceipt> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#chars = 0;
    if (waiting.length === 0) {
      return { made: new Map(), known: 0, lostLine: null, queries: 0 };
    }
    const writes = await writesOf(env, projectId, waiting);
    const replies = await runBatch<Replies>(databaseOf(env, { projectId }), writes);
    const [told] = replies.told;
    const made = new Map<TableType, number>([
      ...PLAIN_TYPES.map((type) => [type, replies[type].length] as const),
      ["message", told?.made ?? 0],
    ]);
    const lostThreads = new Set(parseJson<string[]>(told?.lost ?? "[]"));
    const lost = waiting.filter(
      ({ record }) => record.type === "message" && lostThreads.has(record.thread_id),
    );
    const written = [...made.values()].reduce((sum, count) => sum + count, 0);
    return {
      made,
      known: waiting.length - written - lost.length,
      lostLine: lost[0]?.line ?? null,
      queries: Object.values(writes).flat().filter(Boolean).length,
    };
  }
}

/** All but messages, which one statement writes, whoever writes them. */
type PlainType = Exclude<TableType, "message">;
type PlainRecord = Extract<TableRecord, { type: PlainType }>;

const PLAIN_TYPES: readonly PlainType[] = [
  "tool",
  "tool_version",
  "actor",
  "file",
  "thread",
  "run",
];

interface Made {
  made: 1;
}
type Replies = Record<PlainType, Made> & { joined: object } & MessageReplies;

/** What a record names is written before it. */
async function writesOf(env: Stores, projectId: string, waiting: readonly Waiting[]) {
  const db = databaseOf(env, { projectId });
  const records = waiting.map(({ record }) => record);
  const listOf = async (type: PlainType) => {
    const own = records.filter((record): record is PlainRecord => record.type === type);
    return own.length === 0
      ? null
      : JSON.stringify(await Promise.all(own.map((record) => toRow(env, projectId, record))));
  };
  const insert = async (type: PlainType) => {
    const list = await listOf(type);
    return list === null ? null : query<Made>(db, insertSql(type), projectId, list);
  };
  const threads = await listOf("thread");
  const messages = records.filter((record) => record.type === "message");
  return {
    tool: await insert("tool"),
    tool_version: await insert("tool_version"),
    actor: await insert("actor"),
    file: await insert("file"),
    thread: await insert("thread"),
    joined: threads === null ? null : query<object>(db, JOIN_ACTORS, projectId, threads),
    ...(await importMessages(db, projectId, messages)),
    run: await insert("run"),
  };
}

type ImportRow = Record<string, unknown>;

/** The record as its table keeps it. */
async function toRow(
  { FILES: bucket }: Stores,
  projectId: string,
  record: PlainRecord,
): Promise<ImportRow> {
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
      return { ...record, ...(await placeOutcome(bucket, projectId, record)) };
    case "tool":
    case "tool_version":
    case "actor":
      return record;
  }
}

/** The outcome goes where a run's end would have put it. */
async function placeOutcome(
  bucket: R2Bucket,
  projectId: string,
  { id, outcome }: RecordOf<"run">,
): Promise<{ outcome: unknown; outcome_in_r2: 0 | 1 }> {
  const text = JSON.stringify(outcome);
  if (new TextEncoder().encode(text).byteLength <= RUN.outcomeInRowMaxBytes) {
    return { outcome, outcome_in_r2: 0 };
  }
  await bucket.put(runOutcomeKey(projectId, id), text);
  return { outcome: null, outcome_in_r2: 1 };
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
