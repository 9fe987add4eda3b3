export interface Script {
  text: string;
  /** How many columns the first line has moved to the right. */
  columnShift: number;
}

/**
 * The source as a script whose value is the function: as written, unless it begins with `function`.
 * That would declare at the start of a script; in brackets it is a value. The line break ends a
 * comment on the last line.
 */
export function toScript(source: string): Script {
  return /^\s*(async\s+)?function\b/.test(source)
    ? { text: `(${withoutSemicolon(source)}\n)`, columnShift: 1 }
    : { text: source, columnShift: 0 };
}

function withoutSemicolon(source: string): string {
  let text = source.trimEnd();
  while (text.endsWith(";")) {
    text = text.slice(0, -1).trimEnd();
  }
  return text;
}
