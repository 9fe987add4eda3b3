import { isJsonObject } from "../../../domain/json";

/**
 * The value, or undefined where the text is no JSON. What servers in Python and C++ write and JSON does
 * not know is taken: NaN and infinities, as null, and raw control characters inside strings.
 */
export function looseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return parse(mend(text));
  }
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function mend(text: string): string {
  return text.replaceAll(/"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs, (token) =>
    token.startsWith('"') ? token.replaceAll(/\p{Cc}/gu, escaped) : "null",
  );
}

function escaped(control: string): string {
  return `\\u${control.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

export function asRecord(value: unknown): Record<string, unknown> | null {
  return isJsonObject(value) ? value : null;
}

/** The JSON, or a word in its place for a value that nests too deep to be written. */
export function written(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return "(nested too deep)";
  }
}
