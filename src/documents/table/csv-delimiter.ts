/** By what a CSV file divides its cells: what its first line says (`sep=;`), or what its lines show. */
import { takeRecord } from "./csv-record";

const DELIMITERS = [",", ";", "\t", "|"] as const;
const MAX_RECORDS = 50;
/** Of the lines: a table whose records may end early still has more than one cell in most. */
const MIN_DIVIDED_SHARE = 0.8;
/** Excel reads and writes it; it is no record. */
const SEPARATOR_LINE = /^"?sep=([^\r\n])"?\r?\n?/i;

export interface CsvLayout {
  delimiter: string;
  /** UTF-16 units before the first record. */
  start: number;
}

/** Null where no delimiter divides the lines into equally many cells, more than one. */
export function csvLayout(head: string, isWhole: boolean): CsvLayout | null {
  const named = SEPARATOR_LINE.exec(head);
  if (named?.[1] !== undefined) {
    return { delimiter: named[1], start: named[0].length };
  }
  const best = candidates(head, isWhole)
    .filter(({ cells, counts }) => counts.every((count) => count === cells))
    .toSorted((one, other) => other.cells - one.cells)[0];
  return best === undefined ? null : { delimiter: best.delimiter, start: 0 };
}

/**
 * For a file that is a table by its name: records may be shorter or longer than the first, which has
 * more than one cell. Null where no delimiter divides most of them.
 */
export function raggedCsvDelimiter(head: string, isWhole: boolean): string | null {
  const found = candidates(head, isWhole).map(({ delimiter, cells, counts }) => ({
    delimiter,
    fitting: counts.filter((count) => count > 1 && count <= cells).length,
    divided: counts.filter((count) => count > 1).length / counts.length,
  }));
  const best = found
    .filter(({ divided }) => divided >= MIN_DIVIDED_SHARE)
    .toSorted((one, other) => other.fitting - one.fitting)[0];
  return best?.delimiter ?? null;
}

interface Candidate {
  delimiter: string;
  /** Of the first record, more than one. */
  cells: number;
  /** Of each of the first records. */
  counts: number[];
}

function candidates(head: string, isWhole: boolean): Candidate[] {
  return DELIMITERS.flatMap((delimiter) => {
    const counts = cellCounts(head, delimiter, isWhole);
    const [cells = 1] = counts;
    return cells > 1 && counts.length > 1 ? [{ delimiter, cells, counts }] : [];
  });
}

/** Empty lines left out; the last record of a text that goes on may be cut off. */
function cellCounts(head: string, delimiter: string, isLast: boolean): number[] {
  const counts: number[] = [];
  let at = 0;
  while (at < head.length && counts.length < MAX_RECORDS) {
    const record = takeRecord(head, at, { delimiter, isLast });
    if (record === null) {
      break;
    }
    at = record.end;
    if (record.cells.some((cell) => cell.trim() !== "")) {
      counts.push(record.cells.length);
    }
  }
  return counts;
}
