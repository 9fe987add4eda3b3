/** What a schema finds wrong, as issues that say how to mend it; worded to follow the field's name. */
import * as z from "zod";

import type { BrokenRule, Issue } from "./failure";
import { isJsonObject } from "./json";
import { nearestName } from "./names/nearest-name";
import { withoutStop } from "./text";

/**
 * For `safeParse`: so that an issue can tell an absent field from a wrong one, and which field was meant
 * by one that is not known.
 */
export const REPORT_INPUT = { reportInput: true, error: listKnownNames };

/** For a schema's `error`: names besides that may have been meant, such as the path of a field within. */
export function alsoKnown(...names: string[]) {
  return (issue: z.core.$ZodRawIssue) => listKnownNames(issue, names);
}

/** In place of the words for unknown fields: the object's fields that were not given, as JSON. */
function listKnownNames(
  { code, inst, input }: z.core.$ZodRawIssue,
  more: readonly string[] = [],
): string | undefined {
  if (code !== "unrecognized_keys" || !(inst instanceof z.ZodObject)) {
    return undefined;
  }
  const given = isJsonObject(input) ? input : {};
  const names = Object.keys(inst.shape).filter((name) => !Object.hasOwn(given, name));
  return JSON.stringify([...names, ...more]);
}

/** Told of at once: whoever breaks more has made one mistake many times. */
const MAX_ISSUES = 100;

/** The first of them, and how many more there are; `path` is the place of the judged value. */
export function firstIssues(issues: Issue[], path: Issue["path"]): Issue[] {
  const more = issues.length - MAX_ISSUES;
  return more <= 0
    ? issues
    : [...issues.slice(0, MAX_ISSUES), { path, message: `breaks ${more} more rules` }];
}

/**
 * One issue a broken rule, each at the very field, the first hundred of them; `prefix` is the place of
 * the judged value.
 */
export function issuesOf(found: readonly z.core.$ZodIssue[], prefix: Issue["path"] = []): Issue[] {
  return firstIssues(allIssues(found, prefix), prefix).map(nameMeant);
}

/** `known` are the names of which one may have been meant; looked for in those issues alone that are told. */
type FoundIssue = Issue & { known?: string };

function nameMeant({ known, ...issue }: FoundIssue): Issue {
  const names: unknown = known?.startsWith("[") === true ? JSON.parse(known) : [];
  const meant = nearestName(String(issue.path.at(-1)), Array.isArray(names) ? names : []);
  return meant === null
    ? issue
    : {
        ...issue,
        message: `${issue.message} (did you mean ${meant}?)`,
        rule: { kind: "unknown", meant },
      };
}

function allIssues(found: readonly z.core.$ZodIssue[], prefix: Issue["path"]): FoundIssue[] {
  return found.flatMap((issue): FoundIssue[] => {
    const path = [...prefix, ...pathOf(issue)];
    if (issue.code === "unrecognized_keys") {
      const unknown = { message: "is not a known field", rule: { kind: "unknown" } } as const;
      return issue.keys.map((key) => ({ path: [...path, key], ...unknown, known: issue.message }));
    }
    if (issue.code === "invalid_key") {
      return issue.issues.map((inner) => ({
        path,
        message: `as a name ${describe(inner)}`,
        ...ruleOf(inner),
      }));
    }
    return [{ path, message: describe(issue), ...ruleOf(issue) }];
  });
}

/** What a schema's own rule says of its kind, as `params: { rule }` of a `refine` or an issue. */
function namedRule({ params }: z.core.$ZodIssueCustom): BrokenRule | undefined {
  return params?.["rule"];
}

function ruleOf(issue: z.core.$ZodIssue): { rule?: BrokenRule } {
  const rule = knownRule(issue);
  return rule === undefined ? {} : { rule };
}

function knownRule(issue: z.core.$ZodIssue): BrokenRule | undefined {
  const { input } = issue;
  if (issue.code === "custom") {
    return namedRule(issue);
  }
  if (issue.code === "invalid_union") {
    return ruleOfForms(issue);
  }
  if (issue.code === "too_big" && typeof input === "string") {
    return { kind: "length", max: Number(issue.maximum), length: input.length };
  }
  if (issue.code !== "invalid_type" && issue.code !== "invalid_value") {
    return undefined;
  }
  if (input === undefined) {
    return { kind: "missing" };
  }
  return issue.code === "invalid_value"
    ? { kind: "value", got: input, values: issue.values }
    : { kind: "type", expected: article(issue.expected), got: nameType(input) };
}

type UnionIssue = z.core.$ZodIssueInvalidUnion & {
  options?: unknown[] | undefined;
  discriminator?: string | undefined;
};

/** Of forms that one field tells apart: what that field says is the one value that is wrong. */
function ruleOfForms({ options, discriminator, input }: UnionIssue): BrokenRule | undefined {
  if (options === undefined || discriminator === undefined || !isJsonObject(input)) {
    return undefined;
  }
  const got = input[discriminator];
  return got === undefined ? { kind: "missing" } : { kind: "value", got, values: options };
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

/** Without a full stop: whoever shows it makes the sentence. */
function describe(issue: z.core.$ZodIssue): string {
  if (issue.code === "invalid_type") {
    return describeType(issue);
  }
  if (issue.code === "invalid_value") {
    return `must be one of ${issue.values.map((value) => JSON.stringify(value)).join(", ")}`;
  }
  if (issue.code === "unrecognized_keys") {
    return `has a field that is not known: ${issue.keys[0]}`;
  }
  if (issue.code === "too_big") {
    return `must be at most ${size(issue.maximum, issue.origin)}`;
  }
  if (issue.code === "too_small") {
    return `must be at least ${size(issue.minimum, issue.origin)}`;
  }
  return issue.code === "invalid_union"
    ? describeUnion(issue)
    : (ownWords(issue.message) ?? describeRule(issue));
}

/** A rule that its schema does not word itself. */
function describeRule(issue: z.core.$ZodIssue): string {
  if (issue.code === "not_multiple_of") {
    return `must be a multiple of ${issue.divisor}`;
  }
  return issue.code === "invalid_format"
    ? `must be ${FORMATS[issue.format] ?? "of another form"}`
    : "is not as it must be";
}

/** What texts of a named form are called. */
const FORMATS: Readonly<Record<string, string>> = {
  url: "a URL",
  email: "an e-mail address",
  uuid: "a UUID",
  datetime: "a date and time of ISO 8601",
  date: "a date of ISO 8601",
  ipv4: "an IPv4 address",
  ipv6: "an IPv6 address",
  json_string: "JSON",
};

/** A schema's message where it has one of its own; null for the validator's. */
function ownWords(message: string): string | null {
  return message.startsWith("Invalid") ? null : withoutStop(message);
}

function describeType({ expected, input }: z.core.$ZodIssueInvalidType): string {
  if (expected === "int" && typeof input === "number") {
    return "must be a whole number";
  }
  const type = article(expected);
  return input === undefined ? `is required: ${type}` : `must be ${type}, not ${nameType(input)}`;
}

/** `options` are the values of a field that tells forms apart; else each form's first broken rule. */
function describeUnion(issue: UnionIssue): string {
  if (issue.options !== undefined) {
    return `must be one of ${issue.options.map((value) => JSON.stringify(value)).join(", ")}`;
  }
  const forms = issue.errors.flatMap(([first]) => (first === undefined ? [] : [first]));
  const words = forms.map((form) => `${wordPath(pathOf(form))} ${describe(form)}`.trim());
  return words.length === 0 ? "is of no form that is known" : [...new Set(words)].join(", or ");
}

function size(limit: number | bigint, origin: string): string {
  const plural = Number(limit) === 1 ? "" : "s";
  switch (origin) {
    case "string":
      return `${limit} character${plural} long`;
    case "array":
      return `${limit} element${plural} long`;
    default:
      return String(limit);
  }
}

function article(schemaType: string): string {
  const type = TYPES[schemaType] ?? schemaType;
  return /^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`;
}

/** What JSON calls the validator's types. */
const TYPES: Readonly<Record<string, string>> = {
  record: "object",
  map: "object",
  tuple: "array",
  set: "array",
  int: "whole number",
  nonoptional: "value",
};

function nameType(value: unknown): string {
  if (value === null) {
    return "null";
  }
  return article(Array.isArray(value) ? "array" : typeof value);
}
