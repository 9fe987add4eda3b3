/** Schemas of fields that calls of all nouns share. */
import * as z from "zod";

import { METADATA } from "../../domain/metadata";
import { PAGE } from "../../limits";

export const MetadataField = z
  .record(z.string().max(METADATA.maxKeyChars), z.string().max(METADATA.maxValueChars))
  .refine((metadata) => Object.keys(metadata).length <= METADATA.maxPairs, {
    message: `must have at most ${METADATA.maxPairs} pairs`,
  })
  .meta({
    id: "Metadata",
    description: `At most ${METADATA.maxPairs} pairs; names of up to ${METADATA.maxKeyChars} and values of up to ${METADATA.maxValueChars} characters.`,
    maxProperties: METADATA.maxPairs,
    example: { user: "abc123" },
  });

/** A whole number in a query string. */
export function queryInteger({ min, max }: { min: number; max?: number }) {
  const range = max === undefined ? z.int().min(min) : z.int().min(min).max(max);
  return z
    .string()
    .regex(/^\d{1,9}$/, "must be a whole number")
    .transform(Number)
    .pipe(range)
    .meta({
      document: { type: "integer", minimum: min, ...(max === undefined ? {} : { maximum: max }) },
    });
}

/** The fields by which every listing is paged; `order` and the rest may be laid over. */
export function pageFields(
  limits: { default: number; max: number } = { default: PAGE.defaultItems, max: PAGE.maxItems },
) {
  return {
    limit: queryInteger({ min: 1, max: limits.max })
      .default(limits.default)
      .describe("How many to return."),
    order: z
      .enum(["asc", "desc"])
      .default("desc")
      .describe("By insertion: `desc` has the newest first."),
    after: z.string().optional().describe("Id: the page that follows it in listing order."),
    before: z.string().optional().describe("Id: the page that ends just before it."),
  };
}
