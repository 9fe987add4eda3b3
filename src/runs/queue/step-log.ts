/** The engine's memory across crashes, kept in the object's SQLite until the run has ended. */
import { parseJson } from "../../domain/json";
import type { Cell } from "../../domain/run";
import type { StepLog } from "../../engine/ports";

export class StepTable {
  /** Durable. */
  readonly #sql: SqlStorage;

  constructor(sql: SqlStorage) {
    this.#sql = sql;
  }

  /** `onFinish` hears of every step that is done: the run is getting on. */
  logOf(runId: string, onFinish: () => void): StepLog {
    const sql = this.#sql;
    return {
      get(key) {
        const [row] = sql
          .exec<{ cell: string | null }>(
            "SELECT cell FROM steps WHERE run_id = ? AND key = ?",
            runId,
            key,
          )
          .toArray();
        const text = row?.cell ?? null;
        if (text === null) {
          return undefined;
        }
        return parseJson<Cell>(text);
      },
      start(key) {
        const { begun } = sql
          .exec<{ begun: number }>(
            `INSERT INTO steps (run_id, key, begun) VALUES (?, ?, 1)
             ON CONFLICT (run_id, key) DO UPDATE SET begun = begun + 1 RETURNING begun`,
            runId,
            key,
          )
          .one();
        return begun;
      },
      complete(key, cell) {
        sql.exec(
          `INSERT INTO steps (run_id, key, begun, cell) VALUES (?, ?, 1, ?)
           ON CONFLICT (run_id, key) DO UPDATE SET cell = excluded.cell`,
          runId,
          key,
          JSON.stringify(cell),
        );
        onFinish();
      },
    };
  }

  remove(runId: string): void {
    this.#sql.exec("DELETE FROM steps WHERE run_id = ?", runId);
  }
}
