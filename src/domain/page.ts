/** One page of a listing, asked for by keyset: the cost of a page depends on the page alone. */
export interface PageRequest {
  limit: number;
  order: "asc" | "desc";
  /** The page that follows this id in listing order. */
  after?: string | undefined;
  /** The page that ends just before this id in listing order. */
  before?: string | undefined;
  /** The two as the caller wrote them, where that is not the bare id. */
  written?: { after?: string | undefined; before?: string | undefined };
}

/** A page of a list, in the order that was asked for. */
export interface Page<T> {
  items: T[];
  hasMoreAfter: boolean;
  hasMoreBefore: boolean;
  /** It ends before its limit, because its items are large; there are more. */
  isCutShort: boolean;
}
