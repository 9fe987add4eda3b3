/** Counts what crosses to D1: the round trips, their statements, and the rows that it bills as written. */
export class CountingDatabase {
  roundTrips = 0;
  /** Round trips that wait for each other: those under way at once are one. */
  inSeries = 0;
  rowsWritten = 0;
  /** What the round trips carry. */
  statements = 0;
  #underWay = 0;
  readonly database: D1Database;
  readonly #originals = new WeakMap<object, object>();

  constructor(database: D1Database) {
    this.database = this.#watch(database);
  }

  #watch<Target extends object>(target: Target): Target {
    const watched = new Proxy(target, {
      get: (_target, name) => {
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function"
          ? (...given: unknown[]) => this.#call(target, name, value, given)
          : value;
      },
    });
    this.#originals.set(watched, target);
    return watched;
  }

  #call(target: object, name: string | symbol, method: Function, given: unknown[]): unknown {
    if (name === "prepare" || name === "bind") {
      return this.#watch(Reflect.apply(method, target, given));
    }
    this.roundTrips += 1;
    this.inSeries += this.#underWay === 0 ? 1 : 0;
    return this.#follow(
      Reflect.apply(
        method,
        target,
        given.map((argument) => this.#unwatch(argument)),
      ),
    );
  }

  async #follow(answer: Promise<D1Result | D1Result[]>): Promise<D1Result | D1Result[]> {
    this.#underWay += 1;
    try {
      const results = await answer;
      for (const { meta } of [results].flat()) {
        this.rowsWritten += meta.rows_written;
        this.statements += 1;
      }
      return results;
    } finally {
      this.#underWay -= 1;
    }
  }

  /** `batch` takes its statements as they were, not as they are watched. */
  #unwatch(argument: unknown): unknown {
    return Array.isArray(argument)
      ? argument.map((item) => this.#originals.get(item) ?? item)
      : argument;
  }
}
