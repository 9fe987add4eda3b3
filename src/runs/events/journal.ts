/**
 * What the runs of this object have told, event by event, durable before anyone hears of it. Events
 * are numbered per run from 1 without gaps (`seq`); over all runs of the object every event has a
 * number of its own (`n`) that grows for ever, also across the object's forgetting everything. What
 * was told last is read from memory.
 */
import { parseJson } from "../../domain/json";
import type { NumberedEvent, RunEvent } from "../../domain/run-event";
import type { RunStep } from "../../domain/runs/run-steps";
import { MEMORY } from "../../limits";
import type { Located, ReaderPlace } from "../object/protocol";
import type { RunTable } from "../queue/object-run-table";
import { type JournalEntry, JournalRows, type Kind, numbersOf } from "./journal-rows";
import { RecentEntries } from "./recent-entries";
import { RunLog } from "./run-log";

/** A stretch of the journal as NDJSON of `NumberedEvent`, one line an event. */
export interface JournalLines {
  text: string;
  /** The last event in it, or the `after` asked for where it is empty. */
  lastSeq: number;
  /** The run has ended, and nothing of it comes after this. */
  ended: boolean;
}

export interface AppendOptions {
  /** The run tells this once in all its attempts. */
  dedupeKey?: string | undefined;
  /** A thread's followers hear its messages up to this one, in order of insertion, before the event. */
  messageBarrier?: number | undefined;
}

/** Numbers between which a run's events lie. */
interface Range {
  startOffset: number;
  lastOffset: number;
  /** No event of it will follow. */
  isClosed: boolean;
  isKnown: boolean;
}

export class Journal {
  /** Durable. */
  readonly #rows: JournalRows;
  readonly #table: RunTable;
  /** Memory: runs that are at work or were asked for last; read anew from the rows after an eviction. */
  readonly #logs = new Map<string, RunLog>();
  /** Memory: what was told last, be it written or not. */
  #recent: RecentEntries | null = null;
  /** Memory: told in this turn of the event loop, not written yet. */
  #pending: JournalEntry[] = [];
  /** Memory: the newest event's number. */
  #lastOffset: number | null = null;
  /** Memory: the newest number that messages come before: see `AppendOptions.messageBarrier`. */
  lastBarrierOffset = 0;

  constructor(sql: SqlStorage, table: RunTable) {
    this.#rows = new JournalRows(sql);
    this.#table = table;
  }

  /**
   * Gives the event the next number, for `write`. One whose `dedupeKey` is there already, from this
   * life or an earlier one, is left out.
   * @returns Characters that will be written.
   */
  append(
    runId: string,
    event: RunEvent,
    nowMs: number,
    { dedupeKey, messageBarrier }: AppendOptions = {},
  ): number {
    const log = this.#logOf(runId);
    if (dedupeKey !== undefined && log.dedupeKeys.has(dedupeKey)) {
      return 0;
    }
    const body = JSON.stringify(event);
    const startOffset = this.lastOffset(nowMs) + 1;
    const lastOffset = startOffset + numbersOf(body) - 1;
    if (log.seq === 0) {
      this.#table.update(runId, { startOffset });
    }
    log.add(event.type, body.length, dedupeKey);
    const entry: JournalEntry = {
      startOffset,
      lastOffset,
      runId,
      seq: log.seq,
      kind: event.type,
      dedupeKey: dedupeKey ?? null,
      messageBarrier: messageBarrier ?? null,
      body,
    };
    this.#recent ??= new RecentEntries(startOffset - 1, MEMORY.recentMaxChars);
    this.#recent.add(entry);
    this.#pending.push(entry);
    this.#lastOffset = lastOffset;
    if (messageBarrier !== undefined) {
      this.lastBarrierOffset = startOffset;
    }
    return body.length;
  }

  /** Writes what has been appended since it was last called. */
  write(): void {
    const pending = this.#pending;
    if (pending.length === 0) {
      return;
    }
    this.#pending = [];
    const rows = this.#rows.insert(pending);
    for (const [index, { runId, kind }] of pending.entries()) {
      const range = rows[index];
      if (range !== undefined) {
        this.#logs.get(runId)?.noteRows(kind, range);
      }
    }
  }

  /**
   * Forgets what it remembers of its rows, and what it has yet to write: a transaction that wrote some
   * has been rolled back. The next call reads them anew.
   */
  dropMemory(): void {
    this.#logs.clear();
    this.#recent = null;
    this.#pending = [];
    this.#lastOffset = null;
    this.lastBarrierOffset = 0;
  }

  /** The newest event's number. An object without events counts on from the clock, past all it has forgotten. */
  lastOffset(nowMs: number): number {
    this.#lastOffset ??= this.#rows.lastOffset() ?? nowMs;
    return this.#lastOffset;
  }

  /** The newest number that is written. */
  writtenOffset(nowMs: number): number {
    const [first] = this.#pending;
    return first === undefined ? this.lastOffset(nowMs) : first.startOffset - 1;
  }

  /** Events of the run with a `seq` above `after`, numbered up to `upToOffset`; about `maxChars` at most. */
  lines(runId: string, after: number, upToOffset: number, maxChars: number): JournalLines {
    const { startOffset, lastOffset, isClosed } = this.#rangeOf(runId);
    const known = this.#logs.get(runId);
    const entries =
      known !== undefined && known.seq <= after
        ? []
        : (this.#recent?.ofRun(runId, after) ??
          // n grows by at least one with each event, so that no event above `after` lies before this.
          this.#rows.read(startOffset + after, Math.min(upToOffset, lastOffset), runId));
    let text = "";
    let lastSeq = after;
    for (const { seq, body, lastOffset: offset } of entries) {
      if (offset > upToOffset) {
        break;
      }
      if (seq > after) {
        if (text.length >= maxChars) {
          return { text, lastSeq, ended: false };
        }
        text += `{"seq":${seq},"event":${body}}\n`;
        lastSeq = seq;
      }
    }
    return { text, lastSeq, ended: isClosed && lastOffset <= upToOffset };
  }

  /** Events of all runs behind `afterN` and up to `upToOffset`; about `maxChars` at most. */
  entries(afterN: number, upToOffset: number, maxChars: number): JournalEntry[] {
    const entries: JournalEntry[] = [];
    let chars = 0;
    const found =
      this.#recent?.behind(afterN) ??
      (this.#lastOffset !== null && afterN >= this.#lastOffset
        ? []
        : this.#rows.read(afterN + 1, upToOffset));
    for (const entry of found) {
      if (entry.lastOffset > upToOffset || chars > maxChars) {
        break;
      }
      entries.push(entry);
      chars += entry.body.length;
    }
    return entries;
  }

  /** The longest beginning of the run, its end excepted, whose events weigh at most `after`. */
  locate(runId: string, { after, weights }: ReaderPlace): Located {
    let located: Located = { seq: 0, told: 0 };
    for (const [index, kind] of this.#logOf(runId).kinds.entries()) {
      const weight = located.told + (weights[kind] ?? 1);
      if (weight > after || kind === "run-end") {
        break;
      }
      located = { seq: index + 1, told: weight };
    }
    return located;
  }

  /** The run's events of these kinds, oldest first. */
  events<K extends Kind>(runId: string, kinds: readonly K[]): Extract<RunEvent, { type: K }>[] {
    this.write();
    const asked = new Set<Kind>(kinds);
    const bodies: string[] = [];
    for (const { kind, body } of this.#holding(runId, kinds)) {
      if (asked.has(kind)) {
        bodies.push(body);
      }
    }
    return parseJson<Extract<RunEvent, { type: K }>[]>(`[${bodies.join(",")}]`);
  }

  /** The run's steps as it has told them: not to be changed. Asked again, it reads what has come since. */
  steps(runId: string): readonly RunStep[] {
    this.write();
    const log = this.#logOf(runId);
    const { text } = this.lines(runId, log.bookedSeq, Number.MAX_SAFE_INTEGER, Infinity);
    for (const line of text === "" ? [] : text.trimEnd().split("\n")) {
      log.book.take(parseJson<NumberedEvent>(line).event);
    }
    log.bookedSeq = log.seq;
    return log.book.steps;
  }

  /** Characters of all that the run has told. */
  chars(runId: string): number {
    return this.#logOf(runId).chars;
  }

  /** Closes the run's range: no event of it will follow. */
  close(runId: string): void {
    this.#table.update(runId, { lastOffset: this.#lastOffset });
    this.#forgetOldest();
  }

  /** The number before the run's first; the newest of all where it has told nothing. */
  startOf(runId: string, nowMs: number): number {
    return Math.min(this.#rangeOf(runId).startOffset - 1, this.lastOffset(nowMs));
  }

  /** The run's last number; beyond all where it is still telling, 0 where nothing is known of it. */
  endOf(runId: string): number {
    const { lastOffset, isKnown } = this.#rangeOf(runId);
    return isKnown ? lastOffset : 0;
  }

  /** Forgets the run's events. */
  remove(runId: string): void {
    const { startOffset, lastOffset } = this.#rangeOf(runId);
    this.#rows.remove(runId, startOffset, lastOffset);
    this.#logs.delete(runId);
    this.#recent = null;
  }

  /** The run's entries of these kinds, and maybe others. */
  #holding(runId: string, kinds: readonly Kind[]): Iterable<JournalEntry> {
    const recent = this.#recent?.ofRun(runId, 0);
    if (recent) {
      return recent;
    }
    const rows = this.#logOf(runId).rowsOf(kinds);
    if (rows !== null) {
      return rows.length === 0 ? [] : this.#rows.readRows(rows);
    }
    const { startOffset, lastOffset } = this.#rangeOf(runId);
    return this.#rows.read(startOffset, lastOffset, runId);
  }

  #logOf(runId: string): RunLog {
    const known = this.#logs.get(runId);
    if (known !== undefined) {
      return known;
    }
    this.write();
    const { startOffset, lastOffset } = this.#rangeOf(runId);
    const log = new RunLog();
    if (startOffset !== Number.MAX_SAFE_INTEGER) {
      for (const head of this.#rows.heads(runId, startOffset, lastOffset)) {
        log.addHead(head);
      }
    }
    this.#logs.set(runId, log);
    this.#forgetOldest();
    return log;
  }

  /** Runs that are closed can be read again. */
  #forgetOldest(): void {
    for (const runId of this.#logs.keys()) {
      if (this.#logs.size <= MEMORY.endedRuns) {
        break;
      }
      if (this.#rangeOf(runId).isClosed) {
        this.#logs.delete(runId);
      }
    }
  }

  /** The numbers between which the run's events lie; nothing before its first event. */
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
