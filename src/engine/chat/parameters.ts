/** Checks functions' parameters, which are JSON Schemas, and the arguments of calls against them. */
import * as z from "zod";

import { issuesOf, REPORT_INPUT, wordIssues } from "../../domain/issues-of";
import { isJsonObject, passedBound } from "../../domain/json";
import { RUN } from "../../limits";

/** The `parameters` of a function's definition. */
export const Parameters = z
  .record(z.string(), z.unknown())
  .refine(({ type = "object" }) => type === "object", {
    error: 'must be a JSON Schema of type "object"',
  })
  .default({ type: "object", properties: {} });

/**
 * Reads a call's arguments: the object, or a sentence that says what is wrong. Keywords that are not
 * understood here are left to the function; the arguments must be an object in any case.
 */
export function readArguments(
  text: string,
  parameters: Record<string, unknown>,
): { ok: true; value: Record<string, unknown> } | { ok: false; problem: string } {
  const value = readJson(text);
  if (!isJsonObject(value)) {
    return { ok: false, problem: "the arguments are no JSON object" };
  }
  if (passedBound(value, { maxNesting: RUN.valueMaxNesting }) !== null) {
    return { ok: false, problem: `the arguments nest deeper than ${RUN.valueMaxNesting} levels` };
  }
  const checked = understand(parameters)?.safeParse(value, REPORT_INPUT);
  return checked === undefined || checked.success
    ? { ok: true, value }
    : { ok: false, problem: wordIssues(issuesOf(checked.error.issues)) };
}

function readJson(text: string): unknown {
  if (text.trim() === "") {
    // Some models call a function without parameters so.
    return {};
  }
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function understand(parameters: Record<string, unknown>): z.ZodType | undefined {
  try {
    return z.fromJSONSchema(withoutPatterns(parameters));
  } catch {
    return undefined;
  }
}

/** Keywords that are not checked: patterns of strangers can take for ever to match; formats are annotations. */
const UNCHECKED = new Set(["pattern", "patternProperties", "propertyNames", "format"]);
/** Keywords whose value maps names to schemas. */
const BY_NAME = new Set(["properties", "$defs", "definitions"]);
/** Keywords whose value is no schema. */
const VALUES = new Set(["const", "default", "enum", "examples"]);

function withoutPatterns(schema: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(schema)
      .filter(([keyword]) => !UNCHECKED.has(keyword))
      .map(([keyword, value]) => {
        if (VALUES.has(keyword)) {
          return [keyword, value];
        }
        return BY_NAME.has(keyword) && isJsonObject(value)
          ? [keyword, mapValues(value, relax)]
          : [keyword, relax(value)];
      }),
  );
}

function relax(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(relax);
  }
  return isJsonObject(value) ? withoutPatterns(value) : value;
}

function mapValues(
  object: Record<string, unknown>,
  change: (value: unknown) => unknown,
): Record<string, unknown> {
  return Object.fromEntries(Object.entries(object).map(([key, value]) => [key, change(value)]));
}
