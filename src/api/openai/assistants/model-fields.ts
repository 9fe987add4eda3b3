/** How a model is to answer: what an assistant says once and a run may say anew. */
import * as z from "zod";

import { optional } from "../fields";
import { parseBy } from "../string-or";

export const INSTRUCTIONS_MAX_CHARS = 256_000;

const JsonSchemaFormat = z.strictObject({
  name: z.string().min(1),
  description: optional(z.string()),
  schema: z.record(z.string(), z.unknown()),
  strict: optional(z.boolean()),
});

const FormatWord = z.literal("auto");

const ResponseFormatField = z
  .unknown()
  .transform((given, context) => {
    if (typeof given === "string") {
      return parseBy(FormatWord, given, { context, read: (word) => word });
    }
    return parseBy(ObjectFormat, given, { context, read: (format) => format });
  })
  .meta({
    document: z.union([FormatWord, z.looseObject({ type: z.string() })]),
    example: "auto",
  });

const ObjectFormat = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("text") }),
  z.strictObject({ type: z.literal("json_object") }),
  z.strictObject({ type: z.literal("json_schema"), json_schema: JsonSchemaFormat }),
]);

export type ResponseFormat = z.output<typeof ResponseFormatField>;

export const modelFields = {
  instructions: optional(z.string().max(INSTRUCTIONS_MAX_CHARS)),
  temperature: optional(z.number().min(0).max(2)),
  top_p: optional(z.number().min(0).max(1)),
  response_format: optional(ResponseFormatField),
  reasoning_effort: optional(z.enum(["none", "minimal", "low", "medium", "high", "xhigh"])),
};
