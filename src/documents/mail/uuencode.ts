/** Files that stand in the text of a mail in uuencode, as they did before MIME. */

export interface UuText {
  /** Without the files. */
  text: string;
  /** Their names. */
  names: string[];
}

const BEGIN = /(?:^|\n)begin(-base64)? [0-7]{3,4} ([^\r\n]*)\r?\n/g;
const MAX_NAME_CHARS = 200;
/** A line of a file: how many bytes it holds, then four characters for three of them. */
const FIRST_CODE = 0x20;
const MOST_BYTES = 45;

/** A line that only looks like the start of a file is text. */
export function withoutFiles(text: string): UuText {
  const kept: string[] = [];
  const names: string[] = [];
  let from = 0;
  BEGIN.lastIndex = 0;
  for (let begin = BEGIN.exec(text); begin !== null; begin = BEGIN.exec(text)) {
    const [, base64, name = ""] = begin;
    const end = endOfFile(text, BEGIN.lastIndex, base64 !== undefined);
    if (end !== null) {
      kept.push(text.slice(from, begin.index + (begin[0].startsWith("\n") ? 1 : 0)));
      names.push(name.trim().slice(0, MAX_NAME_CHARS));
      from = end;
    }
    // The line break behind a file stands before the next.
    BEGIN.lastIndex = (end ?? BEGIN.lastIndex) - 1;
  }
  return names.length === 0 ? { text, names } : { text: kept.join("") + text.slice(from), names };
}

/** Behind the last line of the file; null where what follows is none. */
function endOfFile(text: string, start: number, isBase64: boolean): number | null {
  let at = start;
  while (at < text.length) {
    const newline = text.indexOf("\n", at);
    const end = newline === -1 ? text.length : newline;
    const line = text.slice(at, Math.min(end, at + MAX_LINE_CHARS)).trimEnd();
    at = end + 1;
    if (line === (isBase64 ? "====" : "end")) {
      return Math.min(at, text.length);
    }
    if (!(isBase64 ? /^[\w+/=-]*$/.test(line) : isDataLine(line))) {
      return null;
    }
  }
  return null;
}

const MAX_LINE_CHARS = 200;

/** Spaces at its end may be lost on the way. */
function isDataLine(line: string): boolean {
  const bytes = (line.charCodeAt(0) - FIRST_CODE) & 0x3f;
  const isInCode = /^[ -`]*$/.test(line);
  return (
    isInCode && (line === "" || bytes <= MOST_BYTES) && line.length <= 2 + Math.ceil(bytes / 3) * 4
  );
}
