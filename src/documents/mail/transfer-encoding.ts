/** The bytes of a body out of its transfer encoding (RFC 2045), as leniently as mail programs read. */
import { joinBytes } from "../../domain/bytes";
import { DOCUMENT } from "../../limits";
import { blocksOf } from "../text/blocks";

/** Others have their turn between the blocks of a long body. */
export async function decodeTransfer(body: Uint8Array, encoding: string): Promise<Uint8Array> {
  const decoder = DECODERS.get(encoding)?.() ?? null;
  const decoded: Uint8Array[] = [];
  for await (const block of blocksOf([body], DOCUMENT.blockBytes)) {
    decoded.push(decoder?.decode(block) ?? block);
  }
  decoded.push(decoder?.end() ?? new Uint8Array());
  return joinBytes(decoded);
}

interface TransferDecoder {
  decode(block: Uint8Array): Uint8Array;
  end(): Uint8Array;
}

const UUENCODE = ["x-uuencode", "x-uue", "uuencode"];
const DECODERS: ReadonlyMap<string, () => TransferDecoder> = new Map([
  ["base64", (): TransferDecoder => new Base64Decoder()],
  ["quoted-printable", (): TransferDecoder => new QuotedPrintableDecoder()],
  ...UUENCODE.map((name): [string, () => TransferDecoder] => [name, () => new UuDecoder()]),
]);

/** Characters that are none of the alphabet are passed over; padding ends a run of its own. */
class Base64Decoder {
  #bits = 0;
  #count = 0;

  decode(block: Uint8Array): Uint8Array {
    const bytes = new Uint8Array(Math.ceil(block.length * 0.75) + 1);
    let length = 0;
    for (const code of block) {
      if (code === PADDING) {
        this.#count = 0;
        continue;
      }
      const value = BASE64[code] ?? -1;
      if (value < 0) {
        continue;
      }
      this.#bits = ((this.#bits << 6) | value) & 0xfff;
      this.#count += 6;
      if (this.#count >= 8) {
        this.#count -= 8;
        bytes[length] = (this.#bits >> this.#count) & 0xff;
        length += 1;
      }
    }
    return bytes.subarray(0, length);
  }

  end(): Uint8Array {
    return new Uint8Array();
  }
}

const PADDING = 0x3d;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const BASE64 = Array.from({ length: 0x100 }, (_, code) =>
  ALPHABET.indexOf(String.fromCharCode(code)),
);

/** `=E4` is a byte, `=` at the end of a line joins it with the next; any other `=` is itself. */
class QuotedPrintableDecoder {
  /** From a `=` on, until it is clear what it is. */
  #held: Uint8Array = new Uint8Array();

  decode(block: Uint8Array): Uint8Array {
    return this.#decode(this.#held.length === 0 ? block : joinBytes([this.#held, block]), false);
  }

  end(): Uint8Array {
    return this.#decode(this.#held, true);
  }

  #decode(piece: Uint8Array, isLast: boolean): Uint8Array {
    const bytes = new Uint8Array(piece.length);
    let length = 0;
    let at = 0;
    this.#held = new Uint8Array();
    while (at < piece.length) {
      const byte = piece[at] ?? 0;
      if (byte !== ESCAPE) {
        bytes[length] = byte;
        length += 1;
        at += 1;
        continue;
      }
      const lineEnd = softBreak(piece, at);
      if (!isLast && (lineEnd >= piece.length || at + 2 >= piece.length)) {
        this.#held = piece.slice(at);
        break;
      }
      const value = hexOf(piece, at + 1);
      if (value !== null) {
        bytes[length] = value;
        length += 1;
        at += 3;
      } else if (lineEnd > at) {
        at = lineEnd;
      } else {
        bytes[length] = byte;
        length += 1;
        at += 1;
      }
    }
    return bytes.subarray(0, length);
  }
}

const ESCAPE = 0x3d;

/** Behind the line break that a `=` joins away, white space before it included; `at` where none is. */
function softBreak(piece: Uint8Array, at: number): number {
  let end = at + 1;
  while ((piece[end] === 0x20 || piece[end] === 0x09) && end - at < MAX_PADDING) {
    end += 1;
  }
  if (end >= piece.length) {
    return piece.length;
  }
  if (piece[end] === 0x0d) {
    end += 1;
    return piece[end] === 0x0a ? end + 1 : end;
  }
  return piece[end] === 0x0a ? end + 1 : at;
}

/** White space that mail systems have added behind a line. */
const MAX_PADDING = 100;

function hexOf(piece: Uint8Array, at: number): number | null {
  const digits = String.fromCharCode(piece[at] ?? 0, piece[at + 1] ?? 0);
  return /^[\dA-Fa-f]{2}$/.test(digits) ? Number.parseInt(digits, 16) : null;
}

/** From `begin 644 name` to `end`: a line's first character says how many bytes the others hold. */
class UuDecoder implements TransferDecoder {
  #rest = "";
  #hasBegun = false;

  decode(block: Uint8Array): Uint8Array {
    const lines = (this.#rest + new TextDecoder("latin1").decode(block)).split("\n");
    this.#rest = lines.pop() ?? "";
    return joinBytes(lines.map((line) => this.#decodeLine(line)));
  }

  end(): Uint8Array {
    return this.#decodeLine(this.#rest);
  }

  #decodeLine(line: string): Uint8Array {
    const isBegin = /^begin \d{3,4} /.test(line);
    if (!this.#hasBegun || isBegin || line.trimEnd() === "end") {
      this.#hasBegun = isBegin;
      return new Uint8Array();
    }
    const six = (at: number): number => (line.charCodeAt(at) - 0x20) & 0x3f;
    const bytes = new Uint8Array(line === "" ? 0 : six(0));
    for (let at = 0; at < bytes.length; at += 1) {
      const place = 1 + Math.floor(at / 3) * 4 + (at % 3);
      bytes[at] =
        ((six(place) << (2 + 2 * (at % 3))) | (six(place + 1) >> (4 - 2 * (at % 3)))) & 0xff;
    }
    return bytes;
  }
}
