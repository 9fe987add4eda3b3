/**
 * Vectors of passages as they are kept. As signed bytes a vector takes a quarter of its floats and
 * points the same way to within half a percent; the signs of its numbers alone, one bit each, are
 * enough to tell the likely from the unlikely among thousands.
 */

const LARGEST_BYTE = 127;

/** Base64, as D1 hands text over several times faster than bytes. */
export interface KeptVector {
  bytes: string;
  sketch: string;
}

/** An embedding as it is stored: a byte a number, and a sketch for the first look. */
export function keepVector(vector: readonly number[]): KeptVector {
  const largest = vector.reduce((max, value) => Math.max(max, Math.abs(value)), 0) || 1;
  const bytes = Int8Array.from(vector, (value) => Math.round((value / largest) * LARGEST_BYTE));
  return { bytes: toBase64(new Uint8Array(bytes.buffer)), sketch: toBase64(sketchOf(vector)) };
}

/** Bit `i` is set where number `i` is positive; padded with zeros to whole 32 bits. */
function sketchOf(vector: readonly number[]): Uint8Array {
  const words = new Uint32Array(Math.ceil(vector.length / 32));
  for (const [index, value] of vector.entries()) {
    if (value > 0) {
      words[index >>> 5] = (words[index >>> 5] ?? 0) | (1 << (index & 31));
    }
  }
  return new Uint8Array(words.buffer);
}

/** A vector to compare kept ones with. */
export class VectorProbe {
  readonly #vector: readonly number[];
  readonly #length: number;
  readonly #sketch: Uint32Array;

  constructor(vector: readonly number[]) {
    this.#vector = vector;
    this.#length = Math.hypot(...vector);
    this.#sketch = new Uint32Array(sketchOf(vector).buffer);
  }

  /** In how many signs the kept vector differs; infinite where it has another number of them. */
  differingSigns(sketch: string): number {
    const bytes = fromBase64(sketch);
    if (bytes.byteLength !== this.#sketch.byteLength) {
      return Number.POSITIVE_INFINITY;
    }
    const words = new Uint32Array(bytes.buffer);
    let count = 0;
    for (const [index, word] of words.entries()) {
      count += countBits(word ^ (this.#sketch[index] ?? 0));
    }
    return count;
  }

  /** Cosine of the angle to the kept vector, -1 to 1; -1 where it has other dimensions. */
  similarity(bytes: string): number {
    const kept = new Int8Array(fromBase64(bytes).buffer);
    if (kept.length !== this.#vector.length) {
      return -1;
    }
    let product = 0;
    let square = 0;
    for (const [index, value] of kept.entries()) {
      product += value * (this.#vector[index] ?? 0);
      square += value * value;
    }
    const lengths = this.#length * Math.sqrt(square);
    return lengths === 0 ? 0 : product / lengths;
  }
}

/** The classic population count, in parallel over the bits of a word. */
function countBits(word: number): number {
  let bits = word - ((word >>> 1) & 0x55555555);
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333);
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24;
}

function toBase64(bytes: Uint8Array): string {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
