import { Inflate, Unzlib } from "fflate";

/** One byte of deflated data can become a thousand: a step makes 16 MB at worst. */
const STEP_BYTES = 16 * 1024;

/** The bytes given were no deflated data, or not all of it. */
export class InflateError extends Error {
  override readonly name = "InflateError";
}

/**
 * Unpacks deflated bytes (`raw` as in ZIP, `zlib` as in PDF) no faster than they are read. The platform's own
 * `DecompressionStream` knows no back pressure in workerd: it unpacks a bomb whole into memory.
 */
export async function* inflate(
  packed: AsyncIterable<Uint8Array>,
  format: "raw" | "zlib",
): AsyncGenerator<Uint8Array, void, undefined> {
  let unpacked: Uint8Array[] = [];
  const inflater = new (format === "raw" ? Inflate : Unzlib)((piece) => unpacked.push(piece));
  const push = (step: Uint8Array, isLast: boolean) => {
    unpacked = [];
    try {
      inflater.push(step, isLast);
    } catch {
      throw new InflateError();
    }
    return unpacked;
  };
  for await (const piece of packed) {
    for (let at = 0; at < piece.length; at += STEP_BYTES) {
      yield* push(piece.subarray(at, at + STEP_BYTES), false);
    }
  }
  yield* push(new Uint8Array(), true);
}
