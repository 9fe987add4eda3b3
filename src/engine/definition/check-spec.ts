/** What a deploy can say of a spec: everything but what stands in templates and `{"$js"}`. */
import type * as z from "zod";

import type { Issue } from "../../domain/failure";
import { issuesOf, REPORT_INPUT } from "../../domain/issues-of";
import type { ActionDefinition } from "../../domain/tool";
import { inspectValue, isTemplate, parseTemplate, type ValueReport } from "../../template";
import { kindOf } from "../actions/index";

type Path = Issue["path"];

/** Issues of the spec's form and of its templates, and the names that the templates read. */
export function checkSpec(action: ActionDefinition, path: Path): ValueReport {
  const kind = kindOf(action.type);
  const spec = action.spec ?? {};
  const report = inspectValue(withoutFields(spec, kind.verbatim ?? []), path);
  const parsed = kind.spec.safeParse(spec, REPORT_INPUT);
  const found = parsed.success ? [] : parsed.error.issues;
  const standing = found.filter((issue) => !isForTheRun(issue, spec));
  return {
    issues: [...issuesOf(standing, path), ...report.issues.map(asIssue)],
    references: report.references,
  };
}

/** Worded to follow the field's name; whoever shows an issue makes the sentence. */
function asIssue({ path, message }: Issue): Issue {
  return { path, message: `cannot be read: ${message.replace(/\.$/, "")}` };
}

function withoutFields(spec: Record<string, unknown>, fields: readonly string[]): unknown {
  return Object.fromEntries(Object.entries(spec).filter(([field]) => !fields.includes(field)));
}

/** Only the run will know what stands there. */
function isForTheRun(issue: z.core.$ZodIssue, root: unknown): boolean {
  const values = valuesAlong(root, issue.path);
  if (values.some((value) => madeOf(value) === "anything")) {
    return true;
  }
  const value = issue.path.length === 0 ? root : values.at(-1);
  if (issue.code === "invalid_union") {
    return issue.errors.some(
      (form) => form.length > 0 && form.every((inner) => isForTheRun(inner, value)),
    );
  }
  return madeOf(value) === "text" && issue.code !== "invalid_type";
}

/** The values on the way to a place, the root's children first. */
function valuesAlong(root: unknown, path: readonly PropertyKey[]): unknown[] {
  const values: unknown[] = [];
  let at = root;
  for (const key of path) {
    at = typeof at === "object" && at !== null ? Reflect.get(at, key) : undefined;
    values.push(at);
  }
  return values;
}

/** What a run makes of a value: itself, a text that is not known yet, or anything at all. */
function madeOf(value: unknown): "itself" | "text" | "anything" {
  if (typeof value === "object" && value !== null) {
    return "$js" in value ? "anything" : "itself";
  }
  if (typeof value !== "string" || !isTemplate(value)) {
    return "itself";
  }
  const parsed = parseTemplate(value);
  // One that is broken has its own issue.
  return parsed.ok && parsed.template.single === null ? "text" : "anything";
}
