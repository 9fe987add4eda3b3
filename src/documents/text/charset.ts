/**
 * Bytes into text when nobody says for certain in which encoding they are: byte-order mark, then what
 * the document declares, then UTF-8 where it fits, then a statistical guess among legacy encodings.
 */
import { DOCUMENT } from "../../limits";

/** Bytes that decide about the encoding; declarations stand at the very start of HTML and XML. */
const DECLARATION_BYTES = 4096;
const MAX_UTF8_SEQUENCE = 4;
const FALLBACK = "windows-1252";

const MARKS: readonly [charset: UnicodeCharset, mark: readonly number[]][] = [
  ["utf-8", [0xef, 0xbb, 0xbf]],
  ["utf-16le", [0xff, 0xfe]],
  ["utf-16be", [0xfe, 0xff]],
];

type UnicodeCharset = "utf-8" | "utf-16le" | "utf-16be";

/** By the byte-order mark, or by the zero bytes of mostly Latin UTF-16; null where neither is there. */
export function unicodeSignature(head: Uint8Array): UnicodeCharset | null {
  for (const [charset, mark] of MARKS) {
    if (mark.every((byte, index) => head[index] === byte)) {
      return charset;
    }
  }
  const zeros: [even: number, odd: number] = [0, 0];
  for (const [index, byte] of head.entries()) {
    if (byte === 0) {
      zeros[index % 2 === 0 ? 0 : 1] += 1;
    }
  }
  const [even, odd] = zeros;
  if (Math.min(even, odd) > 0 || Math.max(even, odd) <= head.length / 8) {
    return null;
  }
  return odd > even ? "utf-16le" : "utf-16be";
}

/** What `<?xml encoding=…?>` or `<meta charset=…>` says, where a decoder of that name exists. */
export function declaredCharset(head: Uint8Array): string | null {
  const start = new TextDecoder("latin1").decode(head.subarray(0, DECLARATION_BYTES));
  const declared =
    /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)/i.exec(start) ??
    /<meta[^>]+charset\s*=\s*["']?\s*([\w.:-]+)/i.exec(start);
  const charset = knownCharset(declared?.[1]);
  // Declarations were read as ASCII, so the bytes cannot be UTF-16; the HTML standard says the same.
  return charset?.startsWith("utf-16") === true ? "utf-8" : charset;
}

/** The canonical name of an encoding, or null where no decoder goes by the label. */
export function knownCharset(label: string | undefined): string | null {
  if (label === undefined) {
    return null;
  }
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return null;
  }
}

/** Decodes a stream piece by piece. `declared` counts for less than a byte-order mark. */
export async function* decodeText(
  bytes: AsyncIterable<Uint8Array>,
  declared: string | null = null,
): AsyncGenerator<string, void, undefined> {
  let decoder: TextDecoder | null = null;
  let isFirst = true;
  let held = new Uint8Array();
  for await (const block of blocksOf(bytes, DOCUMENT.blockBytes)) {
    const piece = joinBytes(held, block);
    held = new Uint8Array();
    if (isFirst) {
      decoder = openingDecoder(piece, declared);
      isFirst = false;
    }
    if (decoder === null) {
      const ascii = asciiPrefix(piece);
      if (piece.length - ascii < MAX_UTF8_SEQUENCE) {
        held = piece.slice(ascii);
        yield new TextDecoder().decode(piece.subarray(0, ascii));
        continue;
      }
      // Everything so far was ASCII, which all candidates read alike: the first other bytes decide.
      decoder = new TextDecoder(await guessCharset(piece));
    }
    yield decoder.decode(piece, { stream: true });
  }
  decoder ??= new TextDecoder(await guessCharset(held));
  yield decoder.decode(held);
}

function openingDecoder(head: Uint8Array, declared: string | null): TextDecoder | null {
  const signature = unicodeSignature(head);
  if (signature !== null) {
    return new TextDecoder(signature);
  }
  if (declared === null || (declared === "utf-8" && !isUtf8(head))) {
    return null;
  }
  return new TextDecoder(declared);
}

/** The likeliest encoding of bytes that carry no mark and no declaration. */
export async function guessCharset(bytes: Uint8Array): Promise<string> {
  if (isUtf8(bytes)) {
    return "utf-8";
  }
  const chardet = await import("chardet");
  const candidates = chardet.analyse(bytes).flatMap(({ name, confidence }) => {
    const charset = knownCharset(name);
    return charset === null || charset.startsWith("utf-") ? [] : [{ charset, confidence }];
  });
  const best = candidates.filter(({ confidence }) => confidence === candidates[0]?.confidence);
  // A few characters fit several Asian encodings alike; one of them is by far the most used.
  const common = best.find(({ charset }) => charset === "gb18030");
  return (common ?? best[0])?.charset ?? FALLBACK;
}

/** True also where the last character is cut off. */
function isUtf8(bytes: Uint8Array): boolean {
  try {
    new TextDecoder("utf-8", { fatal: true, ignoreBOM: false }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

function asciiPrefix(bytes: Uint8Array): number {
  const end = bytes.findIndex((byte) => byte > 0x7f);
  return end === -1 ? bytes.length : end;
}

/** The same bytes in pieces of at least `blockBytes`, the last excepted: R2 hands out 4 KiB at a time. */
export async function* blocksOf(
  bytes: AsyncIterable<Uint8Array>,
  blockBytes: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let parts: Uint8Array[] = [];
  let length = 0;
  for await (const part of bytes) {
    parts.push(part);
    length += part.length;
    if (length >= blockBytes) {
      yield joinBytes(...parts);
      parts = [];
      length = 0;
    }
  }
  if (length > 0) {
    yield joinBytes(...parts);
  }
}

export function joinBytes(...parts: Uint8Array[]): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  return whole;
}
