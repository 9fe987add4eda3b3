export interface Script {
  text: string;
  /** How many columns the first line has moved to the right. */
  columnShift: number;
}

/** At the start of a script that is a declaration, and no value. */
const FUNCTION = /(?:async[^\S\n\r]+)?function\b/y;
/** One at a time: behind each other in one expression, slashes could be read in ever more ways. */
const SPACE_OR_COMMENT = /\s+|\/\/[^\n\r\u2028\u2029]*|\/\*(?:[^*]|\*(?!\/))*\*\//y;

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
  return beginsWithFunction(source)
    ? { text: `${AS_VALUE}${source}`, columnShift: AS_VALUE.length }
    : { text: source, columnShift: 0 };
}

function beginsWithFunction(source: string): boolean {
  SPACE_OR_COMMENT.lastIndex = 0;
  let start = 0;
  while (SPACE_OR_COMMENT.test(source)) {
    start = SPACE_OR_COMMENT.lastIndex;
  }
  FUNCTION.lastIndex = start;
  return FUNCTION.test(source);
}
