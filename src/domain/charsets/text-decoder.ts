/** Decoders by name: the platform's, and those of the encodings that it has none for. */
import { joinBytes } from "../bytes";
import { DOS_TABLES } from "./dos-tables";

/** Decodes text in pieces, as `TextDecoder` does. */
export interface StreamDecoder {
  /** Throws TypeError where the bytes are none of this encoding and the decoder is a strict one. */
  decode(bytes: Uint8Array, options?: { stream?: boolean }): string;
}

const KOREAN = "iso-2022-kr";
const OTHERS: ReadonlySet<string> = new Set(["utf-32le", "utf-32be", KOREAN]);
const UTF32_BYTES = 4;
const MAX_CODE_POINT = 0x10ffff;
const REPLACEMENT = "\ufffd";

/** Encodings that the platform does not decode. */
export function isOwnEncoding(name: string): boolean {
  return DOS_TABLES.has(name) || OTHERS.has(name);
}

/**
 * @param charset As `knownCharset` returns it; anything else is a RangeError.
 * @param strict Refuses bytes that are no text of the encoding, in place of U+FFFD for each.
 */
export function textDecoder(charset: string, { strict = false } = {}): StreamDecoder {
  const table = DOS_TABLES.get(charset);
  if (table !== undefined) {
    return new TableDecoder(table, strict);
  }
  if (charset === KOREAN) {
    return new KoreanDecoder(strict);
  }
  return charset.startsWith("utf-32")
    ? new Utf32Decoder(charset === "utf-32le", strict)
    : new TextDecoder(charset, { fatal: strict, ignoreBOM: false });
}

const SHIFT_OUT = 0x0e;
const SHIFT_IN = 0x0f;
const ESCAPE = 0x1b;
/** `ESC $ ) C`, which a text of ISO-2022-KR begins with. */
export const KOREAN_MARK = [ESCAPE, 0x24, 0x29, 0x43] as const;

/** EUC-KR in seven bits: behind a shift out its letters stand without their highest bit, as far as the line. */
class KoreanDecoder implements StreamDecoder {
  readonly #decoder: TextDecoder;
  #isShifted = false;
  /** Bytes of the mark that are still to come. */
  #escape = 0;

  constructor(strict: boolean) {
    this.#decoder = new TextDecoder("euc-kr", { fatal: strict, ignoreBOM: false });
  }

  decode(bytes: Uint8Array, { stream = false } = {}): string {
    const plain: number[] = [];
    for (const byte of bytes) {
      if (byte === ESCAPE) {
        this.#escape = KOREAN_MARK.length;
      }
      if (this.#escape > 0) {
        this.#escape -= 1;
      } else if (byte === SHIFT_OUT || byte === SHIFT_IN) {
        this.#isShifted = byte === SHIFT_OUT;
      } else {
        this.#isShifted &&= byte !== 0x0a;
        plain.push(this.#isShifted && byte > 0x20 ? byte | 0x80 : byte);
      }
    }
    this.#isShifted &&= stream;
    return this.#decoder.decode(Uint8Array.from(plain), { stream });
  }
}

/** One byte, one character; below 0x80 it is ASCII. */
class TableDecoder implements StreamDecoder {
  readonly #table: string;
  readonly #strict: boolean;

  constructor(table: string, strict: boolean) {
    this.#table = table;
    this.#strict = strict;
  }

  decode(bytes: Uint8Array): string {
    const characters = Array.from(bytes, (byte) =>
      byte < 0x80 ? String.fromCharCode(byte) : (this.#table[byte - 0x80] ?? REPLACEMENT),
    );
    const text = characters.join("");
    if (this.#strict && text.includes(REPLACEMENT)) {
      throw new TypeError("The bytes are no text of this code page.");
    }
    return text;
  }
}

class Utf32Decoder implements StreamDecoder {
  readonly #isLittleEndian: boolean;
  readonly #strict: boolean;
  #rest = new Uint8Array();
  #isStart = true;

  constructor(isLittleEndian: boolean, strict: boolean) {
    this.#isLittleEndian = isLittleEndian;
    this.#strict = strict;
  }

  decode(bytes: Uint8Array, { stream = false } = {}): string {
    const all = joinBytes([this.#rest, bytes]);
    const whole = all.length - (all.length % UTF32_BYTES);
    const data = new DataView(all.buffer, all.byteOffset, whole);
    const characters: string[] = [];
    for (let at = 0; at < whole; at += UTF32_BYTES) {
      characters.push(this.#character(data.getUint32(at, this.#isLittleEndian)));
    }
    this.#rest = stream ? all.slice(whole) : new Uint8Array();
    if (!stream && whole < all.length) {
      characters.push(this.#broken());
    }
    const text = characters.join("");
    const isMarked = this.#isStart && text.startsWith("\ufeff");
    this.#isStart = !stream || (this.#isStart && text === "");
    return isMarked ? text.slice(1) : text;
  }

  #character(codePoint: number): string {
    const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
    return codePoint > MAX_CODE_POINT || isSurrogate
      ? this.#broken()
      : String.fromCodePoint(codePoint);
  }

  #broken(): string {
    if (this.#strict) {
      throw new TypeError("The bytes are no text of UTF-32.");
    }
    return REPLACEMENT;
  }
}
