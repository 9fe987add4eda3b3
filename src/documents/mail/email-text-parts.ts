/**
 * A mail without the bytes of what is attached: most of a large mail, of which only names are told, and
 * eight times its size in the parser's memory. Headers, boundaries and parts of text stay as they are.
 */
import { DOCUMENT } from "../../limits";
import { blocksOf, joinBytes } from "../text/blocks";
import { unreadable } from "../unreadable";

const NEWLINE = 0x0a;
const CARRIAGE_RETURN = 0x0d;
const DASH = 0x2d;
const OPAQUE_TYPE = /^content-type:\s*(?!text\/|multipart\/|message\/)\w/i;
const ATTACHED = /^content-disposition:\s*attachment/i;

/** Throws ActionFailure `file_too_large` where the text itself is. */
export async function readTextParts(bytes: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const filter = new PartFilter();
  let rest: Uint8Array = new Uint8Array();
  for await (const block of blocksOf(bytes, DOCUMENT.blockBytes)) {
    const piece = joinBytes(rest, block);
    const end = piece.lastIndexOf(NEWLINE) + 1;
    filter.addLines(piece.subarray(0, end));
    rest = piece.subarray(end);
    if (rest.length > DOCUMENT.emailTextMaxBytes) {
      break;
    }
  }
  filter.addLines(rest);
  return filter.kept();
}

class PartFilter {
  readonly #kept: Uint8Array[] = [];
  #keptBytes = 0;
  #isInHeaders = true;
  /** The part is no text: its body is left out. */
  #isOpaque = false;

  addLines(piece: Uint8Array): void {
    let start = 0;
    let keepFrom = 0;
    while (start < piece.length) {
      const newline = piece.indexOf(NEWLINE, start);
      const end = newline === -1 ? piece.length : newline + 1;
      if (!this.#isWanted(piece.subarray(start, end))) {
        this.#keep(piece.subarray(keepFrom, start));
        keepFrom = end;
      }
      start = end;
    }
    this.#keep(piece.subarray(keepFrom));
  }

  kept(): Uint8Array {
    return joinBytes(...this.#kept);
  }

  #isWanted(line: Uint8Array): boolean {
    // A line of text that only looks like a boundary does no harm: what follows is kept all the same.
    if (line[0] === DASH && line[1] === DASH) {
      this.#isInHeaders = true;
      this.#isOpaque = false;
      return true;
    }
    if (!this.#isInHeaders) {
      return !this.#isOpaque;
    }
    if (line[0] === NEWLINE || (line[0] === CARRIAGE_RETURN && line[1] === NEWLINE)) {
      this.#isInHeaders = false;
      return true;
    }
    const header = new TextDecoder("latin1").decode(line.subarray(0, 100));
    this.#isOpaque ||= OPAQUE_TYPE.test(header) || ATTACHED.test(header);
    return true;
  }

  #keep(bytes: Uint8Array): void {
    if (bytes.length === 0) {
      return;
    }
    this.#keptBytes += bytes.length;
    if (this.#keptBytes > DOCUMENT.emailTextMaxBytes) {
      throw unreadable("file_too_large", "The mail holds more text than can be read.");
    }
    this.#kept.push(bytes.slice());
  }
}
