/**
 * What the runs of this object have told, event by event, durable before anyone hears of it. Events
 * are numbered per run from 1 without gaps (`seq`); over all runs of the object every row has a
 * number of its own (`n`) that grows for ever, also across the object's forgetting everything.
 */
import type { RunEvent } from "../../domain/run-event";
import type { Located, ReaderPlace } from "../object/protocol";
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
  firstN: number;
  lastN: number;
  runId: string;
  seq: number;
  messagesTo: number | null;
  /** JSON of the event. */
  body: string;
}

export interface AppendOptions {
  /** The run tells this once in all its lives. */
  once?: string | undefined;
  /** A thread's followers hear its messages up to this one, in order of insertion, before the event. */
  messagesTo?: number | undefined;
}

interface Numbering {
  firstN: number;
  seq: number;
  onceKeys: Set<string>;
}

/** Rows of the journal between which a run's events lie. */
interface Range {
  firstN: number;
  lastN: number;
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
  messages_to: number | null;
}

export class Journal {
  /** Durable. */
  readonly #sql: SqlStorage;
  /** Memory: the numbering of the runs at work; read anew from the rows after an eviction. */
  readonly #numberings = new Map<string, Numbering>();
  /** Memory: the newest row's number. */
  #lastN: number | null = null;
  /** Memory: the newest row that messages come before: see `AppendOptions.messagesTo`. */
  lastGateN = 0;
  /** Memory: how often rows of this journal were rolled back. */
  rollbacks = 0;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * Appends the event under the next number. One whose `once` key is there already, from this life or
   * an earlier one, is left out.
   * @returns Characters written.
   */
  append(
    runId: string,
    event: RunEvent,
    nowMs: number,
    { once, messagesTo }: AppendOptions = {},
  ): number {
    const numbering = this.#numberingOf(runId, nowMs);
    if (once !== undefined && numbering.onceKeys.has(once)) {
      return 0;
    }
    numbering.seq += 1;
    let n = this.lastN(nowMs);
    const body = JSON.stringify(event);
    for (const part of splitText(body)) {
      n += 1;
      this.#sql.exec(
        `INSERT INTO events (n, run_id, seq, kind, once_key, messages_to, body)
         VALUES (?, ?, ?, ?, ?, ?, ?)`,
        n,
        runId,
        numbering.seq,
        event.type,
        once ?? null,
        messagesTo ?? null,
        part,
      );
    }
    this.#lastN = n;
    if (messagesTo !== undefined) {
      this.lastGateN = n;
    }
    if (once !== undefined) {
      numbering.onceKeys.add(once);
    }
    return body.length;
  }

  /**
   * Forgets what it remembers of its rows: a transaction that wrote some has been rolled back. The
   * next call reads them anew.
   */
  dropMemory(): void {
    this.#numberings.clear();
    this.#lastN = null;
    this.lastGateN = 0;
    this.rollbacks += 1;
  }

  /** The newest row's number. An object without rows counts on from the clock, past all it has forgotten. */
  lastN(nowMs: number): number {
    this.#lastN ??=
      this.#sql.exec<{ n: number | null }>("SELECT max(n) AS n FROM events").one().n ?? nowMs;
    return this.#lastN;
  }

  /** Events of the run with a number above `after`, in rows up to `upToN`; about `maxChars` at most. */
  lines(runId: string, after: number, upToN: number, maxChars: number): JournalLines {
    const { firstN, lastN, isClosed } = this.#rangeOf(runId);
    const rows = this.#sql.exec<EventRow>(
      "SELECT seq, body FROM events WHERE n BETWEEN ? AND ? AND run_id = ? AND seq > ? ORDER BY n",
      // n grows by at least one with each event, so that no event above `after` lies before this.
      firstN + after,
      Math.min(upToN, lastN),
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
    return { text: text === "" ? "" : `${text}}\n`, lastSeq, ended: isClosed && lastN <= upToN };
  }

  /** Events of all runs in rows behind `afterN` and up to `upToN`; about `maxChars` at most. */
  entries(afterN: number, upToN: number, maxChars: number): JournalEntry[] {
    const rows = this.#sql.exec<EntryRow>(
      "SELECT n, run_id, seq, messages_to, body FROM events WHERE n > ? AND n <= ? ORDER BY n",
      afterN,
      upToN,
    );
    const entries: JournalEntry[] = [];
    let chars = 0;
    for (const { n, run_id: runId, seq, messages_to: messagesTo, body } of rows) {
      const last = entries.at(-1);
      if (last?.runId === runId && last.seq === seq) {
        last.body += body;
        last.lastN = n;
      } else if (chars > maxChars) {
        break;
      } else {
        entries.push({ firstN: n, lastN: n, runId, seq, messagesTo, body });
      }
      chars += body.length;
    }
    return entries;
  }

  /** The longest beginning of the run, its end excepted, whose events weigh at most `after`. */
  locate(runId: string, { after, weights }: ReaderPlace): Located {
    const { firstN, lastN } = this.#rangeOf(runId);
    const rows = this.#sql.exec<{ seq: number; kind: Kind }>(
      `SELECT seq, kind FROM events WHERE n BETWEEN ? AND ? AND run_id = ? AND kind <> 'run-end'
       GROUP BY seq ORDER BY seq`,
      firstN,
      lastN,
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
    const { firstN, lastN } = this.#rangeOf(runId);
    const rows = this.#sql.exec<EventRow>(
      `SELECT seq, body FROM events WHERE n BETWEEN ? AND ? AND run_id = ?
       AND kind IN (SELECT value FROM json_each(?)) ORDER BY n`,
      firstN,
      lastN,
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
    const { firstN, lastN } = this.#rangeOf(runId);
    return this.#sql
      .exec<{ chars: number }>(
        `SELECT coalesce(sum(length(body)), 0) AS chars FROM events
         WHERE n BETWEEN ? AND ? AND run_id = ?`,
        firstN,
        lastN,
        runId,
      )
      .one().chars;
  }

  /** Closes the run's range: no event of it will follow. */
  close(runId: string): void {
    this.#sql.exec("UPDATE runs SET last_n = ? WHERE id = ?", this.#lastN, runId);
    this.#numberings.delete(runId);
  }

  /** The row before the run's first; the newest row of all where it has told nothing. */
  startOf(runId: string, nowMs: number): number {
    return Math.min(this.#rangeOf(runId).firstN - 1, this.lastN(nowMs));
  }

  /** The run's last row; beyond all where it is still telling, 0 where nothing is known of it. */
  endOf(runId: string): number {
    const { lastN, isKnown } = this.#rangeOf(runId);
    return isKnown ? lastN : 0;
  }

  /** Forgets the run's events. */
  remove(runId: string): void {
    const { firstN, lastN } = this.#rangeOf(runId);
    this.#sql.exec(
      "DELETE FROM events WHERE n BETWEEN ? AND ? AND run_id = ?",
      firstN,
      lastN,
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
      firstN: this.lastN(nowMs) + 1,
      seq: 0,
      onceKeys: new Set<string>(),
    };
    if (numbering.seq === 0) {
      this.#sql.exec("UPDATE runs SET first_n = ? WHERE id = ?", numbering.firstN, runId);
    }
    this.#numberings.set(runId, numbering);
    return numbering;
  }

  #readNumbering(runId: string): Numbering | null {
    const { firstN, lastN } = this.#rangeOf(runId);
    const numbering: Numbering = { firstN, seq: 0, onceKeys: new Set() };
    const rows = this.#sql.exec<{ seq: number; once_key: string | null }>(
      "SELECT seq, once_key FROM events WHERE n BETWEEN ? AND ? AND run_id = ? ORDER BY n",
      firstN,
      lastN,
      runId,
    );
    for (const { seq, once_key: once } of rows) {
      numbering.seq = seq;
      if (once !== null) {
        numbering.onceKeys.add(once);
      }
    }
    return numbering.seq === 0 ? null : numbering;
  }

  /** The rows between which the run's events lie; nothing before its first event. */
  #rangeOf(runId: string): Range {
    const [row] = this.#sql
      .exec<{ first_n: number | null; last_n: number | null }>(
        "SELECT first_n, last_n FROM runs WHERE id = ?",
        runId,
      )
      .toArray();
    return {
      firstN: row?.first_n ?? Number.MAX_SAFE_INTEGER,
      lastN: row?.last_n ?? Number.MAX_SAFE_INTEGER,
      isClosed: typeof row?.last_n === "number",
      isKnown: row !== undefined,
    };
  }
}
