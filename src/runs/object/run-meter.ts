/** Figures of the object's runs, for their line in the log. Memory: those of a life end with it. */
import { type TripMeter, countTrips } from "../../observability/counted-database";
import { type Databases, mapDatabases } from "../../store/sql/databases";

/** Of one run, as this life of the object has seen it. */
class RunFigures implements TripMeter {
  d1Trips = 0;
  /** Unix milliseconds. Null: an earlier life may have seen it. */
  firstTokenAtMs: number | null | undefined;
}

/** Entries that no end has taken away, of runs that were refused, are dropped beyond this. */
const MAX_RUNS = 256;

export class RunMeter {
  readonly #runs = new Map<string, RunFigures>();
  #rowsWritten = 0;

  /** The databases, their round trips counted as the run's. */
  databases(env: Databases, runId: string): Databases {
    return mapDatabases(env, (db) => countTrips(db, this.#figuresOf(runId)));
  }

  /** The object's storage, rows written to it counted. */
  storage(
    storage: DurableObjectStorage,
  ): Pick<DurableObjectStorage, "sql" | "transactionSync" | "sync"> {
    const { sql } = storage;
    return {
      sql: {
        exec: (text, ...bindings) => {
          const cursor = sql.exec<never>(text, ...bindings);
          this.#rowsWritten += cursor.rowsWritten;
          return cursor;
        },
        get databaseSize() {
          return sql.databaseSize;
        },
        Cursor: sql.Cursor,
        Statement: sql.Statement,
      },
      transactionSync: (work) => storage.transactionSync(work),
      sync: () => storage.sync(),
    };
  }

  /** One row more, of the kind that is no statement: the platform bills an alarm as a row. */
  countRow(): void {
    this.#rowsWritten += 1;
  }

  /** @param isRestart A death cut it off: what was told before this life is not known here. */
  noteBegin(runId: string, isRestart: boolean): void {
    const isNew = !this.#runs.has(runId);
    const figures = this.#figuresOf(runId);
    if (isNew && isRestart) {
      figures.firstTokenAtMs = null;
    }
  }

  noteToken(runId: string, nowMs: number): void {
    const figures = this.#figuresOf(runId);
    if (figures.firstTokenAtMs === undefined) {
      figures.firstTokenAtMs = nowMs;
    }
  }

  /** Null where no token has come, or an earlier life may have seen it. */
  firstTokenAt(runId: string): number | null {
    return this.#runs.get(runId)?.firstTokenAtMs ?? null;
  }

  /**
   * The run has ended: its figures are given once. `objectRows` are those that the object has written
   * since the last end, for whichever run: over all ends they are what it has written.
   */
  take(runId: string): { d1Trips: number; objectRows: number } {
    const { d1Trips } = this.#figuresOf(runId);
    const objectRows = this.#rowsWritten;
    this.#runs.delete(runId);
    this.#rowsWritten = 0;
    return { d1Trips, objectRows };
  }

  #figuresOf(runId: string): RunFigures {
    const figures = this.#runs.get(runId) ?? new RunFigures();
    this.#runs.set(runId, figures);
    for (const oldest of this.#runs.keys()) {
      if (this.#runs.size <= MAX_RUNS) {
        break;
      }
      this.#runs.delete(oldest);
    }
    return figures;
  }
}
