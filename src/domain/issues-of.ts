/** What a schema finds wrong, as issues that say how to mend it; worded to follow the field's name. */
import type * as z from "zod";

import type { Issue } from "./failure";

/** For `safeParse`: so that an issue can tell an absent field from a wrong one. */
export const REPORT_INPUT = { reportInput: true };

/** One issue a broken rule, each at the very field; `prefix` is the place of the judged value. */
export function issuesOf(found: readonly z.core.$ZodIssue[], prefix: Issue["path"] = []): Issue[] {
  return found.flatMap((issue) => {
    const path = [...prefix, ...pathOf(issue)];
    if (issue.code === "unrecognized_keys") {
      return issue.keys.map((key) => ({ path: [...path, key], message: "is not a known field" }));
    }
    if (issue.code === "invalid_key") {
      return issue.issues.map((inner) => ({ path, message: `as a name ${describe(inner)}` }));
    }
    return [{ path, message: describe(issue) }];
  });
}

/** In one line: `spec.limit must be a number, not a string; …`. */
export function wordIssues(issues: readonly Issue[]): string {
  return issues.map(({ path, message }) => `${wordPath(path)} ${message}`.trim()).join("; ");
}

/** `messages[0].content` */
export function wordPath(path: Issue["path"]): string {
  return path
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${key}`))
    .join("")
    .replace(/^\./, "");
}

function pathOf(issue: z.core.$ZodIssue): Issue["path"] {
  return issue.path.map((key) => (typeof key === "symbol" ? String(key) : key));
}

function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") {
    return describeType(issue);
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
  return issue.code === "invalid_union" ? describeUnion(issue) : issue.message;
}

function describeType({ expected, input }: z.core.$ZodIssueInvalidType): string {
  const type = article(expected);
  return input === undefined ? `is required: ${type}` : `must be ${type}, not ${nameType(input)}`;
}

/** `options` are the values of a field that tells forms apart; else each form's first broken rule. */
function describeUnion(issue: z.core.$ZodIssueInvalidUnion & { options?: unknown[] }): string {
  if (issue.options !== undefined) {
    return `must be one of ${issue.options.map((value) => JSON.stringify(value)).join(", ")}`;
  }
  const forms = issue.errors.flatMap(([first]) => (first === undefined ? [] : [first]));
  const words = forms.map((form) => `${wordPath(pathOf(form))} ${describe(form)}`.trim());
  return words.length === 0 ? issue.message : [...new Set(words)].join(", or ");
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

function article(schemaType: string): string {
  const type = schemaType === "record" ? "object" : schemaType;
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

function nameType(value: unknown): string {
  if (value === null) {
    return "null";
  }
  return article(Array.isArray(value) ? "array" : typeof value);
}
