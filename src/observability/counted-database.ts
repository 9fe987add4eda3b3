/** Counts how often a request or a run goes to D1. */

/** Round trips to D1 so far; a batch is one, however many statements it carries. */
export interface TripMeter {
  d1Trips: number;
}

/**
 * The same database, which adds to the meter as each round trip begins. It costs one object for each statement
 * and no I/O.
 */
export function countTrips(db: D1Database, meter: TripMeter): D1Database {
  return new CountedDatabase(db, meter);
}

class CountedDatabase implements D1Database {
  readonly #db: D1Database;
  readonly #meter: TripMeter;

  constructor(db: D1Database, meter: TripMeter) {
    this.#db = db;
    this.#meter = meter;
  }

  prepare(sql: string): D1PreparedStatement {
    return new CountedStatement(this.#db.prepare(sql), this.#meter);
  }

  batch<T>(statements: D1PreparedStatement[]): Promise<D1Result<T>[]> {
    this.#meter.d1Trips += 1;
    return this.#db.batch<T>(statements.map(CountedStatement.unwrap));
  }

  exec(sql: string): Promise<D1ExecResult> {
    this.#meter.d1Trips += 1;
    return this.#db.exec(sql);
  }

  withSession(...from: Parameters<D1Database["withSession"]>): D1DatabaseSession {
    const session = this.#db.withSession(...from);
    return {
      prepare: (sql) => new CountedStatement(session.prepare(sql), this.#meter),
      batch: (statements) => {
        this.#meter.d1Trips += 1;
        return session.batch(statements.map(CountedStatement.unwrap));
      },
      getBookmark: () => session.getBookmark(),
    };
  }

  dump(): Promise<ArrayBuffer> {
    this.#meter.d1Trips += 1;
    return this.#db.dump();
  }
}

class CountedStatement implements D1PreparedStatement {
  readonly #statement: D1PreparedStatement;
  readonly #meter: TripMeter;

  constructor(statement: D1PreparedStatement, meter: TripMeter) {
    this.#statement = statement;
    this.#meter = meter;
  }

  /** The platform's statement, because `batch` takes no other. */
  static unwrap(this: void, statement: D1PreparedStatement): D1PreparedStatement {
    return statement instanceof CountedStatement ? statement.#statement : statement;
  }

  bind(...values: unknown[]): D1PreparedStatement {
    return new CountedStatement(this.#statement.bind(...values), this.#meter);
  }

  first<T>(column?: string): Promise<T | null> {
    return column === undefined ? this.#counted.first<T>() : this.#counted.first<T>(column);
  }

  run<T>(): Promise<D1Result<T>> {
    return this.#counted.run<T>();
  }

  all<T>(): Promise<D1Result<T>> {
    return this.#counted.all<T>();
  }

  raw<T>(options: { columnNames: true }): Promise<[string[], ...T[]]>;
  raw<T>(options?: { columnNames?: false }): Promise<T[]>;
  raw<T>(options?: { columnNames?: boolean }): Promise<T[] | [string[], ...T[]]> {
    return options?.columnNames === true
      ? this.#counted.raw<T>({ columnNames: true })
      : this.#counted.raw<T>();
  }

  get #counted(): D1PreparedStatement {
    this.#meter.d1Trips += 1;
    return this.#statement;
  }
}
