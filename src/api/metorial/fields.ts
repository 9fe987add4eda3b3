/** Fields that the lists and nouns of this dialect share. */
import * as z from "zod";

import { readCountry, readLanguage, readTimeZone } from "../../domain/locale";
import type { MomentRange } from "../../domain/thread-filter";
import { PAGE } from "../../limits";
import { pageFields } from "../shared/request/fields";

/** ISO 8601 with milliseconds and `Z`. */
export function toIso(atMs: number): string {
  return new Date(atMs).toISOString();
}

export const IsoTime = z.iso.datetime({ precision: 3 });

const MomentField = z.iso
  .datetime({ offset: true, error: "must be an ISO 8601 time" })
  .transform((text) => Date.parse(text));

/** `created_at[gt]=…`: all bounds that are given hold. */
export const MomentRangeField = z
  .strictObject({
    gt: MomentField.optional(),
    gte: MomentField.optional(),
    lt: MomentField.optional(),
    lte: MomentField.optional(),
  })
  .optional()
  .meta({
    document: { type: "object", additionalProperties: { type: "string" } },
  }) satisfies z.ZodType<MomentRange | undefined>;

const Ids = z.union([z.string(), z.array(z.string()).max(PAGE.maxItems)]);

/** `id=a`, `id[]=a&id[]=b` and `id[0]=a` alike. */
export const idFields = {
  id: z
    .union([Ids, z.record(z.string().regex(/^\d{1,3}$/, "must be a number"), z.string())])
    .optional()
    .describe("One id, or several as `id[]=a&id[]=b` or `id[0]=a&id[1]=b`."),
  "id[]": Ids.optional(),
};

/** The ids as sent, or undefined where no filter by id is. */
export function readIds(query: z.output<z.ZodObject<typeof idFields>>): string[] | undefined {
  const given = [query.id, query["id[]"]].filter((value) => value !== undefined);
  return given.length === 0
    ? undefined
    : given.flatMap((value) => (typeof value === "string" ? value : Object.values(value)));
}

/** `cursor` is what other lists of the vendor call `after`. */
export const listFields = {
  ...pageFields(),
  order: z
    .enum(["asc", "desc"])
    .default("asc")
    .describe("By creation: `asc` has the oldest first."),
  cursor: z.string().optional().describe("The same as `after`."),
};

export function listOf<Item extends z.ZodType>(item: Item) {
  return z.strictObject({
    __typename: z.literal("list"),
    items: z.array(item),
    pagination: z.strictObject({ has_more_after: z.boolean(), has_more_before: z.boolean() }),
  });
}

/** A string that `read` knows, in the form that it gives. */
function known(read: (text: string) => string | null, what: string) {
  return z.string().transform((text, context) => {
    const canonical = read(text);
    if (canonical === null) {
      context.addIssue({ code: "custom", message: `must be ${what}` });
      return z.NEVER;
    }
    return canonical;
  });
}

export const LanguageField = known(readLanguage, "a BCP 47 language tag, e.g. en or zh-Hant");
export const CountryField = known(readCountry, "an ISO 3166-1 alpha-2 country, e.g. US");
export const TimeZoneField = known(readTimeZone, "an IANA time zone, e.g. America/New_York");
