/** Keyset paging over `seq`, the order of insertion: a page costs what it holds. */
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { Page, PageRequest } from "../../domain/page";
import { type Route, type Stretch, orderOf, selectRows } from "./access-paths";
import { type Query, query, runBatch } from "./batch";
import { type Fitting, selectWithinBytes } from "./within-bytes";

export interface Listing<Row, Item> {
  /** Has the columns of its order and `id`. */
  table: string;
  columns: string;
  /** The column of the table's order. Without one, `seq`. */
  order?: string | undefined;
  /** Where rows may be large: SQL of the bytes of one, and how many the rows of a page may hold. */
  size?: { bytes: string; max: number };
  /** SQL true of the rows that a cursor may name. Its parameters are numbered from ?1. */
  within: string;
  /** SQL true of those that are listed: `within`, and what else was asked for. */
  filter?: string | undefined;
  bindings: readonly (string | number | null)[];
  /** How the rows are come by; without one, along the table's own order. */
  route?: Route | undefined;
  read: (row: Row) => Item;
  /** What must be there for the listing to exist: no row of this query is that failure. */
  parent?: { query: Query<unknown>; failure: Failure };
}

interface CursorRow {
  after: number | null;
  before: number | null;
}

/** One page, its cursors and its parent in one round trip. A cursor that names nothing is `invalid`. */
export async function listPage<Row, Item>(
  db: D1Database,
  listing: Listing<Row, Item>,
  page: PageRequest,
): Promise<Outcome<Page<Item>>> {
  const { parents, cursors, rows } = await runBatch(db, {
    parents: listing.parent?.query ?? null,
    ...pageQueries(db, listing, page),
  });
  if (listing.parent !== undefined && parents.length === 0) {
    return failed(listing.parent.failure);
  }
  const failure = findLostCursor(page, cursors[0]);
  return failure === undefined
    ? success(toPage(rows.map(listing.read), rows[0]?.walked ?? rows.length, page))
    : failed(failure);
}

/** Without `after`, `before` asks for the page that ends there: it is walked backwards. */
function walksForward({ after, before }: PageRequest): boolean {
  return after !== undefined || before === undefined;
}

function pageQueries<Row>(
  db: D1Database,
  listing: Listing<Row, unknown>,
  page: PageRequest,
): { cursors: Query<CursorRow> | null; rows: Query<Row & Partial<Fitting>> } {
  const { table, within, bindings } = listing;
  const given = [page.after, page.before].filter((id) => id !== undefined);
  const cursorAt = (parameter: number) => (column: string) =>
    `(SELECT ${column} FROM ${table} WHERE ${within} AND id = ?${parameter})`;
  const after = page.after === undefined ? null : cursorAt(bindings.length + 1);
  const before = page.before === undefined ? null : cursorAt(bindings.length + given.length);
  const forward = walksForward(page);
  // One more than asked for: whether there is one tells whether there are more.
  const sql = selectSized(listing, {
    direction: (page.order === "asc") === forward ? "asc" : "desc",
    behind: forward ? after : before,
    until: forward ? before : after,
    limit: page.limit + 1,
  });
  const cursors =
    given.length === 0
      ? null
      : query<CursorRow>(
          db,
          `SELECT ${after?.(orderOf(listing)) ?? "NULL"} AS after,
             ${before?.(orderOf(listing)) ?? "NULL"} AS before`,
          ...bindings,
          ...given,
        );
  return { cursors, rows: query<Row & Partial<Fitting>>(db, sql, ...bindings, ...given) };
}

/** The rows of the stretch; where they have a size, those that fit. */
function selectSized<Row>(listing: Listing<Row, unknown>, stretch: Stretch): string {
  const { size, columns } = listing;
  if (size === undefined) {
    return selectRows(listing, stretch);
  }
  return selectWithinBytes({
    order: orderOf(listing),
    direction: stretch.direction,
    bytes: size.bytes,
    maxBytes: size.max,
    limit: stretch.limit,
    select: (wanted, limit) => selectRows({ ...listing, columns: wanted }, { ...stretch, limit }),
    columns,
  });
}

function findLostCursor(page: PageRequest, found: CursorRow | undefined): Failure | undefined {
  for (const name of ["after", "before"] as const) {
    if (page[name] !== undefined && (found?.[name] ?? null) === null) {
      const message = `names nothing that this list holds: ${JSON.stringify((page.written ?? page)[name])}`;
      return { kind: "invalid", where: "query", issues: [{ path: [name], message }] };
    }
  }
  return undefined;
}

/**
 * @param fitting The items of up to `limit + 1` rows that fit, in the order in which they were walked.
 * @param walked How many rows there were, whether they fit or not; `limit + 1` at most.
 */
function toPage<Item>(fitting: Item[], walked: number, page: PageRequest): Page<Item> {
  const items = fitting.slice(0, page.limit);
  const more = walked > items.length;
  const isCutShort = more && items.length < page.limit;
  return walksForward(page)
    ? {
        items,
        hasMoreAfter: more || page.before !== undefined,
        hasMoreBefore: page.after !== undefined,
        isCutShort,
      }
    : { items: items.toReversed(), hasMoreAfter: true, hasMoreBefore: more, isCutShort };
}
