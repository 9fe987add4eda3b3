/**
 * Bytes into text when nobody says for certain in which encoding they are: byte-order mark, then what
 * is declared, then UTF-8 where it fits, then the likeliest of the legacy encodings.
 */
import { joinBytes } from "../../domain/bytes";
import { knownCharset } from "../../domain/charsets/charset-name";
import { KOREAN_MARK, type StreamDecoder, textDecoder } from "../../domain/charsets/text-decoder";
import { DOCUMENT } from "../../limits";
import type { DocumentSource } from "../extractor";
import { blocksOf } from "./blocks";
import { type CharsetGuess, CharsetSample, decodeStrictly } from "./guess-charset";

/** Bytes that decide about the encoding; declarations stand at the very start of HTML and XML. */
const DECLARATION_BYTES = 4096;
const MAX_UTF8_SEQUENCE = 4;

const MARKS: readonly [charset: UnicodeCharset, mark: readonly number[]][] = [
  // Before UTF-16, whose mark it begins with.
  ["utf-32le", [0xff, 0xfe, 0, 0]],
  ["utf-32be", [0, 0, 0xfe, 0xff]],
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

type UnicodeCharset = "utf-8" | "utf-16le" | "utf-16be" | "utf-32le" | "utf-32be";

/** How many of the bytes of UTF-16 are zero: of text of mostly ASCII, and of text of nothing else. */
const UTF16_SHARE = 1 / 8;
const ASCII_UTF16_SHARE = 3 / 8;
/** Characters whose number ends in a zero byte are rare. */
const ZERO_SIDES_RATIO = 4;
/** Three bytes of four, where all characters are Latin; less a few that are not. */
const UTF32_SHARE = 5 / 8;

/** By the byte-order mark, or by the zero bytes of mostly Latin text; null where neither is there. */
export function unicodeSignature(head: Uint8Array): UnicodeCharset | null {
  for (const [charset, mark] of MARKS) {
    if (mark.every((byte, index) => head[index] === byte)) {
      return charset;
    }
  }
  const candidate = byZeros(head);
  return candidate === null || decodeStrictly(head, candidate) === null ? null : candidate;
}

function byZeros(head: Uint8Array): UnicodeCharset | null {
  /** By where they stand among four. */
  const zeros: [number, number, number, number] = [0, 0, 0, 0];
  let isAscii = true;
  for (const [index, byte] of head.entries()) {
    if (byte === 0) {
      zeros[index % 4] = (zeros[index % 4] ?? 0) + 1;
    }
    isAscii &&= byte < 0x80;
  }
  const [first, second, third, fourth] = zeros;
  if (first + second + third + fourth > head.length * UTF32_SHARE) {
    return first > fourth ? "utf-32be" : "utf-32le";
  }
  const [even, odd] = [first + third, second + fourth];
  // Where every other byte is ASCII, so would be every character of UTF-16; a few zeros are padding.
  const share = isAscii ? ASCII_UTF16_SHARE : UTF16_SHARE;
  if (
    Math.max(even, odd) < Math.min(even, odd) * ZERO_SIDES_RATIO ||
    Math.max(even, odd) <= head.length * share
  ) {
    return null;
  }
  return odd > even ? "utf-16le" : "utf-16be";
}

/** What `<?xml encoding=…?>` or `<meta charset=…>` says, where a decoder of that name exists. */
export function declaredCharset(head: Uint8Array): string | null {
  const start = new TextDecoder("latin1").decode(head.subarray(0, DECLARATION_BYTES));
  const declared =
    /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)/i.exec(start) ??
    /<meta[^<>]+charset\s*=\s*(?:["']\s*)?([\w.:-]+)/i.exec(start);
  const charset = knownCharset(declared?.[1]);
  // Declarations were read as ASCII, so the bytes cannot be UTF-16; the HTML standard says the same.
  return charset?.startsWith("utf-16") === true ? "utf-8" : charset;
}

/** A file of text in the encoding that it was found to be in. */
export class SourceText {
  readonly #source: DocumentSource;
  #charset: string | null;

  /**
   * Finds out the encoding: by the mark, by what the source or else the document (`declared`) says, by
   * the bytes of the whole file, of a large one those of its start.
   * @param guess By default each text is guessed for itself.
   */
  static async open(
    source: DocumentSource,
    declared: string | null = null,
    guess?: CharsetGuess,
  ): Promise<SourceText> {
    return new SourceText(source, await findCharset(source, source.charset ?? declared, guess));
  }

  private constructor(source: DocumentSource, charset: string | null) {
    this.#source = source;
    this.#charset = charset;
  }

  /** The encoding that is read; ASCII is called UTF-8. Final once the pieces have been read. */
  get charset(): string {
    return this.#charset ?? "utf-8";
  }

  /** The text without its byte-order mark and without NUL characters, which fill records up; other work has its turn between the pieces. */
  async *pieces(): AsyncGenerator<string, void, undefined> {
    const decoder = new LateDecoder(this.#charset);
    for await (const block of blocksOf(await this.#source.stream(), DOCUMENT.blockBytes)) {
      yield withoutPadding(await decoder.decode(block));
      this.#charset = decoder.charset;
    }
    yield withoutPadding(await decoder.end());
    this.#charset = decoder.charset;
  }
}

/** A byte that says nothing: it fills records of fixed length, and what a crash left of a log. */
function withoutPadding(text: string): string {
  return text.includes("\0") ? text.replaceAll("\0", "") : text;
}

/** Null where all that was looked at is ASCII and the file goes on. */
async function findCharset(source: DocumentSource, declared: string | null, guess?: CharsetGuess) {
  const head = await source.read(0, DOCUMENT.sniffBytes);
  const signature = unicodeSignature(head);
  if (signature !== null) {
    return signature;
  }
  if (isKorean(head)) {
    return "iso-2022-kr";
  }
  if (declared !== null && isCredible(declared, head)) {
    return declared;
  }
  const sample = new CharsetSample();
  const end = source.size <= DOCUMENT.readWholeMaxBytes ? source.size : DOCUMENT.readAheadBytes;
  for (let at = 0; at < end && !sample.isFull; at += DOCUMENT.readAheadBytes) {
    for await (const block of blocksOf(
      [await source.read(at, DOCUMENT.readAheadBytes)],
      DOCUMENT.blockBytes,
    )) {
      sample.add(block);
    }
  }
  return sample.isAscii && end < source.size ? null : sample.guess(guess);
}

/** Whether a text of seven bits names its own encoding, as Korean mails of old do before their first letter. */
export function isKorean(head: Uint8Array): boolean {
  const at = head.indexOf(KOREAN_MARK[0]);
  return at !== -1 && KOREAN_MARK.every((byte, index) => head[at + index] === byte);
}

/** A declaration decides, but for one that the bytes contradict where they are UTF-8 beyond doubt. */
function isCredible(declared: string, head: Uint8Array): boolean {
  const fits = decodeStrictly(head, declared) !== null;
  return fits || (declared !== "utf-8" && decodeStrictly(head, "utf-8") === null);
}

/**
 * Decodes a stream piece by piece: by its byte-order mark, else in `charset`, else in what its first
 * bytes beyond ASCII are likeliest to be.
 */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array>,
  charset: string | null = null,
): AsyncGenerator<string, void, undefined> {
  let decoder: LateDecoder | null = null;
  for await (const block of blocksOf(bytes, DOCUMENT.blockBytes)) {
    decoder ??= new LateDecoder(unicodeSignature(block) ?? charset);
    yield await decoder.decode(block);
  }
  yield (await decoder?.end()) ?? "";
}

class LateDecoder {
  #charset: string | null;
  #decoder: StreamDecoder | null = null;
  /** Bytes that are too few to decide about. */
  #held = new Uint8Array();

  constructor(charset: string | null) {
    this.#charset = charset;
  }

  get charset(): string | null {
    return this.#charset;
  }

  async decode(block: Uint8Array): Promise<string> {
    const piece = this.#held.length === 0 ? block : joinBytes([this.#held, block]);
    this.#held = new Uint8Array();
    if (this.#charset === null) {
      const ascii = asciiPrefix(piece);
      if (piece.length - ascii < MAX_UTF8_SEQUENCE) {
        this.#held = piece.slice(ascii);
        return new TextDecoder().decode(piece.subarray(0, ascii));
      }
      // Everything so far was ASCII, which all candidates read alike.
      this.#charset = await guessCharset(piece);
    }
    this.#decoder ??= textDecoder(this.#charset);
    return this.#decoder.decode(piece, { stream: true });
  }

  async end(): Promise<string> {
    this.#charset ??= await guessCharset(this.#held);
    this.#decoder ??= textDecoder(this.#charset);
    return this.#decoder.decode(this.#held);
  }
}

async function guessCharset(bytes: Uint8Array): Promise<string> {
  const sample = new CharsetSample();
  sample.add(bytes);
  return sample.guess();
}

function asciiPrefix(bytes: Uint8Array): number {
  const end = bytes.findIndex((byte) => byte > 0x7f);
  return end === -1 ? bytes.length : end;
}
