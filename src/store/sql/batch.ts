/**
 * What a creating verb runs in its own transaction, right behind the statement that creates, so that
 * `changes()` tells whether it did: the record of the answer to whoever asked. Null: nothing.
 * @param made What is created, as it will be.
 */
export type InSameTransaction<Made> = (made: Made) => Query<unknown> | null;

/** A prepared statement and the type of the rows it returns. */
export interface Query<Row> {
  statement: D1PreparedStatement;
  /** Never set: it holds the type. */
  row?: Row;
}

export function query<Row>(
  db: D1Database,
  sql: string,
  ...bindings: readonly (string | number | null)[]
): Query<Row> {
  return { statement: db.prepare(sql).bind(...bindings) };
}

export async function allRows<Row>({ statement }: Query<Row>): Promise<Row[]> {
  return (await statement.all<Row>()).results;
}

/** The first row of one query, if it has any. */
export async function firstRow<Row>(one: Query<Row>): Promise<Row | undefined> {
  return (await allRows(one))[0];
}

/**
 * Runs the queries in one transaction and one round trip.
 * @returns The rows of each query; a null in its place costs nothing and has none.
 */
export async function runBatch<Rows extends unknown[]>(
  db: D1Database,
  queries: { [Index in keyof Rows]: Query<Rows[Index]> | null },
): Promise<{ [Index in keyof Rows]: Rows[Index][] }> {
  const asked = queries.filter((item) => item !== null);
  const results = await db.batch(asked.map(({ statement }) => statement));
  const rows = results.values();
  const rowsOf = (item: Query<unknown> | null) => (item && rows.next().value?.results) ?? [];
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- D1 cannot know the types of rows
  return queries.map(rowsOf) as { [Index in keyof Rows]: Rows[Index][] };
}
