/**
 * The runs that this object has taken on and where each stands: the truth about a run from its
 * acceptance until D1 has recorded its end. `move` is the one place where a run changes its status.
 */
import { type RunStatus, mayMove } from "../../domain/run";
import { splitText } from "../events/long-text";
import type { RunBlobs } from "../object/run-blobs";

type Phase = "accepted" | "recorded" | "finalizing" | "ended" | "rolled_back";

/** Why a run at work is being stopped. `rollback` also withdraws what it has written to the thread. */
export type StopReason = "cancel" | "interrupt" | "rollback";

/** `none`: nobody is at it; `open`: an attempt is at work; `probation`: one that is alone in its isolate. */
type AttemptKind = "none" | "open" | "probation";

export interface RunRow {
  id: string;
  position: number;
  phase: Phase;
  /** Before `ended`: as anyone may read it. */
  status: RunStatus;
  /**
   * How often an object has begun or resumed the run since it last finished a step; once its end is
   * decided, how often recording that has failed.
   */
  attempts: number;
  /** How often it was begun again after an attempt that did not come to its end. */
  restarts: number;
  /** Found as anything but `none` by an object that wakes: its process died over it. */
  attempt: AttemptKind;
  /** When it expires in its present status. */
  deadlineAtMs: number;
  startedAtMs: number | null;
  endedAtMs: number | null;
  stop: StopReason | null;
  /** The thread's last message, in order of insertion, when the run was admitted. */
  messageBarrier: number | null;
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
}

const COLUMNS = `id, position, phase, status, attempts, restarts, attempt, deadline_at_ms, started_at_ms,
  ended_at_ms, stop, message_barrier`;

export class RunTable {
  /** Durable. */
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /**
   * Takes the run in as queued: behind the others, at a position above zero, or before all that wait,
   * below zero.
   */
  insert(id: string, place: "last" | "next", deadlineAtMs: number): void {
    const position = place === "last" ? "max(0, max(position)) + 1" : "min(0, min(position)) - 1";
    this.#sql.exec(
      `INSERT INTO runs (id, position, phase, status, deadline_at_ms)
       SELECT ?, ${position}, 'accepted', 'queued', ?
       FROM (SELECT position FROM runs UNION ALL SELECT 0 AS position)`,
      id,
      deadlineAtMs,
    );
  }

  read(id: string): RunRow | null {
    return this.#select("WHERE id = ?", id)[0] ?? null;
  }

  /** Runs that this object has not brought to their end, the one at work first, then by turn. */
  open(): RunRow[] {
    return this.#select("WHERE phase <> 'ended' ORDER BY status = 'queued', position");
  }

  ended(): RunRow[] {
    return this.#select("WHERE phase = 'ended' ORDER BY ended_at_ms");
  }

  /** Changes what is no status. */
  update(id: string, changes: Changes): void {
    const {
      phase,
      attempts,
      restarts,
      attempt,
      deadlineAtMs,
      startedAtMs,
      endedAtMs,
      stop,
      messageBarrier,
    } = changes;
    this.#sql.exec(
      `UPDATE runs SET phase = coalesce(?, phase), attempts = coalesce(?, attempts), restarts = coalesce(?, restarts),
         attempt = coalesce(?, attempt), deadline_at_ms = coalesce(?, deadline_at_ms), started_at_ms = coalesce(?, started_at_ms),
         ended_at_ms = coalesce(?, ended_at_ms), stop = coalesce(?, stop),
         message_barrier = coalesce(?, message_barrier)
       WHERE id = ?`,
      phase ?? null,
      attempts ?? null,
      restarts ?? null,
      attempt ?? null,
      deadlineAtMs ?? null,
      startedAtMs ?? null,
      endedAtMs ?? null,
      stop ?? null,
      messageBarrier ?? null,
      id,
    );
  }

  /** Moves the run if it may move so, and says whether it did. */
  move(id: string, to: RunStatus, changes: Changes = {}): boolean {
    const row = this.read(id);
    if (row === null || !mayMove(row.status, to)) {
      return false;
    }
    this.#sql.exec("UPDATE runs SET status = ? WHERE id = ?", to, id);
    this.update(id, changes);
    return true;
  }

  remove(id: string): void {
    this.#sql.exec("DELETE FROM runs WHERE id = ?", id);
    this.deleteBlobs(id);
  }

  /** Keeps a value, as JSON, beside the run; of any length. */
  putBlob<Name extends keyof RunBlobs>(id: string, name: Name, value: RunBlobs[Name]): void {
    this.#sql.exec("DELETE FROM run_blobs WHERE run_id = ? AND name = ?", id, name);
    for (const [part, body] of splitText(JSON.stringify(value)).entries()) {
      this.#sql.exec(
        "INSERT INTO run_blobs (run_id, name, part, body) VALUES (?, ?, ?, ?)",
        id,
        name,
        part,
        body,
      );
    }
  }

  /** The value that `putBlob` stored under this name. */
  getBlob<Name extends keyof RunBlobs>(id: string, name: Name): RunBlobs[Name] | undefined {
    const parts = this.#sql
      .exec<{ body: string }>(
        "SELECT body FROM run_blobs WHERE run_id = ? AND name = ? ORDER BY part",
        id,
        name,
      )
      .toArray();
    if (parts.length === 0) {
      return undefined;
    }
    const value: RunBlobs[Name] = JSON.parse(parts.map(({ body }) => body).join(""));
    return value;
  }

  /** Length of the JSON that `putBlob` stored, in characters. */
  blobChars(id: string, name: keyof RunBlobs): number {
    return this.#sql
      .exec<{ chars: number }>(
        "SELECT coalesce(sum(length(body)), 0) AS chars FROM run_blobs WHERE run_id = ? AND name = ?",
        id,
        name,
      )
      .one().chars;
  }

  /** Forgets all that is kept beside the run. */
  deleteBlobs(id: string): void {
    this.#sql.exec("DELETE FROM run_blobs WHERE run_id = ?", id);
    this.#sql.exec("DELETE FROM submissions WHERE run_id = ?", id);
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

  #select(where: string, ...bindings: SqlStorageValue[]): RunRow[] {
    return this.#sql
      .exec<SqlRow>(`SELECT ${COLUMNS} FROM runs ${where}`, ...bindings)
      .toArray()
      .map(readRow);
  }
}

function readRow(row: SqlRow): RunRow {
  return {
    id: row.id,
    position: row.position,
    phase: row.phase,
    status: row.status,
    attempts: row.attempts,
    restarts: row.restarts,
    attempt: row.attempt,
    deadlineAtMs: row.deadline_at_ms,
    startedAtMs: row.started_at_ms,
    endedAtMs: row.ended_at_ms,
    stop: row.stop,
    messageBarrier: row.message_barrier,
  };
}
