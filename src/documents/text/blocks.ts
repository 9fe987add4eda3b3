/** Bytes in pieces of one size, with a pause between them for everybody else. */
import { joinBytes } from "../../domain/bytes";
import { yieldToEventLoop } from "../../yield-to-event-loop";

/**
 * The same bytes in pieces of `blockBytes`, the last excepted: R2 hands out 4 KiB at a time, memory all
 * at once. Other work has its turn after each piece, so a piece bounds how long a reader computes.
 */
export async function* blocksOf(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  blockBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of bytes) {
    let at = 0;
    while (length + part.length - at >= blockBytes) {
      const end = at + blockBytes - length;
      yield joinBytes([...parts, part.subarray(at, end)]);
      await yieldToEventLoop();
      parts = [];
      length = 0;
      at = end;
    }
    if (at < part.length) {
      parts.push(part.subarray(at));
      length += part.length - at;
    }
  }
  if (length > 0) {
    yield joinBytes(parts);
  }
}
