/**
 * The runs that this object has taken on and where each stands: the truth about a run from its
 * acceptance until D1 has recorded its end. `move` is the one place where a run changes its status.
 * Runs that have not ended are read from memory; a change is written with the transaction around it,
 * one statement a run, or at once where there is none.
 */
import { type RunStatus, mayMove } from "../../domain/run";
import type { RunBlobs } from "../object/run-blobs";
import { BlobTable } from "./blob-table";

type Phase = "accepted" | "recorded" | "finalizing" | "ended" | "rolled_back";

/** Why a run at work is being stopped. `rollback` also withdraws what it has written to the thread. */
export type StopReason = "cancel" | "interrupt" | "rollback";

/** `none`: nobody is at it; `open`: an attempt is at work; `probation`: one that is alone in its isolate. */
type AttemptKind = "none" | "open" | "probation";

export interface RunRow {
  readonly id: string;
  readonly position: number;
  readonly phase: Phase;
  /** Before `ended`: as anyone may read it. */
  readonly status: RunStatus;
  /**
   * How often an object has begun or resumed the run since it last finished a step; once its end is
   * decided, how often recording that has failed.
   */
  readonly attemptsInVain: number;
  /** How often it was begun again after an attempt that did not come to its end. */
  readonly restarts: number;
  /** Found as anything but `none` by an object that wakes: its process died over it. */
  readonly attempt: AttemptKind;
  /** When it expires in its present status. */
  readonly deadlineAtMs: number;
  readonly startedAtMs: number | null;
  readonly endedAtMs: number | null;
  readonly stop: StopReason | null;
  /** The thread's last message, in order of insertion, when the run was admitted. */
  readonly messageBarrier: number | null;
  /** Number of its first event in the object's journal; null before that. */
  readonly startOffset: number | null;
  /** Number of its last event; null while it may still tell some. */
  readonly lastOffset: number | null;
}

type Changes = Partial<Omit<RunRow, "id" | "status" | "position">>;

interface SqlRow extends Record<string, SqlStorageValue> {
  id: string;
  position: number;
  phase: Phase;
  status: RunStatus;
  attempts: number;
  restarts: number;
  attempt: AttemptKind;
  deadline_at_ms: number;
  started_at_ms: number | null;
  ended_at_ms: number | null;
  stop: StopReason | null;
  message_barrier: number | null;
  start_offset: number | null;
  last_offset: number | null;
}

const COLUMNS = `id, position, phase, status, attempts, restarts, attempt, deadline_at_ms, started_at_ms,
  ended_at_ms, stop, message_barrier, start_offset, last_offset`;

export class RunTable {
  /** Durable. */
  readonly #sql: SqlStorage;
  readonly #blobs: BlobTable;
  /** Memory: the runs that have not ended, by id; null until they are read. */
  #open: Map<string, RunRow> | null = null;
  /** Memory: when the runs that ended first and last did so; undefined until that is asked for. */
  #firstEndAtMs: number | null | undefined;
  #lastEndAtMs: number | null | undefined;
  /** Memory: inside a transaction, the runs that it changes, each with whether its row is new. */
  #changed: Map<string, { row: RunRow; isNew: boolean }> | null = null;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
    this.#blobs = new BlobTable(sql);
  }

  /** Gathers changes until `commit`, for the transaction that has just begun. */
  begin(): void {
    this.#changed = new Map();
  }

  /** Writes what has changed since `begin`: the last statements of its transaction. */
  commit(): void {
    const changed = this.#changed ?? new Map<string, never>();
    this.#changed = null;
    for (const { row, isNew } of changed.values()) {
      this.#write(row, isNew);
    }
  }

  /** A transaction that wrote some of its rows has been rolled back: reads them anew. */
  dropMemory(): void {
    this.#open = null;
    this.#firstEndAtMs = undefined;
    this.#lastEndAtMs = undefined;
    this.#changed = null;
    this.#blobs.dropMemory();
  }

  /**
   * Takes the run in as queued: behind the others, at a position above zero, or before all that wait,
   * below zero.
   */
  insert(id: string, place: "last" | "next", deadlineAtMs: number): void {
    const positions = [0, ...[...this.#opened().values()].map(({ position }) => position)];
    const row: RunRow = {
      id,
      position: place === "last" ? Math.max(...positions) + 1 : Math.min(...positions) - 1,
      phase: "accepted",
      status: "queued",
      attemptsInVain: 0,
      restarts: 0,
      attempt: "none",
      deadlineAtMs,
      startedAtMs: null,
      endedAtMs: null,
      stop: null,
      messageBarrier: null,
      startOffset: null,
      lastOffset: null,
    };
    this.#blobs.noteNew(id);
    this.#set(row, true);
  }

  read(id: string): RunRow | null {
    return this.#opened().get(id) ?? this.#readEnded(id);
  }

  /** Runs that this object has not brought to their end, the one at work first, then by turn. */
  open(): RunRow[] {
    return [...this.#opened().values()].toSorted(
      (a, b) =>
        Number(a.status === "queued") - Number(b.status === "queued") || a.position - b.position,
    );
  }

  /** The earliest end of those that are kept; null where none has ended. */
  firstEndAtMs(): number | null {
    if (this.#firstEndAtMs === undefined) {
      this.#firstEndAtMs = this.#readEnd("min");
    }
    return this.#firstEndAtMs;
  }

  /** The latest end of those that are kept; null where none has ended. */
  lastEndAtMs(): number | null {
    if (this.#lastEndAtMs === undefined) {
      this.#lastEndAtMs = this.#readEnd("max");
    }
    return this.#lastEndAtMs;
  }

  #readEnd(which: "min" | "max"): number | null {
    return this.#sql
      .exec<{ at_ms: number | null }>(
        `SELECT ${which}(ended_at_ms) AS at_ms FROM runs WHERE phase = 'ended'`,
      )
      .one().at_ms;
  }

  /** Ids of the runs that ended at this time or before. */
  endedBy(atMs: number): string[] {
    return this.#sql
      .exec<{ id: string }>(
        "SELECT id FROM runs WHERE phase = 'ended' AND ended_at_ms <= ? ORDER BY ended_at_ms",
        atMs,
      )
      .toArray()
      .map(({ id }) => id);
  }

  /** Changes what is no status. */
  update(id: string, changes: Changes): void {
    const row = this.read(id);
    if (row !== null) {
      this.#set({ ...row, ...changes }, false);
    }
  }

  /** Moves the run if it may move so, and says whether it did. */
  move(id: string, to: RunStatus, changes: Changes = {}): boolean {
    const row = this.read(id);
    if (row === null || !mayMove(row.status, to)) {
      return false;
    }
    this.#set({ ...row, ...changes, status: to }, false);
    return true;
  }

  /** Forgets the run and all that is kept beside it. */
  remove(id: string): void {
    this.#opened().delete(id);
    this.#changed?.delete(id);
    this.#firstEndAtMs = undefined;
    this.#lastEndAtMs = undefined;
    this.#sql.exec("DELETE FROM runs WHERE id = ?", id);
    this.#blobs.remove(id);
    this.#sql.exec("DELETE FROM submissions WHERE run_id = ?", id);
  }

  /** Keeps a value, as JSON, beside the run; of any length. */
  putBlob<Name extends keyof RunBlobs>(id: string, name: Name, value: RunBlobs[Name]): void {
    this.#blobs.put(id, name, value);
  }

  /** The value that `putBlob` stored under this name: not to be changed. */
  getBlob<Name extends keyof RunBlobs>(id: string, name: Name): RunBlobs[Name] | undefined {
    return this.#blobs.get(id, name);
  }

  /** Length of the JSON that `putBlob` stored, in characters. */
  blobChars(id: string, name: keyof RunBlobs): number {
    return this.#blobs.chars(id, name);
  }

  /** Keeps the output submitted for a call; the first one stands. */
  submit(id: string, callId: string, output: string): void {
    this.#sql.exec(
      "INSERT INTO submissions (run_id, call_id, output) VALUES (?, ?, ?) ON CONFLICT DO NOTHING",
      id,
      callId,
      output,
    );
  }

  /** By call id. */
  submittedOutputs(id: string): Map<string, string> {
    const rows = this.#sql
      .exec<{ call_id: string; output: string }>(
        "SELECT call_id, output FROM submissions WHERE run_id = ?",
        id,
      )
      .toArray();
    return new Map(rows.map(({ call_id: callId, output }) => [callId, output]));
  }

  #opened(): Map<string, RunRow> {
    this.#open ??= new Map(
      this.#select("WHERE phase <> 'ended'").map((row) => [row.id, row] as const),
    );
    return this.#open;
  }

  #readEnded(id: string): RunRow | null {
    return this.#changed?.get(id)?.row ?? this.#select("WHERE id = ?", id)[0] ?? null;
  }

  #set(row: RunRow, isNew: boolean): void {
    if (row.phase === "ended") {
      this.#opened().delete(row.id);
      this.#blobs.release(row.id);
      this.#firstEndAtMs = Math.min(this.firstEndAtMs() ?? Infinity, row.endedAtMs ?? Infinity);
      this.#lastEndAtMs = Math.max(this.lastEndAtMs() ?? 0, row.endedAtMs ?? 0);
    } else {
      this.#opened().set(row.id, row);
    }
    if (this.#changed === null) {
      this.#write(row, isNew);
    } else {
      const before = this.#changed.get(row.id);
      this.#changed.set(row.id, { row, isNew: isNew || before?.isNew === true });
    }
  }

  #write(row: RunRow, isNew: boolean): void {
    const { id, position, phase, status, attemptsInVain, restarts, attempt, stop } = row;
    const changing = [
      phase,
      status,
      attemptsInVain,
      restarts,
      attempt,
      row.deadlineAtMs,
      row.startedAtMs,
      row.endedAtMs,
      stop,
      row.messageBarrier,
      row.startOffset,
      row.lastOffset,
    ];
    if (isNew) {
      const sql = `INSERT INTO runs (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`;
      this.#sql.exec(sql, id, position, ...changing);
    } else {
      this.#sql.exec(UPDATE, ...changing, id);
    }
  }

  #select(where: string, ...bindings: SqlStorageValue[]): RunRow[] {
    return this.#sql
      .exec<SqlRow>(`SELECT ${COLUMNS} FROM runs ${where}`, ...bindings)
      .toArray()
      .map(readRow);
  }
}

const UPDATE = `UPDATE runs SET phase = ?, status = ?, attempts = ?, restarts = ?, attempt = ?,
  deadline_at_ms = ?, started_at_ms = ?, ended_at_ms = ?, stop = ?, message_barrier = ?,
  start_offset = ?, last_offset = ? WHERE id = ?`;

/** It goes before all that wait: see `RunTable.insert`. */
export function isPriority({ position }: RunRow): boolean {
  return position < 0;
}

function readRow(row: SqlRow): RunRow {
  return {
    id: row.id,
    position: row.position,
    phase: row.phase,
    status: row.status,
    attemptsInVain: row.attempts,
    restarts: row.restarts,
    attempt: row.attempt,
    deadlineAtMs: row.deadline_at_ms,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    stop: row.stop,
    messageBarrier: row.message_barrier,
    startOffset: row.start_offset,
    lastOffset: row.last_offset,
  };
}
