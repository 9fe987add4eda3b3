/**
 * Cuts CSV into records as the programs that write it mean it (RFC 4180 and its relatives): a cell may
 * be quoted, spaces before its quote do not count, a doubled quote is one. A quote anywhere else is a
 * character: inches in a bare cell, an inner quote that nobody has doubled.
 */

export interface CsvRecord {
  cells: string[];
  /** Offset behind the record's line break. */
  end: number;
}

/** The record that begins at `from`; null where the text ends before the record does. */
export function takeRecord(
  text: string,
  from: number,
  { delimiter, isLast }: { delimiter: string; isLast: boolean },
): CsvRecord | null {
  const cells: string[] = [];
  let start = from;
  for (;;) {
    const cell = takeCell(text, start, delimiter);
    if (cell === null || (cell.end === text.length && !isLast)) {
      return null;
    }
    cells.push(cell.value);
    if (text[cell.end] === delimiter) {
      start = cell.end + 1;
      continue;
    }
    const isPair = text[cell.end] === "\r" && text[cell.end + 1] === "\n";
    if (text[cell.end] === "\r" && cell.end + 1 === text.length && !isLast) {
      return null;
    }
    return { cells, end: Math.min(cell.end + (isPair ? 2 : 1), text.length) };
  }
}

interface Cell {
  value: string;
  /** Offset of the delimiter or line break behind it, or the text's end. */
  end: number;
}

/** Null where a quoted cell does not end. */
function takeCell(text: string, start: number, delimiter: string): Cell | null {
  const opening = afterSpaces(text, start);
  if (text[opening] !== '"') {
    const end = endOfBare(text, start, delimiter);
    return { value: text.slice(start, end), end };
  }
  let value = "";
  let from = opening + 1;
  for (;;) {
    const quote = text.indexOf('"', from);
    if (quote === -1) {
      return null;
    }
    value += text.slice(from, quote);
    if (text[quote + 1] === '"') {
      value += '"';
      from = quote + 2;
      continue;
    }
    const end = afterSpaces(text, quote + 1);
    if (isEnd(text, end, delimiter)) {
      return { value, end };
    }
    if (!isInner(text, quote, delimiter)) {
      const bareEnd = endOfBare(text, quote, delimiter);
      return { value: `"${value}${text.slice(quote, bareEnd)}`, end: bareEnd };
    }
    value += '"';
    from = quote + 1;
  }
}

/** A quote inside a quoted cell that was not doubled: the next one in the line closes the cell. */
function isInner(text: string, quote: number, delimiter: string): boolean {
  let at = quote + 1;
  while (at < text.length && text[at] !== '"' && text[at] !== "\n" && text[at] !== "\r") {
    at += 1;
  }
  return text[at] === '"' && text[beforeSpaces(text, at)] !== delimiter;
}

function endOfBare(text: string, start: number, delimiter: string): number {
  let end = start;
  while (!isEnd(text, end, delimiter)) {
    end += 1;
  }
  return end;
}

function isEnd(text: string, at: number, delimiter: string): boolean {
  return at >= text.length || text[at] === delimiter || text[at] === "\n" || text[at] === "\r";
}

function afterSpaces(text: string, from: number): number {
  let at = from;
  while (text[at] === " ") {
    at += 1;
  }
  return at;
}

function beforeSpaces(text: string, from: number): number {
  let at = from - 1;
  while (text[at] === " ") {
    at -= 1;
  }
  return at;
}
