/** The lines of a mail as ranges of bytes, in the order in which they stream by. */
import { joinBytes } from "../../domain/bytes";
import { DOCUMENT } from "../../limits";
import { blocksOf } from "../text/blocks";

const NEWLINE = 0x0a;

export interface LineHandler {
  /** `piece` from `start` to `end`, its line break included; not kept, the bytes are used again. */
  line(piece: Uint8Array, start: number, end: number): void;
}

/** A line that is longer than `DOCUMENT.mailLineMaxBytes` is told as several. */
export async function readLines(
  bytes: AsyncIterable<Uint8Array>,
  handler: LineHandler,
): Promise<void> {
  let rest: Uint8Array = new Uint8Array();
  for await (const block of blocksOf(bytes, DOCUMENT.blockBytes)) {
    const piece = rest.length === 0 ? block : joinBytes([rest, block]);
    let start = 0;
    for (let newline = piece.indexOf(NEWLINE); newline !== -1;) {
      handler.line(piece, start, newline + 1);
      start = newline + 1;
      newline = piece.indexOf(NEWLINE, start);
    }
    rest = piece.subarray(start);
    if (rest.length > DOCUMENT.mailLineMaxBytes) {
      handler.line(rest, 0, rest.length);
      rest = new Uint8Array();
    }
  }
  if (rest.length > 0) {
    handler.line(rest, 0, rest.length);
  }
}

/** Where the line ends without its line break. */
export function endOfText(piece: Uint8Array, start: number, end: number): number {
  let at = end;
  while (at > start && (piece[at - 1] === NEWLINE || piece[at - 1] === 0x0d)) {
    at -= 1;
  }
  return at;
}
