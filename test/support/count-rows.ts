export interface RowCount {
  read: number;
  written: number;
}

/** The rows that D1 read and wrote for all that `work` ran, as it bills them. */
export async function countRows(
  database: D1Database,
  work: (watched: D1Database) => Promise<unknown>,
): Promise<RowCount> {
  const count = { read: 0, written: 0 };
  const add = ({ meta }: D1Result) => {
    count.read += meta.rows_read;
    count.written += meta.rows_written;
  };
  const originals = new WeakMap<object, D1PreparedStatement>();
  const watch = (statement: D1PreparedStatement): D1PreparedStatement => {
    const watched = new Proxy(statement, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name);
        if (typeof value !== "function") {
          return value;
        }
        return (...given: unknown[]) => {
          const result: unknown = Reflect.apply(value, target, given);
          if (name === "bind") {
            // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `bind` returns one
            return watch(result as D1PreparedStatement);
          }
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- `run` and `all` return one
          return (result as Promise<D1Result>).then((one) => {
            add(one);
            return one;
          });
        };
      },
    });
    originals.set(watched, statement);
    return watched;
  };
  await work(
    new Proxy(database, {
      get: (target, name) => {
        if (name === "prepare") {
          return (sql: string) => watch(target.prepare(sql));
        }
        if (name === "batch") {
          return async (statements: D1PreparedStatement[]) => {
            const results = await target.batch(statements.map((one) => originals.get(one) ?? one));
            results.forEach(add);
            return results;
          };
        }
        return Reflect.get(target, name);
      },
    }),
  );
  return count;
}
