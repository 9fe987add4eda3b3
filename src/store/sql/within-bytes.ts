/** Pages of large rows: SQLite knows the size of a text without reading it (`octet_length`). */
import type { Direction } from "./sorted-source";

export interface SizedRows {
  /** The column of their order. */
  order: string;
  direction: Direction;
  /** SQL of the bytes of one row. */
  bytes: string;
  /** How many bytes all may hold, or SQL of it. */
  maxBytes: number | string;
  /** How many rows the page may have, or the parameter that says so. */
  limit: number | string;
  /** SQL of the page's first rows in their order, with these columns. */
  select: (columns: string, limit: number | string) => string;
  columns: string;
}

/** What a row of `selectWithinBytes` has beside its columns. */
export interface Fitting {
  /** How many rows the page would have, were they small. */
  walked: number;
}

/**
 * SQL of the page's first rows until they hold `maxBytes`; the first one comes however large it is.
 * All are sized before one is read. That counts as a row read each, and seven where they do not fit:
 * a window's rows are counted too.
 */
export function selectWithinBytes(rows: SizedRows): string {
  const { order, direction, bytes, maxBytes, limit, select, columns } = rows;
  // Behind a bare parameter as the limit SQLite compiles the statement anew each time it is run.
  const most = typeof limit === "string" ? `${limit} + 0` : limit;
  const sized = select(`${order} AS place, ${bytes} AS bytes`, most);
  const before = `sum(bytes) OVER (ORDER BY place ${direction} ROWS UNBOUNDED PRECEDING) - bytes`;
  return `WITH page (walked, fitting) AS MATERIALIZED (
      SELECT count(*), CASE WHEN sum(bytes) <= ${maxBytes} THEN count(*) ELSE (
        SELECT count(*) FROM (SELECT ${before} AS before FROM (${sized})) WHERE before < ${maxBytes}
      ) END FROM (${sized}))
    SELECT *, (SELECT walked FROM page) AS walked
    FROM (${select(columns, "(SELECT fitting FROM page)")})`;
}
