/**
 * Rows of the journal. What is told in one turn of the event loop lies in one row, an event a line; an
 * event too long for a row lies alone in several, under one `seq`. A row's `n` is its first event's,
 * and each event, or part of a long one, has the next.
 */
import { parseJson } from "../../domain/json";
import type { RunEvent } from "../../domain/run-event";
import { JOURNAL } from "../../limits";
import { splitText } from "./long-text";

export type Kind = RunEvent["type"];

export interface JournalEntry {
  /** Its first and its last number in the object's journal: one, except for a long event. */
  startOffset: number;
  lastOffset: number;
  runId: string;
  seq: number;
  kind: Kind;
  /** The run tells this once in all its attempts. */
  dedupeKey: string | null;
  /** A thread's followers hear its messages up to this one, in order of insertion, before the event. */
  messageBarrier: number | null;
  /** JSON of the event. */
  body: string;
}

/** Numbers of the rows that hold something, the last one included. */
export type RowRange = readonly [from: number, to: number];

interface Row extends Record<string, SqlStorageValue> {
  n: number;
  run_id: string;
  seq: number;
  kind: string;
  count: number;
  dedupe_key: string | null;
  message_barrier: number | null;
  body: string;
}

interface HeadRow extends Record<string, SqlStorageValue> {
  n: number;
  seq: number;
  kind: string;
  dedupe_key: string | null;
  chars: number;
}

/** What is known of a row without its events. */
export interface RowHead {
  rows: RowRange;
  seq: number;
  kinds: Kind[];
  dedupeKeys: string[];
  chars: number;
}

const COLUMNS = "n, run_id, seq, kind, count, dedupe_key, message_barrier, body";

export class JournalRows {
  /** Durable. */
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Writes the entries, which follow each other. @returns In which rows each lies. */
  insert(entries: readonly JournalEntry[]): RowRange[] {
    return packed(entries).flatMap((pack) => this.#insertPack(pack));
  }

  /** The newest number; null where there is none. */
  lastOffset(): number | null {
    const [row] = this.#sql
      .exec<{ last: number }>("SELECT n + count - 1 AS last FROM events ORDER BY n DESC LIMIT 1")
      .toArray();
    return row?.last ?? null;
  }

  /** Entries with numbers from `from` to `to`, of one run or of all, in their order. */
  read(from: number, to: number, runId: string | null = null): Iterable<JournalEntry> {
    // The row that holds `from` may begin before it.
    const sql = `SELECT ${COLUMNS} FROM events
      WHERE n BETWEEN coalesce((SELECT max(n) FROM events WHERE n <= ?1), ?1) AND ?2
      AND (?3 IS NULL OR run_id = ?3) ORDER BY n`;
    return entriesOf(this.#sql.exec<Row>(sql, from, to, runId), from, to);
  }

  /** All entries of these rows. */
  readRows(ranges: readonly RowRange[]): Iterable<JournalEntry> {
    const sql = `SELECT e.* FROM json_each(?) r CROSS JOIN events e
      ON e.n BETWEEN r.value ->> 0 AND r.value ->> 1 ORDER BY e.n`;
    return entriesOf(this.#sql.exec<Row>(sql, JSON.stringify(ranges)), 0, Infinity);
  }

  /** The run's rows between these numbers. */
  *heads(runId: string, from: number, to: number): Generator<RowHead> {
    const rows = this.#sql.exec<HeadRow>(
      `SELECT n, seq, kind, dedupe_key, length(body) AS chars FROM events WHERE n BETWEEN ? AND ? AND run_id = ? ORDER BY n`,
      from,
      to,
      runId,
    );
    for (const { n, seq, kind, dedupe_key: keys, chars } of rows) {
      yield {
        rows: [n, n],
        seq,
        kinds: listed<Kind>(kind),
        dedupeKeys: keys === null ? [] : listed(keys),
        chars,
      };
    }
  }

  remove(runId: string, from: number, to: number): void {
    const sql = "DELETE FROM events WHERE n BETWEEN ? AND ? AND run_id = ?";
    this.#sql.exec(sql, from, to, runId);
  }

  #insertPack(pack: readonly JournalEntry[]): RowRange[] {
    const [first] = pack;
    if (first === undefined) {
      return [];
    }
    const { startOffset, lastOffset, runId, seq, messageBarrier } = first;
    const keys = pack.flatMap(({ dedupeKey }) => (dedupeKey === null ? [] : [dedupeKey]));
    const isLong = lastOffset > startOffset;
    const bodies = isLong ? splitText(first.body) : [pack.map(({ body }) => body).join("\n")];
    for (const [part, body] of bodies.entries()) {
      this.#sql.exec(
        `INSERT INTO events (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        startOffset + part,
        runId,
        seq,
        JSON.stringify(pack.map(({ kind }) => kind)),
        pack.length,
        keys.length === 0 ? null : JSON.stringify(keys),
        messageBarrier,
        body,
      );
    }
    return pack.map(() => [startOffset, isLong ? lastOffset : startOffset] as const);
  }
}

/** How many numbers an event of this JSON takes. */
export function numbersOf(body: string): number {
  return body.length <= JOURNAL.rowMaxChars ? 1 : splitText(body).length;
}

/** Entries that share a row: of one run, with a barrier before the first of them alone. */
function packed(entries: readonly JournalEntry[]): JournalEntry[][] {
  const packs: JournalEntry[][] = [];
  let chars = 0;
  for (const entry of entries) {
    const last = packs.at(-1);
    chars += entry.body.length + 1;
    const fits =
      last?.[0]?.runId === entry.runId &&
      entry.messageBarrier === null &&
      chars <= JOURNAL.rowMaxChars;
    if (last !== undefined && fits) {
      last.push(entry);
    } else {
      packs.push([entry]);
      chars = entry.body.length;
    }
  }
  return packs;
}

/** Those of the rows' entries whose numbers lie between these. */
function* entriesOf(rows: Iterable<Row>, from: number, to: number): Generator<JournalEntry> {
  let long: JournalEntry | null = null;
  for (const row of rows) {
    if (long?.runId === row.run_id && long.seq === row.seq) {
      long.body += row.body;
      long.lastOffset = row.n;
      continue;
    }
    if (long !== null) {
      yield long;
    }
    long = null;
    const kinds = listed<Kind>(row.kind);
    if (row.count === 1) {
      long = row.n < from ? null : entryOf(row, kinds, 0, row.body);
      continue;
    }
    for (const [index, body] of row.body.split("\n").entries()) {
      if (row.n + index >= from && row.n + index <= to) {
        yield entryOf(row, kinds, index, body);
      }
    }
  }
  if (long !== null) {
    yield long;
  }
}

function entryOf(row: Row, kinds: readonly Kind[], index: number, body: string): JournalEntry {
  return {
    startOffset: row.n + index,
    lastOffset: row.n + index,
    runId: row.run_id,
    seq: row.seq + index,
    kind: kinds[index] ?? "run-end",
    dedupeKey: null,
    messageBarrier: index === 0 ? row.message_barrier : null,
    body,
  };
}

/** What a column lists; rows of an earlier release hold one item as it is. */
function listed<Item extends string>(text: string): Item[] {
  return parseJson<Item[]>(text.startsWith("[") ? text : JSON.stringify([text]));
}
