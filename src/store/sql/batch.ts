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

/** A statement with its bindings and the type of its rows; nothing runs yet. */
export function query<Row>(
  db: D1Database,
  sql: string,
  ...bindings: readonly (string | number | null)[]
): Query<Row> {
  return { statement: db.prepare(sql).bind(...bindings) };
}

/** Runs the statement and returns its rows. */
export async function allRows<Row>({ statement }: Query<Row>): Promise<Row[]> {
  return (await statement.all<Row>()).results;
}

/** The first row of one query, if it has any. */
export async function firstRow<Row>(one: Query<Row>): Promise<Row | undefined> {
  return (await allRows(one))[0];
}

/** Runs a query whose rows nobody reads. @returns How many rows it wrote or deleted. */
export async function runQuery({ statement }: Query<unknown>): Promise<number> {
  return (await statement.run()).meta.changes;
}

/** What a batch runs under one name: a query, several whose rows are alike, or (null) nothing. */
type Named<Row> = Query<Row> | readonly Query<Row>[] | null;

/**
 * Runs the queries in one transaction and one round trip, in the order in which they are named.
 * @returns The rows of each by its name; those of several queries under one name follow each other.
 */
export async function runBatch<Rows extends object>(
  db: D1Database,
  queries: { readonly [Name in keyof Rows]: Named<Rows[Name]> },
): Promise<{ [Name in keyof Rows]: Rows[Name][] }> {
  const asked = Object.entries<Named<unknown>>(queries).map(
    ([name, one]) => [name, statementsOf(one)] as const,
  );
  const results = (await db.batch(asked.flatMap(([, statements]) => statements))).values();
  const rows = asked.map(([name, statements]) => [
    name,
    statements.flatMap(() => results.next().value?.results ?? []),
  ]);
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- D1 cannot know the types of rows
  return Object.fromEntries(rows) as { [Name in keyof Rows]: Rows[Name][] };
}

function statementsOf(named: Named<unknown>): D1PreparedStatement[] {
  if (named === null) {
    return [];
  }
  return "statement" in named ? [named.statement] : named.map(({ statement }) => statement);
}
