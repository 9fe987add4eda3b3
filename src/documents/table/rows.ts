/** The rows of a JSON, JSONL or CSV file. */
import type { DocumentSource } from "../extractor";
import { bufferSmallFile } from "../package/buffer-small-file";
import { withPlace } from "../reading-place";
import { type PackedKind, sniff, type StreamedKind } from "../sniff";
import { unreadable } from "../unreadable";
import { readCsvRows } from "./csv-rows";
import { readJsonLines, readJsonRows } from "./json-rows";

export interface RowsOptions {
  /** Rows to read at most; what comes after them is not looked at. */
  limit: number;
  /** Ends the wait for other large documents. */
  signal?: AbortSignal;
}

type RowReader = (source: DocumentSource, limit: number) => Promise<unknown[]>;

const READERS: ReadonlyMap<PackedKind | StreamedKind, RowReader> = new Map([
  ["json", readJsonRows],
  ["ipynb", readJsonRows],
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
export function readRows(
  source: DocumentSource,
  { limit, signal }: RowsOptions,
): Promise<unknown[]> {
  return withPlace(source.size, signal, async () => {
    const near = await bufferSmallFile(source);
    const { kind } = await sniff(near);
    const reader = READERS.get(kind);
    if (reader === undefined) {
      throw unreadable("file_unsupported", "Rows are read from JSON, JSONL and CSV files alone.");
    }
    return reader(near, limit);
  });
}
