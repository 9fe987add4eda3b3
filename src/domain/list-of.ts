import * as z from "zod";

import { REPORT_INPUT } from "./issues-of";
import { isJsonObject } from "./json";

/** Wrong elements of one list that are told of; the others are not judged: each costs microseconds. */
const MAX_WRONG = 20;
/** Issues of those elements: each may be a list itself. */
const MAX_ISSUES = 100;

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
      let found = 0;
      for (const [index, value] of given.entries()) {
        const parsed = element.safeParse(value, REPORT_INPUT);
        if (parsed.success) {
          elements.push(parsed.data);
          continue;
        }
        for (const issue of parsed.error.issues) {
          context.addIssue({ ...issue, path: [index, ...issue.path] });
        }
        wrong += 1;
        found += parsed.error.issues.length;
        if (wrong === MAX_WRONG || found >= MAX_ISSUES) {
          break;
        }
      }
      return elements;
    })
    .meta({ document: z.array(element).max(max) });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it takes is what its elements take
  return list as unknown as z.ZodType<z.output<Element>[], z.input<Element>[]>;
}

/** Any object. `z.record` would judge each name and value of it, a few microseconds each. */
export function anyObject(): z.ZodType<Record<string, unknown>, Record<string, unknown>> {
  const object = z
    .unknown()
    .superRefine((given, context) => {
      if (!isJsonObject(given)) {
        context.addIssue({ code: "invalid_type", expected: "record", input: given });
      }
    })
    .meta({ document: z.record(z.string(), z.unknown()) });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nothing else passes
  return object as unknown as z.ZodType<Record<string, unknown>, Record<string, unknown>>;
}

/** An object of such names and values. Unlike `z.record` it stops where twenty of them have been wrong. */
export function recordOf<Value extends z.ZodType>(
  name: z.ZodString,
  value: Value,
): z.ZodType<Record<string, z.output<Value>>, Record<string, z.input<Value>>> {
  const some = z.record(name, value);
  const record = anyObject()
    .superRefine((given, context) => {
      const entries = isJsonObject(given) ? Object.entries(given) : [];
      for (let at = 0; at < entries.length; at += MAX_WRONG) {
        const parsed = some.safeParse(
          Object.fromEntries(entries.slice(at, at + MAX_WRONG)),
          REPORT_INPUT,
        );
        if (!parsed.success) {
          parsed.error.issues.forEach((issue) => context.addIssue({ ...issue }));
          return;
        }
      }
    })
    .meta({ document: some });
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- what it takes is what its values take
  return record as unknown as z.ZodType<
    Record<string, z.output<Value>>,
    Record<string, z.input<Value>>
  >;
}
