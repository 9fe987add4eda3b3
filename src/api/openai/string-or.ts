import * as z from "zod";

import { REPORT_INPUT } from "../../domain/issues-of";

/**
 * A string, or what the schema takes. Unlike a union it judges what is no string by that schema alone,
 * so that an issue is at the very field that is wrong.
 */
export function stringOr<Other extends z.ZodType>(other: Other) {
  return stringOrAs(other, (given) => given);
}

/**
 * The same, in the form that `read` gives. Zod's own `transform` behind it would be run with nothing
 * where an unknown field is all that is wrong.
 */
export function stringOrAs<Other extends z.ZodType, Read>(
  other: Other,
  read: (given: string | z.output<Other>) => Read,
) {
  const text = z.string();
  return z
    .unknown()
    .transform((given, context): Read => {
      const schema = typeof given === "string" ? text : other;
      return parseBy(schema, given, { context, read, reword: nameString });
    })
    .meta({ document: z.union([text, other]) });
}

/** What `read` makes of a value that the schema takes; where it does not, its issues are the context's. */
export function parseBy<Schema extends z.ZodType, Read>(
  schema: Schema,
  given: unknown,
  {
    context,
    read,
    reword = (issue) => issue,
  }: {
    context: z.RefinementCtx;
    read: (parsed: z.output<Schema>) => Read;
    reword?: (issue: z.core.$ZodIssue) => z.core.$ZodIssue;
  },
): Read {
  const parsed = schema.safeParse(given, REPORT_INPUT);
  if (parsed.success) {
    return read(parsed.data);
  }
  for (const issue of parsed.error.issues) {
    context.addIssue({ ...reword(issue), path: [...issue.path] });
  }
  return z.NEVER;
}

/** What is neither is told that it may be a string too. */
function nameString(issue: z.core.$ZodIssue): z.core.$ZodIssue {
  return issue.code === "invalid_type" && issue.path.length === 0
    ? { ...issue, expected: `string or an ${issue.expected}` }
    : issue;
}
