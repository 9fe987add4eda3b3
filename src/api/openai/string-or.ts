import * as z from "zod";

import { REPORT_INPUT } from "../../domain/issues-of";

/**
 * A string, or what the schema takes. Unlike a union it judges what is no string by that schema alone,
 * so that an issue is at the very field that is wrong.
 */
export function stringOr<Other extends z.ZodType>(other: Other, text = z.string()) {
  return z
    .unknown()
    .transform((given, context): string | z.output<Other> => {
      const judged = (typeof given === "string" ? text : other).safeParse(given, REPORT_INPUT);
      if (judged.success) {
        return judged.data;
      }
      for (const issue of judged.error.issues) {
        context.addIssue({ ...issue, path: [...issue.path] });
      }
      return z.NEVER;
    })
    .meta({ document: z.union([text, other]) });
}
