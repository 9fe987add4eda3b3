/** The ways to the rows of a page, each of which reads little more than the page. */
import type { Direction, SortedSource } from "./sorted-source";
import { leapfrogJoin } from "./sorted-source";

export type Route =
  /** Rows that are in all of these. */
  | { by: "sources"; sources: readonly SortedSource[] }
  /** In the order of a column that never changes, for a range of it. */
  | { by: "column"; column: string }
  /**
   * Through the `seq` of a range of a column that does change: sorted where they are few, and
   * where they are many along the table's order, in which many are soon met.
   */
  | { by: "range"; select: string };

/** So many numbers are read and sorted in a millisecond or two. */
const FEW = 2000;

export interface Rows {
  table: string;
  columns: string;
  /** The column of the table's order. Without one, `seq`. */
  order?: string | undefined;
  within: string;
  filter?: string | undefined;
  route?: Route | undefined;
}

export interface Stretch {
  direction: Direction;
  /** SQL of a column of the row behind which it begins and of the one before which it ends. */
  behind: Cursor | null;
  until: Cursor | null;
  /** A number, or SQL of one. */
  limit: number | string;
}

type Cursor = (column: string) => string;

/** SQL of the first `limit` rows of the stretch, in its direction. */
export function selectRows(rows: Rows, stretch: Stretch): string {
  const { route } = rows;
  if (route === undefined) {
    return inOrderOf(orderOf(rows), rows, stretch);
  }
  switch (route.by) {
    case "sources":
      return metInSources(route.sources, rows, stretch);
    case "column":
      return inOrderOf(route.column, rows, stretch);
    case "range":
      return throughRange(route.select, rows, stretch);
  }
}

function inOrderOf(column: string, rows: Rows, stretch: Stretch, where = "true"): string {
  const order = orderOf(rows);
  const place = column === order ? order : `${column}, ${order}`;
  const [later, earlier] = stretch.direction === "asc" ? [">", "<"] : ["<", ">"];
  const conditions = [
    rows.within,
    ...(rows.filter === undefined ? [] : [rows.filter]),
    ...(stretch.behind === null ? [] : [`(${place}) ${later} ${stretch.behind(place)}`]),
    ...(stretch.until === null ? [] : [`(${place}) ${earlier} ${stretch.until(place)}`]),
    where,
  ];
  const ordered = place.split(", ").map((one) => `${one} ${stretch.direction}`);
  return `SELECT ${rows.columns} FROM ${rows.table} WHERE ${conditions.join(" AND ")}
    ORDER BY ${ordered.join(", ")} LIMIT ${stretch.limit}`;
}

function metInSources(
  sources: readonly SortedSource[],
  rows: Rows,
  { direction, behind, until, limit }: Stretch,
): string {
  const { table, columns, within, filter = "true" } = rows;
  const order = orderOf(rows);
  // A `seq` alone finds its row; a place in a list needs to be told which list.
  const found = order === "seq" ? "seq" : `${within} AND ${order}`;
  const walk = leapfrogJoin({
    sources,
    direction,
    behind: behind?.(order) ?? null,
    until: until?.(order) ?? null,
    isWanted: (seq) =>
      `EXISTS (SELECT 1 FROM ${table} WHERE ${table}.${order} = ${seq} AND ${within} AND ${filter})`,
    limit,
  });
  return `WITH RECURSIVE ${walk}
    SELECT ${columns} FROM ${table} WHERE ${found} IN (SELECT seq FROM walked)
    ORDER BY ${order} ${direction}`;
}

function throughRange(select: string, rows: Rows, stretch: Stretch): string {
  const count = "(SELECT count(*) FROM few)";
  // In the limit, because a condition would be asked of each row: none is read for a limit of 0.
  const limitIf = (condition: string) => `iif(${condition}, ${stretch.limit}, 0)`;
  const few = { ...stretch, limit: limitIf(`${count} <= ${FEW}`) };
  const many = { ...stretch, limit: limitIf(`${count} > ${FEW}`) };
  const either = [
    inOrderOf("seq", rows, few, "seq IN (SELECT seq FROM few)"),
    inOrderOf("seq", rows, many),
  ];
  return `WITH few (seq) AS MATERIALIZED (${select} LIMIT ${FEW + 1})
    ${either.map((sql) => `SELECT * FROM (${sql})`).join(" UNION ALL ")}`;
}

export function orderOf({ order = "seq" }: Pick<Rows, "order">): string {
  return order;
}
