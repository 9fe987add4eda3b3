/** Judges input by a schema; what breaks it becomes issues that say how to mend it. */
import { zValidator } from "@hono/zod-validator";
import type { MiddlewareHandler } from "hono";
import type * as z from "zod";

import type { Issue } from "../../domain/failure";
import type { AppEnv } from "./app-env";
import { nestNames } from "./nest-names";
import { findBadValue } from "./plain-json";
import { readJson } from "./read-json";
import { refuse } from "./refuse";

/** So that an issue can tell an absent field from a wrong one. */
const REPORT = { reportInput: true };

type Where = "query" | "body";

/** Leaves the judged query to `c.req.valid("query")`. */
export function judgeQuery(schema: z.ZodType<object>): MiddlewareHandler<AppEnv> {
  return zValidator(
    "query",
    schema,
    (result) => {
      if (!result.success) {
        refuseIssues(result.error.issues, "query");
      }
    },
    { validationFunction: (_schema, values) => judge(schema, nestNames(values), "query") },
  );
}

/**
 * The judged JSON body. Not by `zValidator`: that takes a body without a JSON content type for an
 * empty one, reads without a limit, and does not say where broken JSON breaks.
 */
export async function judgeBody(schema: z.ZodType<object>, request: Request): Promise<object> {
  const result = judge(schema, await readJson(request), "body");
  return result.success ? result.data : refuseIssues(result.error.issues, "body");
}

function judge(schema: z.ZodType<object>, value: unknown, where: Where) {
  const issue = findBadValue(value);
  if (issue !== undefined) {
    refuse({ kind: "invalid", where, issues: [issue] });
  }
  return schema.safeParse(value, REPORT);
}

function refuseIssues(issues: z.core.$ZodIssue[], where: Where): never {
  return refuse({ kind: "invalid", where, issues: issues.flatMap(toIssues) });
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
