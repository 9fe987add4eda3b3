import type { Issue } from "../domain/failure";
import { parseTemplate } from "./parse-template";
import { isTemplate, jsSource } from "./spec-value";

type Path = (string | number)[];

/** What a value with templates in it says, read and not evaluated. */
export interface ValueReport {
  /** Broken templates and malformed `{"$js"}` objects. */
  issues: Issue[];
  /** Every name that a template of the value reads, with the place of the template. */
  references: { name: string; path: Path }[];
}

/** What a deploy wants to know of a spec; nothing is rendered or run. */
export function inspectValue(value: unknown, path: Path = []): ValueReport {
  const report: ValueReport = { issues: [], references: [] };
  inspect(value, path, report);
  return report;
}

function inspect(value: unknown, path: Path, report: ValueReport): void {
  if (typeof value === "string") {
    inspectText(value, path, report);
  } else if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) {
      inspect(item, [...path, at], report);
    }
  } else if (typeof value === "object" && value !== null) {
    inspectObject(value, path, report);
  }
}

function inspectObject(value: object, path: Path, report: ValueReport): void {
  if (jsSource(value) !== null) {
    return;
  }
  if (Object.hasOwn(value, "$js")) {
    report.issues.push({
      path,
      message: 'An object with "$js" holds its source as a string and nothing else.',
    });
    return;
  }
  for (const [key, item] of Object.entries(value)) {
    inspect(item, [...path, key], report);
  }
}

function inspectText(text: string, path: Path, report: ValueReport): void {
  if (!isTemplate(text)) {
    return;
  }
  const parsed = parseTemplate(text);
  if (parsed.ok) {
    for (const name of parsed.template.roots) {
      report.references.push({ name, path });
    }
  } else {
    const { message, line } = parsed.error;
    report.issues.push({ path, message: `${message} (line ${line} of the template).` });
  }
}
