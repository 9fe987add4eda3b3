/** The rows of a JSON, JSONL or CSV file. */
import { DOCUMENT } from "../../limits";
import type { DocumentSource } from "../document";
import { keepNear } from "../package/near-source";
import { refuseLarge, refuseRows } from "../refuse-large";
import { type PackedKind, sniff, type StreamedKind } from "../sniff";
import { decodeText } from "../text/charset";
import { unreadable } from "../unreadable";
import { readCsvRows } from "./csv-rows";

export interface RowsOptions {
  /** Rows to read at most; what comes after them is not looked at. */
  limit: number;
}

type RowReader = (source: DocumentSource, limit: number) => Promise<unknown[]>;

const READERS: ReadonlyMap<PackedKind | StreamedKind, RowReader> = new Map([
  ["json", readJson],
  ["jsonl", readJsonLines],
  ["csv", readCsvRows],
  ["tsv", readCsvRows],
  // Text by its name or for want of a better guess; the reader looks for cells itself.
  ["txt", readCsvRows],
]);

/**
 * JSON: the elements of an array; any other value is one row. JSONL: a row a line. CSV: a row a
 * record, as an object of texts whose keys are the first record's cells.
 *
 * Throws ActionFailure `file_empty`, `file_unsupported`, `file_damaged` or `file_too_large`.
 */
export async function readRows(source: DocumentSource, { limit }: RowsOptions): Promise<unknown[]> {
  const near = await keepNear(source);
  const { kind } = await sniff(near);
  const reader = READERS.get(kind);
  if (reader === undefined) {
    throw unreadable("file_unsupported", "Rows are read from JSON, JSONL and CSV files alone.");
  }
  return reader(near, limit);
}

async function readJson(source: DocumentSource, limit: number): Promise<unknown[]> {
  refuseLarge(source, DOCUMENT.jsonMaxBytes);
  let text = "";
  for await (const piece of decodeText(await source.stream())) {
    text += piece;
  }
  const value = parseJson(text, "The file");
  return Array.isArray(value) ? value.slice(0, limit) : [value].slice(0, limit);
}

async function readJsonLines(source: DocumentSource, limit: number): Promise<unknown[]> {
  const rows: unknown[] = [];
  let number = 0;
  let chars = 0;
  for await (const line of linesOf(decodeText(await source.stream()))) {
    if (rows.length >= limit) {
      break;
    }
    number += 1;
    chars += line.length;
    refuseRows(chars);
    if (line.trim() !== "") {
      rows.push(parseJson(line, `Line ${number} of the file`));
    }
  }
  return rows;
}

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let rest = "";
  for await (const piece of pieces) {
    const [first = "", ...others] = piece.split("\n");
    rest += first;
    refuseRows(rest.length);
    const last = others.pop();
    if (last !== undefined) {
      yield rest;
      yield* others;
      rest = last;
    }
  }
  yield rest;
}

function parseJson(text: string, what: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    throw unreadable("file_damaged", `${what} is not valid JSON: ${reason}`);
  }
}
