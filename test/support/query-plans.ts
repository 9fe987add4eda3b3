interface Asked {
  sql: string;
  bindings: unknown[];
}

/** How SQLite goes about every statement that `work` binds, with the values that it bound. */
export async function queryPlans(
  database: D1Database,
  work: (watched: D1Database) => Promise<unknown>,
): Promise<{ sql: string; steps: string[] }[]> {
  const asked: Asked[] = [];
  await work(watch(database, asked));
  const plans = await database.batch<{ detail: string }>(
    asked.map(({ sql, bindings }) =>
      database.prepare(`EXPLAIN QUERY PLAN ${sql}`).bind(...bindings),
    ),
  );
  return plans.map(({ results }, index) => ({
    sql: asked[index]?.sql ?? "",
    steps: results.map(({ detail }) => detail),
  }));
}

function watch(database: D1Database, asked: Asked[]): D1Database {
  return new Proxy(database, {
    get: (target, name) =>
      name === "prepare"
        ? (sql: string) => watchStatement(target.prepare(sql), sql, asked)
        : methodOf(target, name),
  });
}

function watchStatement(
  statement: D1PreparedStatement,
  sql: string,
  asked: Asked[],
): D1PreparedStatement {
  return new Proxy(statement, {
    get: (target, name) =>
      name === "bind"
        ? (...bindings: unknown[]) => {
            asked.push({ sql, bindings });
            return target.bind(...bindings);
          }
        : methodOf(target, name),
  });
}

function methodOf(target: object, name: string | symbol): unknown {
  const value: unknown = Reflect.get(target, name);
  return typeof value === "function" ? value.bind(target) : value;
}
