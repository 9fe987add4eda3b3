/** The engine's memory across crashes, kept in the object's SQLite until the sweep. */
import { parseJson } from "../../domain/json";
import type { Cell } from "../../domain/run";
import type { StepLog } from "../../engine/ports";

interface Completed {
  runId: string;
  key: string;
  cell: Cell;
}

export interface StepHooks {
  /** The run has never been at work before: none of its steps is there yet. */
  isFirst: boolean;
  /** Keys of steps that have not begun and whose begin is noted: see `noteFirst`. */
  noted: Set<string>;
  /** Writes what was told and completed until now. */
  flush: () => void;
  /** Hears of every step that is done; it is to be written with this turn of the event loop. */
  onComplete: () => void;
}

export class StepTable {
  /** Durable. */
  readonly #sql: SqlStorage;
  /** Memory: completed in this turn of the event loop, not written yet. */
  #completed: Completed[] = [];

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** Writes what has been completed since it was last called. */
  write(): void {
    const completed = this.#completed;
    this.#completed = [];
    for (const { runId, key, cell } of completed) {
      this.#sql.exec(
        `INSERT INTO steps (run_id, key, begun, cell) VALUES (?, ?, 1, ?)
         ON CONFLICT (run_id, key) DO UPDATE SET cell = excluded.cell`,
        runId,
        key,
        JSON.stringify(cell),
      );
    }
  }

  /** Notes that these steps begin before they do; called inside the transaction that begins the run. */
  noteFirst(runId: string, keys: readonly string[]): void {
    if (keys.length > 0) {
      this.#sql.exec(
        "INSERT INTO steps (run_id, key, begun) SELECT ?1, value, 1 FROM json_each(?2)",
        runId,
        JSON.stringify(keys),
      );
    }
  }

  /** Forgets what is not written: a transaction around it was rolled back, or the tables go. */
  dropMemory(): void {
    this.#completed = [];
  }

  logOf(runId: string, { isFirst, noted, flush, onComplete }: StepHooks): StepLog {
    const known = new Set<string>();
    return {
      get: (key) => {
        if (isFirst && !known.has(key)) {
          return undefined;
        }
        flush();
        return this.#read(runId, key);
      },
      start: (key) => {
        if (noted.delete(key)) {
          return 1;
        }
        flush();
        const { begun } = this.#sql
          .exec<{ begun: number }>(
            `INSERT INTO steps (run_id, key, begun) VALUES (?, ?, 1)
             ON CONFLICT (run_id, key) DO UPDATE SET begun = begun + 1 RETURNING begun`,
            runId,
            key,
          )
          .one();
        return begun;
      },
      complete: (key, cell) => {
        known.add(key);
        this.#completed.push({ runId, key, cell });
        onComplete();
      },
    };
  }

  remove(runId: string): void {
    this.#sql.exec("DELETE FROM steps WHERE run_id = ?", runId);
  }

  #read(runId: string, key: string): Cell | undefined {
    const [row] = this.#sql
      .exec<{ cell: string | null }>(
        "SELECT cell FROM steps WHERE run_id = ? AND key = ?",
        runId,
        key,
      )
      .toArray();
    const text = row?.cell ?? null;
    return text === null ? undefined : parseJson<Cell>(text);
  }
}
