/** Reads what somebody has filled into a PDF's form or typed onto its page: the page's own text lacks it. */
import type { PdfFile } from "./pdf-file";
import { Dict, Name, type Page, stringToPDFString } from "./pdfjs/pdfjs";

/** Bits of a field's and an annotation's flags (ISO 32000-1, 12.5.3 and 12.7.4.3). */
const HIDDEN = 1 << 1;
const NO_VIEW = 1 << 5;
const PASSWORD = 1 << 13;
/** The value of a box that is not ticked. */
const OFF = "Off";
/** How deep fields may be inside fields; real forms stay below ten. */
const MAX_DEPTH = 32;
/** How many annotations of a page are read; no form has so many. */
const MAX_ANNOTATIONS = 10_000;

/** A line `name: value` for each filled field, and a line for each text typed onto the page. */
export function formLines(pdf: PdfFile, { annotations }: Page): string[] {
  const lines = new Set<string>();
  for (const reference of annotations.slice(0, MAX_ANNOTATIONS)) {
    const annotation = pdf.fetch(reference);
    if (annotation instanceof Dict && isShown(annotation)) {
      // The buttons of one group all give its line, which the set keeps once.
      lines.add(lineOf(annotation));
    }
  }
  lines.delete("");
  return [...lines];
}

function isShown(annotation: Dict): boolean {
  const flags = annotation.get("F");
  return typeof flags !== "number" || (flags & (HIDDEN | NO_VIEW)) === 0;
}

function lineOf(annotation: Dict): string {
  switch (textOf(annotation.get("Subtype"))) {
    case "Widget":
      return fieldLine(annotation);
    case "FreeText":
      return textOf(annotation.get("Contents"));
    default:
      return "";
  }
}

function fieldLine(widget: Dict): string {
  const fields = [...ancestors(widget)];
  const flags = inherited(fields, "Ff");
  const value = textOf(inherited(fields, "V"));
  const isPassword = typeof flags === "number" && (flags & PASSWORD) !== 0;
  if (value === "" || value === OFF || isPassword) {
    return "";
  }
  const name = fields
    .map((field) => textOf(field.get("T")))
    .filter((part) => part !== "")
    .toReversed()
    .join(".");
  return `${name}: ${value}`;
}

/** The widget, then the fields around it, the innermost first. */
function* ancestors(widget: Dict): Generator<Dict, void, undefined> {
  let field: unknown = widget;
  for (let depth = 0; field instanceof Dict && depth < MAX_DEPTH; depth += 1) {
    yield field;
    field = field.get("Parent");
  }
}

function inherited(fields: readonly Dict[], key: string): unknown {
  return fields.find((field) => field.has(key))?.get(key);
}

/** A value as text: all of several choices; empty for a value that is no text. */
function textOf(value: unknown): string {
  if (value instanceof Name) {
    return value.name;
  }
  if (Array.isArray(value)) {
    return value.map(textOf).join(", ");
  }
  return typeof value === "string" ? stringToPDFString(value).trim() : "";
}
