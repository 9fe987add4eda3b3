import type { Page, PageRequest } from "../../domain/page";
import { fromWireId } from "./ids";

interface ListQuery {
  limit: number;
  order: "asc" | "desc";
  after?: string | undefined;
  before?: string | undefined;
  cursor?: string | undefined;
}

/** The page that a list's query asks for, its cursors as bare ids. */
export function readPage(kind: "thread" | "actor" | "agent", query: ListQuery): PageRequest {
  const bare = (id: string | undefined) => (id === undefined ? undefined : fromWireId(kind, id));
  return {
    limit: query.limit,
    order: query.order,
    after: bare(query.after ?? query.cursor),
    before: bare(query.before),
  };
}

export function presentList<Item, Wire>(page: Page<Item>, present: (item: Item) => Wire) {
  return {
    __typename: "list" as const,
    items: page.items.map(present),
    pagination: { has_more_after: page.hasMoreAfter, has_more_before: page.hasMoreBefore },
  };
}
