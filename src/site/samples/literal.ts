/** A JSON value as a language writes it. */
import { isObject } from "../../api/shared/openapi/schemas";

export interface Wording {
  /** Of one more level. */
  indent: string;
  /** Of the line on which the value begins. */
  margin: string;
  /** Between a brace and what stands in the same line. */
  padding: string;
  /** `true`, `false`, `null` and numbers. */
  word: (text: string) => string;
  /** The name of a field. */
  field: (name: string) => string;
}

/** A value with its own parts in one line is no longer than this. */
const LINE_CHARACTERS = 72;

/** `"$NAME"` becomes the variable `NAME`. */
export function literal(value: unknown, wording: Wording): string {
  const line = inOneLine(value, wording);
  if (line.length <= LINE_CHARACTERS || !isNested(value)) {
    return line;
  }
  const inner = { ...wording, margin: wording.margin + wording.indent };
  const parts = Array.isArray(value)
    ? value.map((part) => literal(part, inner))
    : Object.entries(value).map(
        ([name, part]) => `${wording.field(name)}: ${literal(part, inner)}`,
      );
  const [open, close] = Array.isArray(value) ? ["[", "]"] : ["{", "}"];
  return `${open}\n${parts.map((part) => `${inner.margin}${part},\n`).join("")}${wording.margin}${close}`;
}

function isNested(value: unknown): value is object {
  return Array.isArray(value) || isObject(value);
}

function inOneLine(value: unknown, wording: Wording): string {
  if (Array.isArray(value)) {
    return `[${value.map((part) => inOneLine(part, wording)).join(", ")}]`;
  }
  if (isObject(value)) {
    const { padding } = wording;
    const fields = Object.entries(value).map(
      ([name, part]) => `${wording.field(name)}: ${inOneLine(part, wording)}`,
    );
    return fields.length === 0 ? "{}" : `{${padding}${fields.join(", ")}${padding}}`;
  }
  if (typeof value === "string") {
    return /^\$[A-Z_]+$/.test(value) ? value.slice(1) : JSON.stringify(value);
  }
  return wording.word(JSON.stringify(value));
}
