/** The records of a CSV file as objects. */
import { textDecoder } from "../../domain/charsets/text-decoder";
import { DOCUMENT } from "../../limits";
import { yieldToEventLoop } from "../../yield-to-event-loop";
import type { DocumentSource } from "../extractor";
import { refuseRows } from "../refuse-large";
import { SourceText } from "../text/charset";
import { unreadable } from "../unreadable";
import { type CsvLayout, csvLayout, raggedCsvDelimiter } from "./csv-delimiter";
import { takeRecord } from "./csv-record";

/** Throws ActionFailure `file_damaged`, `file_too_large` or `file_unsupported`. */
export async function readCsvRows(
  source: DocumentSource,
  limit: number,
): Promise<Record<string, string>[]> {
  const text = await SourceText.open(source);
  const layout = await findLayout(source, text.charset);
  const rows = new RowMaker();
  for await (const cells of recordsOf(text.pieces(), layout)) {
    if (rows.made.length >= limit) {
      break;
    }
    rows.add(cells);
    if (rows.takeTurn()) {
      await yieldToEventLoop();
    }
  }
  return rows.made;
}

async function findLayout(source: DocumentSource, charset: string): Promise<CsvLayout> {
  const head = await source.read(0, DOCUMENT.sniffBytes);
  const start = textDecoder(charset).decode(head);
  const isWhole = source.size <= DOCUMENT.sniffBytes;
  const extension = /\.(\w+)$/.exec(source.name)?.[1]?.toLowerCase();
  const isNamed = extension === "csv" || extension === "tsv" || extension === "tab";
  const layout = csvLayout(start, isWhole);
  if (layout !== null) {
    return layout;
  }
  if (!isNamed) {
    throw unreadable("file_unsupported", "The file's lines do not divide into equally many cells.");
  }
  const usual = extension === "csv" ? "," : "\t";
  return { delimiter: raggedCsvDelimiter(start, isWhole) ?? usual, start: 0 };
}

/** The cells of each record, empty lines left out. */
async function* recordsOf(
  pieces: AsyncIterable<string>,
  { delimiter, start }: CsvLayout,
): AsyncGenerator<string[], void, undefined> {
  let rest = "";
  let at = start;
  let number = 1;
  /** A record that did not end is looked at again when twice as much has come. */
  let enough = 0;
  for await (const piece of withEnd(pieces)) {
    const isLast = piece === null;
    rest += piece ?? "";
    if (rest.length < enough && !isLast) {
      continue;
    }
    enough = 0;
    while (at < rest.length) {
      const record = takeRecord(rest, at, { delimiter, isLast });
      if (record === null) {
        enough = 2 * (rest.length - at);
        refuseUnclosed(rest.length - at, number, isLast);
        break;
      }
      const isEmpty = record.cells.length === 1 && record.cells[0]?.trim() === "";
      at = record.end;
      number += 1;
      if (!isEmpty) {
        yield record.cells;
      }
    }
    rest = rest.slice(at);
    at = 0;
  }
}

async function* withEnd(pieces: AsyncIterable<string>): AsyncGenerator<string | null> {
  yield* pieces;
  yield null;
}

/** Throws where a record does not end, or not within what a row may have. */
function refuseUnclosed(chars: number, record: number, isLast: boolean): void {
  if (isLast) {
    throw unreadable(
      "file_damaged",
      `The file is not valid CSV: a quote that opens in record ${record} is never closed.`,
    );
  }
  if (chars > DOCUMENT.rowMaxChars) {
    throw unreadable(
      "file_too_large",
      `Record ${record} is too long; a quote that opens in it may never be closed.`,
    );
  }
}

/** What a cell takes in JSON beside its name and value: quotes, colon, comma. */
const CELL_CHARS = 6;
/** Cells made before others have their turn: some 10 ms. */
const CELLS_AT_ONCE = 20_000;

class RowMaker {
  readonly made: Record<string, string>[] = [];
  #keys: string[] | null = null;
  readonly #known = new Set<string>();
  /** Of a row of empty cells, as JSON. */
  #emptyRowChars = 0;
  #chars = 0;
  #cellsSinceTurn = 0;

  /** The first record names the columns. */
  add(cells: readonly string[]): void {
    if (cells.length > DOCUMENT.maxColumns) {
      throw unreadable(
        "file_too_large",
        `A record may have ${DOCUMENT.maxColumns} cells, not ${cells.length}.`,
      );
    }
    if (this.#keys === null) {
      this.#keys = [];
      this.#nameColumns(this.#keys, cells);
      return;
    }
    this.#chars += cells.reduce((chars, cell) => chars + cell.length, this.#emptyRowChars);
    refuseRows(this.#chars);
    const rest = cells.slice(this.#keys.length).map(() => "");
    // Cells beyond the last name go by their number.
    const keys = rest.length === 0 ? this.#keys : this.#longer(this.#keys, rest);
    this.#cellsSinceTurn += keys.length;
    this.made.push(Object.fromEntries(keys.map((key, index) => [key, cells[index] ?? ""])));
  }

  /** True each time that enough has been made for a pause. */
  takeTurn(): boolean {
    const isDue = this.#cellsSinceTurn >= CELLS_AT_ONCE;
    this.#cellsSinceTurn = isDue ? 0 : this.#cellsSinceTurn;
    return isDue;
  }

  #nameColumns(keys: string[], cells: readonly string[]): void {
    for (const cell of cells) {
      const key = this.#uniqueName(cell.trim(), keys.length + 1);
      this.#known.add(key);
      keys.push(key);
      this.#emptyRowChars += key.length + CELL_CHARS;
    }
  }

  /** Names of one row alone: others keep to the columns of the first record. */
  #longer(keys: readonly string[], rest: readonly string[]): string[] {
    const names = rest.map((_, index) => this.#uniqueName("", keys.length + index + 1));
    this.#chars += names.reduce((chars, name) => chars + name.length + CELL_CHARS, 0);
    refuseRows(this.#chars);
    return [...keys, ...names];
  }

  /** A nameless column goes by its number, a second one of a name by both. */
  #uniqueName(name: string, number: number): string {
    let unique = name === "" ? `column_${number}` : name;
    while (this.#known.has(unique)) {
      unique += `_${number}`;
    }
    return unique;
  }
}
