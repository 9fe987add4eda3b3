export interface Script {
  text: string;
  /** How many columns the first line has moved to the right. */
  columnShift: number;
}

/** Spaces and comments, then `function`: at the start of a script that is a declaration. */
const DECLARATION =
  /^(?:\s|\/\/[^\n\r\u2028\u2029]*|\/\*(?:[^*]|\*(?!\/))*\*\/)*(?:async[^\S\n\r]+)?function\b/;

export type SourceForm = "function" | "body";

/** Opens a function around a body, on the body's own first line. */
const BODY_BEGIN = "async () => {";

/** Makes what follows a value, whatever comes behind it: a semicolon, a comment, both. */
const AS_VALUE = "0,";

/** The source as a script whose value is the function: as written, unless it begins with `function` or is a body. */
export function toScript(source: string, form: SourceForm = "function"): Script {
  if (form === "body") {
    return { text: `${BODY_BEGIN}${source}\n}`, columnShift: BODY_BEGIN.length };
  }
  return DECLARATION.test(source)
    ? { text: `${AS_VALUE}${source}`, columnShift: AS_VALUE.length }
    : { text: source, columnShift: 0 };
}
