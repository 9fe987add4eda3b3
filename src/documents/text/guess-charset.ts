/** The likeliest encoding of bytes that carry neither a mark nor a declaration. */
import { knownCharset } from "../../domain/charsets/charset-name";
import { textDecoder } from "../../domain/charsets/text-decoder";
import { DOCUMENT } from "../../limits";
import {
  OTHER_SYSTEMS,
  oneByteScore,
  TWO_BYTE_CHARSETS,
  twoByteScore,
} from "./charset-plausibility";

const FALLBACK = "windows-1252";
const ONE_BYTE_CHARSETS = [
  ...["1252", "1251", "1250", "1253", "1254", "1255", "1256", "1257"].map(
    (page) => `windows-${page}`,
  ),
  "windows-874",
  "koi8-r",
  "ibm866",
  "ibm855",
  "x-mac-cyrillic",
  ...OTHER_SYSTEMS,
];
/** The statistics tell the first of each; the second has the same letters at mostly the same places. */
const ALIKE = [
  ["iso-8859-2", "windows-1250"],
  ["iso-8859-7", "windows-1253"],
  ["iso-8859-8", "windows-1255"],
  ["windows-1251", "x-mac-cyrillic"],
] as const;
/** What statistics of letter pairs count for beside plausibility, in full from so many bytes on. */
const STATISTICS_WEIGHT = 0.35;
const STATISTICS_BYTES = 400;
const FALLBACK_BONUS = 0.02;
/** Sequences of UTF-8 for one byte that is none: legacy text forms hardly any by chance. */
const UTF8_SHARE = 10;
/** Switches between ASCII and the Japanese sets; a terminal's own escapes go on otherwise. */
const ISO_2022_JP = /^.(?:\$[@B]|\([JI])/s;

/**
 * Collects what decides out of a stream: whether all of it is UTF-8, and the neighbourhood of what is
 * not ASCII, up to `DOCUMENT.charsetSampleBytes`.
 */
export class CharsetSample {
  readonly #sample = new Uint8Array(DOCUMENT.charsetSampleBytes);
  #length = 0;
  /** Bytes of plain ASCII since the last other one. */
  #plain = Infinity;
  #sequences = 0;
  #broken = 0;
  /** Continuation bytes of a UTF-8 sequence that are still to come. */
  #expected = 0;
  #hasEscapes = false;

  get isAscii(): boolean {
    return this.#sequences === 0 && this.#broken === 0 && this.#expected === 0;
  }

  /** Enough has been seen. */
  get isFull(): boolean {
    return this.#length === this.#sample.length;
  }

  add(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.isFull; at += 1) {
      const byte = bytes[at] ?? 0;
      this.#countUtf8(byte);
      if (byte >= 0x80) {
        this.#openWindow(bytes, at);
        this.#plain = 0;
        this.#keep(byte);
      } else if (byte === ESCAPE) {
        this.#hasEscapes ||= ISO_2022_JP.test(latin1(bytes.subarray(at, at + 3)));
      } else if (this.#plain < WINDOW) {
        this.#plain += 1;
        this.#keep(byte);
      }
    }
  }

  /** ASCII counts as UTF-8. @param guess Asked where only statistics can tell. */
  async guess(guess: CharsetGuess = likeliest): Promise<string> {
    if (this.#hasEscapes && this.#sequences === 0 && this.#broken === 0) {
      return "iso-2022-jp";
    }
    const isCut = this.#expected > 0 && this.#sequences === 0;
    const broken = this.#broken + (isCut ? 1 : 0);
    return broken === 0 || this.#sequences >= broken * UTF8_SHARE
      ? "utf-8"
      : guess(this.#sample.subarray(0, this.#length));
  }

  /** Letters before the first byte that is not ASCII tell of its word's script. */
  #openWindow(bytes: Uint8Array, at: number): void {
    if (this.#plain >= WINDOW) {
      this.#keep(SPACE);
      for (const byte of bytes.subarray(Math.max(0, at - LEAD_IN), at)) {
        this.#keep(byte < 0x80 ? byte : SPACE);
      }
    }
  }

  #keep(byte: number): void {
    if (!this.isFull) {
      this.#sample[this.#length] = byte;
      this.#length += 1;
    }
  }

  #countUtf8(byte: number): void {
    const isContinuation = byte >= 0x80 && byte < 0xc0;
    if (this.#expected > 0) {
      this.#expected -= isContinuation ? 1 : this.#expected;
      if (isContinuation) {
        this.#sequences += this.#expected === 0 ? 1 : 0;
        return;
      }
      this.#broken += 1;
    }
    if (byte >= 0xc2 && byte <= 0xf4) {
      this.#expected = byte < 0xe0 ? 1 : byte < 0xf0 ? 2 : 3;
    } else if (byte >= 0x80) {
      this.#broken += 1;
    }
  }
}

const ESCAPE = 0x1b;
const SPACE = 0x20;
/** ASCII bytes kept after one that is not: a two-byte character's second, and the rest of its word. */
const WINDOW = 8;
const LEAD_IN = 4;

/** The encoding that these bytes, which are no UTF-8, are likeliest to be in. */
export type CharsetGuess = (bytes: Uint8Array) => Promise<string>;

/** Takes tens of milliseconds, however few the bytes are. */
async function likeliest(bytes: Uint8Array): Promise<string> {
  const { analyse } = await import("chardet");
  const confidences = new Map<string, number>();
  const keep = (charset: string | null, confidence: number) => {
    if (charset !== null && confidence >= (confidences.get(charset) ?? 0)) {
      confidences.set(charset, confidence);
    }
  };
  // Several names may be of one encoding.
  for (const { name, confidence } of analyse(bytes)) {
    keep(knownCharset(name), confidence / 100);
  }
  for (const [known, alike] of ALIKE) {
    keep(alike, confidences.get(known) ?? 0);
  }
  const weight = STATISTICS_WEIGHT * Math.min(1, bytes.length / STATISTICS_BYTES);
  // The most used encoding of all wins where nothing decides.
  const bonus = (charset: string | null) => (charset === FALLBACK ? FALLBACK_BONUS : 0);
  let best = { charset: FALLBACK, score: 0 };

  const others = [...confidences.keys()].filter(
    (name) => name !== null && !name.startsWith("utf-"),
  );
  for (const charset of new Set([...TWO_BYTE_CHARSETS, ...ONE_BYTE_CHARSETS, ...others])) {
    const score = plausibility(bytes, charset ?? FALLBACK);
    const total = score + weight * (confidences.get(charset) ?? 0) + bonus(charset);

    if (score > 0 && total > best.score) {
      best = { charset: charset ?? FALLBACK, score: total };
    }
  }
  return best.charset;
}

/**
 * For the many texts of one file, which are mostly alike: once `most` have been guessed, one is taken to be in
 * the encoding that was found last, where it fits.
 * @param before Called before each that is made.
 */
export function fewGuesses(most: number, before: () => Promise<void>): CharsetGuess {
  let made = 0;
  let last = FALLBACK;
  return async (bytes) => {
    if (made < most) {
      made += 1;
      await before();
      last = await likeliest(bytes);
    }
    return decodeStrictly(bytes, last) === null ? FALLBACK : last;
  };
}

/** 0 where the bytes are no text of this encoding. */
function plausibility(bytes: Uint8Array, charset: string): number {
  const text = decodeStrictly(bytes, charset);
  if (text === null) {
    return 0;
  }
  return TWO_BYTE_CHARSETS.includes(charset)
    ? twoByteScore(bytes, text, charset)
    : oneByteScore(text, charset);
}

/** Null where the bytes do not fit; a last character that is cut off does. */
export function decodeStrictly(bytes: Uint8Array, charset: string): string | null {
  try {
    return textDecoder(charset, { strict: true }).decode(bytes, { stream: true });
  } catch {
    return null;
  }
}

function latin1(bytes: Uint8Array): string {
  return String.fromCharCode(...bytes);
}
