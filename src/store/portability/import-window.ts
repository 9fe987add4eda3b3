/**
 * Records on their way in, written some hundreds at a time in one batch. What is there already under
 * the same id stays as it is, so that any part of an import may be repeated; quotas hold.
 */
import { IMPORT } from "../../bulk-limits";
import {
  type RecordOf,
  type TableRecord,
  type TableType,
  RECORD_TABLES,
  columnsOf,
} from "../../domain/export-record";
import { mediaTypeOf, safeFileName } from "../../domain/file-name";
import { RUN } from "../../limits";
import { runOutcomeKey } from "../files/objects";
import { type IndexedMessage, indexMessages } from "../messages/index-messages";
import { type Query, query } from "../sql/batch";
import { type Databases, type ProjectDatabase, databaseOf } from "../sql/databases";
import { STAGES } from "./export-stages";

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
  /** Lines of messages whose thread is not there: these alone were not written. */
  lostLines: number[];
  /** Statements that it took. */
  queries: number;
}

/** Of the messages' words there may be one more for each of these. */
const INDEX_CHARS = 256 * 1024;

export class ImportWindow {
  #waiting: Waiting[] = [];
  #chars = 0;

  get isEmpty(): boolean {
    return this.#waiting.length === 0;
  }

  /** @param chars Of its line. */
  hasRoomFor(chars: number): boolean {
    return (
      this.isEmpty ||
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
    const indexes = Math.ceil((2 * Math.max(this.#chars, IMPORT.windowChars)) / INDEX_CHARS);
    return types.size + (types.has("thread") ? 1 : 0) + (types.has("message") ? 2 + indexes : 0);
  }

  /** Writes all that waits, together or (where a quota is passed) not at all; nothing waits then. */
  async write(env: Stores, projectId: string): Promise<WindowReceipt> {
    const waiting = this.#waiting;
    this.#waiting = [];
    this.#chars = 0;
    const db = databaseOf(env, { projectId });
    const writes: Write[] = [];
    for (const type of STAGES) {
      const items = waiting.filter(({ record }) => record.type === type);
      if (items.length > 0) {
        const rows = await Promise.all(items.map((item) => toRow(env, projectId, item)));
        writes.push(...writesOf(db, projectId, type, rows));
      }
    }
    const replies = await runAll(db, writes);
    const made = new Map(STAGES.map((type) => [type, replies.get(type)?.length ?? 0]));
    const lostLines = (replies.get("lost") ?? []).map(({ line }) => line);
    const written = [...made.values()].reduce((sum, count) => sum + count, 0);
    const known = waiting.length - written - lostLines.length;
    return { made, known, lostLines, queries: writes.length };
  }
}

interface Write {
  name: TableType | "lost" | null;
  query: Query<MadeRow>;
}

/** The rows of those that have a name, in one round trip. */
async function runAll(
  db: ProjectDatabase,
  writes: readonly Write[],
): Promise<Map<string, readonly MadeRow[]>> {
  const replies =
    writes.length === 0
      ? []
      : await db.batch<MadeRow>(writes.map(({ query: { statement } }) => statement));
  return new Map(
    writes.flatMap(({ name }, index) =>
      name === null ? [] : [[name, replies[index]?.results ?? []] as const],
    ),
  );
}

interface MadeRow {
  line: number;
}

type ImportRow = Record<string, unknown> & { line: number };

/** The record as its table keeps it. */
async function toRow(
  { FILES: bucket }: Stores,
  projectId: string,
  { line, record }: Waiting,
): Promise<ImportRow> {
  switch (record.type) {
    case "file":
      return {
        ...record,
        line,
        name: safeFileName(record.name),
        mime_type: mediaTypeOf(record.name, record.mime_type),
      };
    case "thread":
      return {
        ...record,
        line,
        updated_at_ms: Math.max(record.updated_at_ms, record.created_at_ms),
      };
    case "run":
      return { ...record, line, ...(await placeOutcome(bucket, projectId, record)) };
    case "tool":
    case "tool_version":
    case "actor":
    case "message":
      return { ...record, line };
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
const JOINS: Partial<Record<TableType, string>> = {
  tool_version: `CROSS JOIN tools t ON t.project_id = ?1 AND t.id = r.value ->> 'tool_id'
    AND r.value ->> 'version' <= t.latest_version`,
  message: "CROSS JOIN threads t ON t.project_id = ?1 AND t.id = r.value ->> 'thread_id'",
};

function writesOf(
  db: ProjectDatabase,
  projectId: string,
  type: TableType,
  rows: readonly ImportRow[],
): Write[] {
  const json = JSON.stringify(rows);
  const asked = (sql: string) => query<MadeRow>(db, sql, projectId, json);
  const writes: Write[] = [{ name: type, query: asked(insertSql(type)) }];
  if (type === "thread") {
    return [...writes, { name: null, query: asked(JOIN_ACTORS) }];
  }
  if (type === "message") {
    const indexed = indexMessages(db, projectId, rows.map(toIndexed));
    return [
      ...writes,
      { name: "lost", query: asked(LOST_MESSAGES) },
      { name: null, query: asked(TOUCH_THREADS) },
      ...indexed.map((index) => ({ name: null, query: index })),
    ];
  }
  return writes;
}

function insertSql(type: TableType): string {
  const columns = columnsOf(type).map(({ name, column }) => [column, `r.value ->> '${name}'`]);
  if (type === "run") {
    columns.push(
      ["outcome", "r.value ->> 'outcome'"],
      ["outcome_in_r2", "r.value ->> 'outcome_in_r2'"],
    );
  }
  if (type === "message") {
    columns.push(["n", "t.last_n + 1 + r.key"]);
  }
  return `INSERT INTO ${RECORD_TABLES[type].table}
      (project_id, ${columns.map(([column]) => column).join(", ")})
    SELECT ?1, ${columns.map(([, value]) => value).join(", ")}
    FROM json_each(?2) r ${JOINS[type] ?? ""} WHERE true ORDER BY r.key
    ON CONFLICT DO NOTHING RETURNING 0 AS line`;
}

const JOIN_ACTORS = `
  INSERT OR IGNORE INTO participants (project_id, thread_id, kind, participant_id, joined_at_ms)
  SELECT ?1, r.value ->> 'id', 'actor', a.id, p.value ->> 'joined_at_ms'
  FROM json_each(?2) r CROSS JOIN json_each(r.value -> 'actors') p
  CROSS JOIN actors a ON a.project_id = ?1 AND a.id = p.value ->> 'id'
  CROSS JOIN threads t ON t.project_id = ?1 AND t.id = r.value ->> 'id'`;

const LOST_MESSAGES = `
  SELECT r.value ->> 'line' AS line FROM json_each(?2) r WHERE NOT EXISTS (
    SELECT 1 FROM threads t WHERE t.project_id = ?1 AND t.id = r.value ->> 'thread_id')
  ORDER BY line`;

/** A thread is no older than its last message, and its next one comes behind those. */
const TOUCH_THREADS = `
  UPDATE threads SET updated_at_ms = max(updated_at_ms, last.at_ms),
    last_n = last_n + json_array_length(?2) FROM (
    SELECT r.value ->> 'thread_id' AS id, max(r.value ->> 'created_at_ms') AS at_ms
    FROM json_each(?2) r GROUP BY 1) last
  WHERE threads.project_id = ?1 AND threads.id = last.id
  RETURNING 0 AS line`;

function toIndexed(row: ImportRow): IndexedMessage {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- its line was checked as a message
  const { thread_id: threadId, id, content, parts } = row as unknown as RecordOf<"message">;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of parts that are no text only the type is read
  return { threadId, id, content, parts: parts as IndexedMessage["parts"] };
}
