/** Fields that calls of all nouns of this dialect share. */
import * as z from "zod";

import type { Page, PageRequest } from "../../domain/page";
import { PAGE } from "../../limits";
import { MetadataField, pageFields } from "../shared/request/fields";
import { type IdKind, fromWireId } from "./ids";

export const Seconds = z.int().describe("Unix seconds.");

export function listQuery<Shape extends z.core.$ZodLooseShape>(
  shape: Shape,
  limits: { default: number; max: number } = { default: PAGE.defaultItems, max: PAGE.maxItems },
) {
  return z.strictObject({ ...pageFields(limits), ...shape });
}

/** The page that a list's query asks for, its cursors as bare ids. */
export function readPage(kind: IdKind, { limit, order, after, before }: PageRequest): PageRequest {
  const bare = (id: string | undefined) => (id === undefined ? undefined : fromWireId(kind, id));
  return { limit, order, after: bare(after), before: bare(before), written: { after, before } };
}

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    object: z.literal("list"),
    data: z.array(item),
    first_id: z.string().nullable(),
    last_id: z.string().nullable(),
    has_more: z.boolean(),
  });
}

/**
 * The list as clients page through it: `after` the last id while there is more. A page that was asked
 * for by `before` alone is the one that ends there; more of it lies before it.
 */
export function presentList<Item, Wire extends { id: string }>(
  { items, hasMoreAfter, hasMoreBefore }: Page<Item>,
  present: (item: Item) => Wire,
  { after, before }: Pick<PageRequest, "after" | "before">,
) {
  const data = items.map(present);
  return {
    object: "list" as const,
    data,
    first_id: data.at(0)?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: before !== undefined && after === undefined ? hasMoreBefore : hasMoreAfter,
  };
}

/** An optional field of a body, for which null stands as well. */
export function optional<Field extends z.ZodType>(field: Field) {
  return field.nullish();
}

/** Of a request: an update replaces the whole of it, and null takes it away. */
export const MetadataInput = optional(MetadataField).meta({ examples: [{ user: "abc123" }] });

export function deletedOf<What extends string>(what: What) {
  return z.strictObject({
    id: z.string(),
    object: z.literal(what),
    deleted: z.literal(true),
  });
}
