/**
 * An account that is as strict with one invocation as Cloudflare's Free plan, and counts what it asks:
 * https://developers.cloudflare.com/d1/platform/limits/ and …/workers/platform/limits/. Each statement of
 * a batch is a query here, which is the stricter reading.
 */
export const FREE_PLAN = {
  queries: 50,
  /** To D1, R2 and objects. */
  subrequests: 1000,
  parameters: 100,
  sqlBytes: 100_000,
  /** Of one bound value. */
  valueBytes: 2_000_000,
  /** Of a request, refused before the Worker sees it. */
  bodyBytes: 100_000_000,
  /**
   * Calls of one invocation that wait for an answer's head at a time, outward, to R2 and, in the stricter
   * reading, to D1; the next wait their turn.
   */
  connections: 6,
  /** Of Paid without `limits`; Free gives 10, which no import of a thousand records is done in. */
  processorMs: 30_000,
} as const;

/** What stands before the Worker says to such a request; null where it lets it through. */
export function refuseBefore({ headers }: Request): Response | null {
  return Number(headers.get("Content-Length")) > FREE_PLAN.bodyBytes
    ? new Response("Payload Too Large", { status: 413 })
    : null;
}

/** Seats for calls that wait for an answer, taken in the order of their coming. */
export class PlayedConnections {
  /** Taken at once, at the most so far. */
  most = 0;
  /** Calls that had to wait for a seat. */
  waited = 0;
  #taken = 0;
  readonly #queue: (() => void)[] = [];

  async hold<Answer>(call: () => Promise<Answer>): Promise<Answer> {
    if (this.#taken === FREE_PLAN.connections) {
      this.waited += 1;
      await new Promise<void>((resolve) => this.#queue.push(resolve));
    } else {
      this.#taken += 1;
    }
    this.most = Math.max(this.most, this.#taken);
    try {
      return await call();
    } finally {
      const next = this.#queue.shift();
      if (next === undefined) {
        this.#taken -= 1;
      } else {
        next();
      }
    }
  }
}

const OF_BUCKET = ["head", "get", "put", "delete", "list", "createMultipartUpload"];
const OF_UPLOAD = ["uploadPart", "complete", "abort"];

export interface Spent {
  queries: number;
  subrequests: number;
  rowsRead: number;
  rowsWritten: number;
}

/** One invocation's bindings. Use another for the next. */
export class PlayedInvocation {
  readonly spent: Spent = { queries: 0, subrequests: 0, rowsRead: 0, rowsWritten: 0 };
  readonly connections = new PlayedConnections();
  readonly env: Env;
  readonly #originals = new WeakMap<object, object>();

  constructor(env: Env) {
    this.env = {
      ...env,
      DB: this.#watchDatabase(env.DB),
      FILES: this.#watchBucket(env.FILES),
      THREAD: this.#watchObjects(env.THREAD),
    };
  }

  #watchDatabase(db: D1Database): D1Database {
    return proxied(db, {
      prepare: (sql: string) => {
        check("SQL", new TextEncoder().encode(sql).byteLength, FREE_PLAN.sqlBytes);
        return this.#watchStatement(db.prepare(sql));
      },
      batch: async (statements: D1PreparedStatement[]) => {
        this.#spend(statements.length);
        const originals = statements.map(
          (statement) => this.#originals.get(statement) ?? statement,
        );
        // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what was watched above
        const watched = originals as D1PreparedStatement[];
        const results = await this.connections.hold(() => db.batch(watched));
        results.forEach((result) => this.#count(result));
        return results;
      },
    });
  }

  #watchStatement(statement: D1PreparedStatement): D1PreparedStatement {
    const asked = <Result>(ask: () => Promise<Result>): Promise<Result> => {
      this.#spend(1);
      return this.connections.hold(ask);
    };
    const watched = proxied(statement, {
      bind: (...values: unknown[]) => {
        check("parameters", values.length, FREE_PLAN.parameters);
        for (const value of values) {
          const bytes = typeof value === "string" ? new TextEncoder().encode(value).byteLength : 0;
          check("bytes of a bound value", bytes, FREE_PLAN.valueBytes);
        }
        return this.#watchStatement(statement.bind(...values));
      },
      all: () => asked(async () => this.#count(await statement.all())),
      run: () => asked(async () => this.#count(await statement.run())),
      first: (...names: [string]) => asked(() => statement.first(...names)),
      raw: () => asked(() => statement.raw()),
    });
    this.#originals.set(watched, statement);
    return watched;
  }

  #spend(queries: number): void {
    this.spent.queries += queries;
    check("D1 queries", this.spent.queries, FREE_PLAN.queries);
    this.#subrequest();
  }

  #subrequest(): void {
    this.spent.subrequests += 1;
    check("subrequests", this.spent.subrequests, FREE_PLAN.subrequests);
  }

  #count(result: D1Result): D1Result {
    this.spent.rowsRead += result.meta.rows_read;
    this.spent.rowsWritten += result.meta.rows_written;
    return result;
  }

  #watchObjects(namespace: Env["THREAD"]): Env["THREAD"] {
    return proxied(namespace, {
      getByName: (...given: Parameters<Env["THREAD"]["getByName"]>) =>
        this.#countCalls(namespace.getByName(...given)),
    });
  }

  /** A call outward. */
  fetch(call: () => Promise<Response>): Promise<Response> {
    this.#subrequest();
    return this.connections.hold(call);
  }

  #watchBucket(bucket: R2Bucket): R2Bucket {
    return proxied(bucket, {
      ...this.#holding(bucket, OF_BUCKET),
      createMultipartUpload: async (...given: Parameters<R2Bucket["createMultipartUpload"]>) => {
        this.#subrequest();
        const upload = await this.connections.hold(() => bucket.createMultipartUpload(...given));
        return proxied(upload, this.#holding(upload, OF_UPLOAD));
      },
    });
  }

  /** These methods of it, each counted and in a seat until it answers. */
  #holding(target: object, names: readonly string[]): object {
    return Object.fromEntries(
      names.map((name) => [
        name,
        (...given: unknown[]) => {
          this.#subrequest();
          const method: unknown = Reflect.get(target, name);
          if (typeof method !== "function") {
            throw new TypeError(`${name} is no method.`);
          }
          return this.connections.hold(async () => Reflect.apply(method, target, given));
        },
      ]),
    );
  }

  #countCalls<Target extends object>(target: Target): Target {
    return new Proxy(target, {
      get: (_target, name) => {
        const value: unknown = Reflect.get(target, name);
        return typeof value === "function"
          ? (...given: unknown[]) => {
              this.#subrequest();
              return Reflect.apply(value, target, given);
            }
          : value;
      },
    });
  }
}

/** As the platform words it. */
function check(what: string, got: number, most: number): void {
  if (got > most) {
    throw new Error(`Too many API requests by single worker invocation: ${got} ${what} of ${most}`);
  }
}

function proxied<Target extends object>(target: Target, methods: object): Target {
  return new Proxy(target, {
    get: (_target, name) => {
      const own: unknown = Reflect.get(methods, name);
      const value: unknown = own ?? Reflect.get(target, name);
      return own === undefined && typeof value === "function" ? value.bind(target) : value;
    },
  });
}

/** Adds what one invocation spent. */
export function addSpent(sum: Spent, more: Spent): Spent {
  return {
    queries: sum.queries + more.queries,
    subrequests: sum.subrequests + more.subrequests,
    rowsRead: sum.rowsRead + more.rowsRead,
    rowsWritten: sum.rowsWritten + more.rowsWritten,
  };
}
