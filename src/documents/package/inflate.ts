import { Inflate, Unzlib } from "fflate";

/** Deflated bytes can become a thousand times as many: one step makes 1 MB at worst, once it has made much 1 MB again. */
const FIRST_STEP_BYTES = 1024;
const MAX_STEP_BYTES = 64 * 1024;
/** A step that makes more than this is followed by a smaller one, else by one twice as large. */
const STEP_MAX_UNPACKED = 256 * 1024;

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
  let unpackedBytes = 0;
  const inflater = new (format === "raw" ? Inflate : Unzlib)((piece) => {
    unpacked.push(piece);
    unpackedBytes += piece.length;
  });
  const push = (step: Uint8Array, isLast: boolean) => {
    unpacked = [];
    unpackedBytes = 0;
    try {
      inflater.push(step, isLast);
    } catch {
      throw new InflateError();
    }
    return unpacked;
  };
  let stepBytes = FIRST_STEP_BYTES;
  for await (const piece of packed) {
    for (let at = 0; at < piece.length;) {
      const step = piece.subarray(at, at + stepBytes);
      at += step.length;
      yield* push(step, false);
      stepBytes =
        unpackedBytes > STEP_MAX_UNPACKED
          ? FIRST_STEP_BYTES
          : Math.min(stepBytes * 2, MAX_STEP_BYTES);
    }
  }
  yield* push(new Uint8Array(), true);
}
