/** The records of a CSV file as objects. */
import { parse } from "csv-parse/stream";

import { DOCUMENT } from "../../limits";
import type { DocumentSource } from "../document";
import { refuseRows } from "../refuse-large";
import { decodeText, guessCharset, unicodeSignature } from "../text/charset";
import { unreadable } from "../unreadable";
import { csvDelimiter } from "./csv-delimiter";

/** Throws ActionFailure `file_damaged`, `file_too_large` or `file_unsupported`. */
export async function readCsvRows(
  source: DocumentSource,
  limit: number,
): Promise<Record<string, string>[]> {
  const delimiter = await findDelimiter(source);
  const parser = parse({
    delimiter,
    to: limit + 1,
    relax_column_count: true,
    skip_empty_lines: true,
  });
  const bytes = streamOf(countedUtf8(decodeText(await source.stream())));
  const records: AsyncIterable<string[]> = bytes.pipeThrough(parser);
  let keys: string[] | undefined;
  const rows: Record<string, string>[] = [];
  try {
    for await (const cells of records) {
      if (keys === undefined) {
        keys = keysOf(cells);
      } else {
        rows.push(rowOf(keys, cells));
      }
    }
  } catch (error) {
    throw asFailure(error);
  }
  return rows;
}

async function findDelimiter(source: DocumentSource): Promise<string> {
  const head = await source.read(0, DOCUMENT.sniffBytes);
  const charset = unicodeSignature(head) ?? (await guessCharset(head));
  const start = new TextDecoder(charset).decode(head);
  const delimiter = csvDelimiter(start, head.length < DOCUMENT.sniffBytes);
  if (delimiter !== null) {
    return delimiter;
  }
  if (/\.(tsv|tab)$/i.test(source.name)) {
    return "\t";
  }
  if (/\.csv$/i.test(source.name)) {
    return ",";
  }
  throw unreadable("file_unsupported", "The file's lines do not divide into equally many cells.");
}

async function* countedUtf8(
  pieces: AsyncIterable<string>,
): AsyncGenerator<Uint8Array, void, undefined> {
  const encoder = new TextEncoder();
  let chars = 0;
  for await (const piece of pieces) {
    chars += piece.length;
    refuseRows(chars);
    yield encoder.encode(piece);
  }
}

function streamOf<T>(items: AsyncGenerator<T, void, undefined>): ReadableStream<T> {
  return new ReadableStream({
    async pull(controller) {
      const next = await items.next();
      if (next.done === true) {
        controller.close();
      } else {
        controller.enqueue(next.value);
      }
    },
    async cancel() {
      await items.return();
    },
  });
}

/** Column names, made unique; a nameless column goes by its number. */
function keysOf(cells: readonly string[]): string[] {
  const keys: string[] = [];
  for (const [index, cell] of cells.entries()) {
    const name = cell.trim() === "" ? `column_${index + 1}` : cell.trim();
    keys.push(keys.includes(name) ? `${name}_${index + 1}` : name);
  }
  return keys;
}

/** Every row has all keys; cells beyond the last name go by their number. */
function rowOf(keys: readonly string[], cells: readonly string[]): Record<string, string> {
  const names = cells.map((_, index) => keys[index] ?? `column_${index + 1}`);
  const named = names.map((name, index): [string, string] => [name, cells[index] ?? ""]);
  const missing = keys.slice(cells.length).map((name): [string, string] => [name, ""]);
  return Object.fromEntries([...named, ...missing]);
}

/** The parser's own errors say what is wrong and in which line. */
function asFailure(error: unknown): unknown {
  if (error instanceof Error && "code" in error && String(error.code).startsWith("CSV_")) {
    return unreadable("file_damaged", `The file is not valid CSV: ${error.message}`);
  }
  return error;
}
