import { DOCUMENT } from "../limits";
import type { DocumentSource } from "./extractor";
import { unreadable } from "./unreadable";

/** Refuses a file whose parser would hold it whole. Throws ActionFailure `file_too_large`. */
export function refuseLarge(source: DocumentSource, maxBytes: number): void {
  if (source.size > maxBytes) {
    const limit = Math.floor(maxBytes / 2 ** 20);
    throw unreadable("file_too_large", `A file of this type may have ${limit} MiB at most.`);
  }
}

/** Throws where the rows that were read so far hold more text than one answer may. */
export function refuseRows(chars: number): void {
  if (chars > DOCUMENT.rowsMaxChars) {
    throw unreadable("file_too_large", "The rows are too large to be read at once; set a limit.");
  }
}
