/**
 * What the runs of this object have told, event by event, durable before anyone hears of it. Events
 * are numbered per run from 1 without gaps (`seq`); over all runs of the object every row has a
 * number of its own (`n`) that grows for ever, also across the object's forgetting everything.
 */
import type { RunEvent } from "../../domain/run-event";
import type { Located, ReaderPlace } from "../object/protocol";
import type { RunTable } from "../queue/run-table";
import { splitText } from "./long-text";

type Kind = RunEvent["type"];

/** A stretch of the journal as NDJSON of `NumberedEvent`, one line an event. */
export interface JournalLines {
  text: string;
  /** The last event in it, or the `after` asked for where it is empty. */
  lastSeq: number;
  /** The run has ended, and nothing of it comes after this. */
  ended: boolean;
}

/** One event as a thread's followers get it. */
export interface JournalEntry {
  /** Its first and its last row. */
  startOffset: number;
  lastOffset: number;
  runId: string;
  seq: number;
  messageBarrier: number | null;
  /** JSON of the event. */
  body: string;
}

export interface AppendOptions {
  /** The run tells this once in all its attempts. */
  dedupeKey?: string | undefined;
  /** A thread's followers hear its messages up to this one, in order of insertion, before the event. */
  messageBarrier?: number | undefined;
}

interface Numbering {
  startOffset: number;
  seq: number;
  dedupeKeys: Set<string>;
}

/** Rows of the journal between which a run's events lie. */
interface Range {
  startOffset: number;
  lastOffset: number;
  /** No event of it will follow. */
  isClosed: boolean;
  isKnown: boolean;
}

interface EventRow extends Record<string, SqlStorageValue> {
  seq: number;
  body: string;
}

interface EntryRow extends EventRow {
  n: number;
  run_id: string;
  message_barrier: number | null;
}

export class Journal {
  /** Durable. */
  readonly #sql: SqlStorage;
  readonly #table: RunTable;
  /** Memory: the numbering of the runs at work; read anew from the rows after an eviction. */
  readonly #numberings = new Map<string, Numbering>();
  /** Memory: the newest row's number. */
  #lastOffset: number | null = null;
  /** Memory: the newest row that messages come before: see `AppendOptions.messageBarrier`. */
  lastBarrierOffset = 0;
  /** Memory: how often rows of this journal were rolled back. */
  rollbacks = 0;

  constructor(sql: SqlStorage, table: RunTable) {
    this.#sql = sql;
    this.#table = table;
  }

  /**
   * Appends the event under the next number. One whose `dedupeKey` is there already, from this life or
   * an earlier one, is left out.
   * @returns Characters written.
   */
  append(
    runId: string,
    event: RunEvent,
    nowMs: number,
    { dedupeKey, messageBarrier }: AppendOptions = {},
  ): number {
    const numbering = this.#numberingOf(runId, nowMs);
    if (dedupeKey !== undefined && numbering.dedupeKeys.has(dedupeKey)) {
      return 0;
    }
    numbering.seq += 1;
    let n = this.lastOffset(nowMs);
    const body = JSON.stringify(event);
    for (const part of splitText(body)) {
      n += 1;
      this.#sql.exec(
        `INSERT INTO events (n, run_id, seq, kind, dedupe_key, message_barrier, body)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        n,
        runId,
        numbering.seq,
        event.type,
        dedupeKey ?? null,
        messageBarrier ?? null,
        part,
      );
    }
    this.#lastOffset = n;
    if (messageBarrier !== undefined) {
      this.lastBarrierOffset = n;
    }
    if (dedupeKey !== undefined) {
      numbering.dedupeKeys.add(dedupeKey);
    }
    return body.length;
  }

  /**
   * Forgets what it remembers of its rows: a transaction that wrote some has been rolled back. The
   * next call reads them anew.
   */
  dropMemory(): void {
    this.#numberings.clear();
    this.#lastOffset = null;
    this.lastBarrierOffset = 0;
    this.rollbacks += 1;
  }

  /** The newest row's number. An object without rows counts on from the clock, past all it has forgotten. */
  lastOffset(nowMs: number): number {
    this.#lastOffset ??=
      this.#sql.exec<{ n: number | null }>("SELECT max(n) AS n FROM events").one().n ?? nowMs;
    return this.#lastOffset;
  }

  /** Events of the run with a number above `after`, in rows up to `upToOffset`; about `maxChars` at most. */
  lines(runId: string, after: number, upToOffset: number, maxChars: number): JournalLines {
    const { startOffset, lastOffset, isClosed } = this.#rangeOf(runId);
    const rows = this.#sql.exec<EventRow>(
      "SELECT seq, body FROM events WHERE n BETWEEN ? AND ? AND run_id = ? AND seq > ? ORDER BY n",
      // n grows by at least one with each event, so that no event above `after` lies before this.
      startOffset + after,
      Math.min(upToOffset, lastOffset),
      runId,
      after,
    );
    let text = "";
    let lastSeq = after;
    for (const { seq, body } of rows) {
      if (seq !== lastSeq) {
        if (text.length >= maxChars) {
          return { text: `${text}}\n`, lastSeq, ended: false };
        }
        text += `${text === "" ? "" : "}\n"}{"seq":${seq},"event":`;
      }
      text += body;
      lastSeq = seq;
    }
    return {
      text: text === "" ? "" : `${text}}\n`,
      lastSeq,
      ended: isClosed && lastOffset <= upToOffset,
    };
  }

  /** Events of all runs in rows behind `afterN` and up to `upToOffset`; about `maxChars` at most. */
  entries(afterN: number, upToOffset: number, maxChars: number): JournalEntry[] {
    const rows = this.#sql.exec<EntryRow>(
      "SELECT n, run_id, seq, message_barrier, body FROM events WHERE n > ? AND n <= ? ORDER BY n",
      afterN,
      upToOffset,
    );
    const entries: JournalEntry[] = [];
    let chars = 0;
    for (const { n, run_id: runId, seq, message_barrier: messageBarrier, body } of rows) {
      const last = entries.at(-1);
      if (last?.runId === runId && last.seq === seq) {
        last.body += body;
        last.lastOffset = n;
      } else if (chars > maxChars) {
        break;
      } else {
        entries.push({ startOffset: n, lastOffset: n, runId, seq, messageBarrier, body });
      }
      chars += body.length;
    }
    return entries;
  }

  /** The longest beginning of the run, its end excepted, whose events weigh at most `after`. */
  locate(runId: string, { after, weights }: ReaderPlace): Located {
    const { startOffset, lastOffset } = this.#rangeOf(runId);
    const rows = this.#sql.exec<{ seq: number; kind: Kind }>(
      `SELECT seq, kind FROM events WHERE n BETWEEN ? AND ? AND run_id = ? AND kind <> 'run-end'
       GROUP BY seq ORDER BY seq`,
      startOffset,
      lastOffset,
      runId,
    );
    let located: Located = { seq: 0, told: 0 };
    for (const { seq, kind } of rows) {
      const told = located.told + (weights[kind] ?? 1);
      if (told > after) {
        break;
      }
      located = { seq, told };
    }
    return located;
  }

  /** The run's events of these kinds, oldest first. */
  events<K extends Kind>(runId: string, kinds: readonly K[]): Extract<RunEvent, { type: K }>[] {
    const { startOffset, lastOffset } = this.#rangeOf(runId);
    const rows = this.#sql.exec<EventRow>(
      `SELECT seq, body FROM events WHERE n BETWEEN ? AND ? AND run_id = ?
       AND kind IN (SELECT value FROM json_each(?)) ORDER BY n`,
      startOffset,
      lastOffset,
      runId,
      JSON.stringify(kinds),
    );
    const bodies: string[] = [];
    let lastSeq = 0;
    for (const { seq, body } of rows) {
      if (seq === lastSeq) {
        bodies.push(`${bodies.pop() ?? ""}${body}`);
      } else {
        bodies.push(body);
      }
      lastSeq = seq;
    }
    const events: Extract<RunEvent, { type: K }>[] = JSON.parse(`[${bodies.join(",")}]`);
    return events;
  }

  /** Characters of all that the run has told. */
  chars(runId: string): number {
    const { startOffset, lastOffset } = this.#rangeOf(runId);
    return this.#sql
      .exec<{ chars: number }>(
        `SELECT coalesce(sum(length(body)), 0) AS chars FROM events
         WHERE n BETWEEN ? AND ? AND run_id = ?`,
        startOffset,
        lastOffset,
        runId,
      )
      .one().chars;
  }

  /** Closes the run's range: no event of it will follow. */
  close(runId: string): void {
    this.#table.update(runId, { lastOffset: this.#lastOffset });
    this.#numberings.delete(runId);
  }

  /** The row before the run's first; the newest row of all where it has told nothing. */
  startOf(runId: string, nowMs: number): number {
    return Math.min(this.#rangeOf(runId).startOffset - 1, this.lastOffset(nowMs));
  }

  /** The run's last row; beyond all where it is still telling, 0 where nothing is known of it. */
  endOf(runId: string): number {
    const { lastOffset, isKnown } = this.#rangeOf(runId);
    return isKnown ? lastOffset : 0;
  }

  /** Forgets the run's events. */
  remove(runId: string): void {
    const { startOffset, lastOffset } = this.#rangeOf(runId);
    this.#sql.exec(
      "DELETE FROM events WHERE n BETWEEN ? AND ? AND run_id = ?",
      startOffset,
      lastOffset,
      runId,
    );
    this.#numberings.delete(runId);
  }

  #numberingOf(runId: string, nowMs: number): Numbering {
    const known = this.#numberings.get(runId);
    if (known !== undefined) {
      return known;
    }
    const numbering = this.#readNumbering(runId) ?? {
      startOffset: this.lastOffset(nowMs) + 1,
      seq: 0,
      dedupeKeys: new Set<string>(),
    };
    if (numbering.seq === 0) {
      this.#table.update(runId, { startOffset: numbering.startOffset });
    }
    this.#numberings.set(runId, numbering);
    return numbering;
  }

  #readNumbering(runId: string): Numbering | null {
    const { startOffset, lastOffset } = this.#rangeOf(runId);
    const numbering: Numbering = { startOffset, seq: 0, dedupeKeys: new Set() };
    const rows = this.#sql.exec<{ seq: number; dedupe_key: string | null }>(
      "SELECT seq, dedupe_key FROM events WHERE n BETWEEN ? AND ? AND run_id = ? ORDER BY n",
      startOffset,
      lastOffset,
      runId,
    );
    for (const { seq, dedupe_key: dedupeKey } of rows) {
      numbering.seq = seq;
      if (dedupeKey !== null) {
        numbering.dedupeKeys.add(dedupeKey);
      }
    }
    return numbering.seq === 0 ? null : numbering;
  }

  /** The rows between which the run's events lie; nothing before its first event. */
  #rangeOf(runId: string): Range {
    const row = this.#table.read(runId);
    return {
      startOffset: row?.startOffset ?? Number.MAX_SAFE_INTEGER,
      lastOffset: row?.lastOffset ?? Number.MAX_SAFE_INTEGER,
      isClosed: typeof row?.lastOffset === "number",
      isKnown: row !== null,
    };
  }
}
