import * as z from "zod";

import { REPORT_INPUT } from "./issues-of";

/** Wrong elements of one list that are told of; the others are not judged: each costs microseconds. */
const MAX_WRONG = 20;

/**
 * An array of at most so many elements. Unlike `z.array` it stops once twenty of them are wrong: what
 * a caller sends may hold hundreds of thousands.
 */
export function listOf<Element extends z.ZodType>(
  element: Element,
  max: number,
): z.ZodType<z.output<Element>[], z.input<Element>[]> {
  const list = z
    .array(z.unknown())
    .max(max)
    .transform((given, context): z.output<Element>[] => {
      const elements: z.output<Element>[] = [];
      let wrong = 0;
      for (const [index, value] of given.entries()) {
        const judged = element.safeParse(value, REPORT_INPUT);
        if (judged.success) {
          elements.push(judged.data);
          continue;
        }
        for (const issue of judged.error.issues) {
          context.addIssue({ ...issue, path: [index, ...issue.path] });
        }
        wrong += 1;
        if (wrong === MAX_WRONG) {
          break;
        }
      }
      return elements;
    })
    .meta({ document: z.array(element).max(max) });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it takes is what its elements take
  return list as unknown as z.ZodType<z.output<Element>[], z.input<Element>[]>;
}
