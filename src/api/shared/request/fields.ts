/** Schemas of fields that calls of all nouns share. */
import * as z from "zod";

import type { BrokenRule } from "../../../domain/failure";
import { isJsonObject } from "../../../domain/json";
import { recordOf } from "../../../domain/list-of";
import { METADATA } from "../../../domain/metadata";
import { PAGE } from "../../../limits";

/** Metadata as all dialects take it: within `METADATA`. */
export const MetadataField = recordOf(
  z.string().max(METADATA.maxKeyChars),
  z.string().max(METADATA.maxValueChars),
)
  .superRefine((metadata, context) => {
    const count = isJsonObject(metadata) ? Object.keys(metadata).length : 0;
    if (count > METADATA.maxPairs) {
      const message = `must have at most ${METADATA.maxPairs} pairs`;
      const rule: BrokenRule = { kind: "fields", max: METADATA.maxPairs, count };
      context.addIssue({ code: "custom", message, params: { rule } });
    }
  })
  .meta({
    id: "Metadata",
    description: `At most ${METADATA.maxPairs} pairs; names of up to ${METADATA.maxKeyChars} and values of up to ${METADATA.maxValueChars} characters.`,
    maxProperties: METADATA.maxPairs,
    example: { user: "abc123" },
  });

interface Range {
  min: number;
  max?: number;
}

/** A whole number in a query string. */
export function queryInteger(range: Range) {
  const { min, max = Number.MAX_SAFE_INTEGER } = range;
  return z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .pipe(z.int().min(min).max(max))
    .meta({ document: documentRange(range) });
}

/** A whole number in a query string; `fallback` where the query does not give it. */
export function queryIntegerOr(fallback: number, range: Range) {
  return queryInteger(range)
    .default(fallback)
    .meta({ document: { ...documentRange(range), default: fallback } });
}

/** The schema in the document: zod would describe the string of digits that is on the wire. */
function documentRange({ min, max }: Range) {
  return { type: "integer", minimum: min, ...(max === undefined ? {} : { maximum: max }) };
}

/** The fields by which every listing is paged; a listing may replace single ones, such as `order`. */
export function pageFields(
  limits: { default: number; max: number } = { default: PAGE.defaultItems, max: PAGE.maxItems },
) {
  return {
    limit: queryIntegerOr(limits.default, { min: 1, max: limits.max }).describe(
      "How many to return.",
    ),
    order: z
      .enum(["asc", "desc"])
      .default("desc")
      .describe("By insertion: `desc` has the newest first."),
    after: z.string().optional().describe("Id: the page that follows it in listing order."),
    before: z.string().optional().describe("Id: the page that ends just before it."),
  };
}
