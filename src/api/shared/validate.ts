/** Judges parsed input by a schema; what breaks it becomes issues that say how to mend it. */
import type * as z from "zod";

import type { Failure, Issue } from "../../domain/failure";
import { refuse } from "./refuse";

type Where = Extract<Failure, { kind: "invalid" }>["where"];

export function validate<Schema extends z.ZodType>(
  schema: Schema,
  value: unknown,
  where: Where,
): z.output<Schema> {
  const result = schema.safeParse(value, { reportInput: true });
  return result.success
    ? result.data
    : refuse({ kind: "invalid", where, issues: result.error.issues.flatMap(toIssues) });
}

/** One issue a broken rule, each at the very field; worded to follow the field's name. */
function toIssues(issue: z.core.$ZodIssue): Issue[] {
  const path = issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], message: "is not a known field" }));
  }
  if (issue.code === "invalid_key") {
    return issue.issues.map((inner) => ({ path, message: `as a name ${describe(inner)}` }));
  }
  return [{ path, message: describe(issue) }];
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") {
    const type = article(issue.expected);
    return issue.input === undefined
      ? `is required: ${type}`
      : `must be ${type}, not ${nameType(issue.input)}`;
  }
  if (issue.code === "invalid_value") {
    return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
  }
  if (issue.code === "too_big") {
    return `must be at most ${size(issue.maximum, issue.origin)}`;
  }
  if (issue.code === "too_small") {
    return `must be at least ${size(issue.minimum, issue.origin)}`;
  }
  return issue.message;
}

function size(limit: number | bigint, origin: string): string {
  switch (origin) {
    case "string":
      return `${limit} characters long`;
    case "array":
      return `${limit} elements long`;
    default:
      return String(limit);
  }
}

function article(type: string): string {
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function nameType(value: unknown): string {
  if (value === null) {
    return "null";
  }
  return article(Array.isArray(value) ? "array" : typeof value);
}
