/**
 * Looks at the packed streams of a PDF before its parser does, which would unpack each of them whole into
 * memory. Pictures and attached files are left aside, since no text needs them. What this does not see: streams packed in
 * older ways than Flate or ciphered, and a page that names one stream a thousand times.
 */
import { DOCUMENT } from "../../limits";
import { inflate, InflateError } from "../package/inflate";
import { unreadable } from "../unreadable";

/** Deflate's best: a stream that could not reach the limit need not be unpacked to know it. */
const MAX_RATIO = 1032;
/** A stream's dictionary stands right before it; longer ones end with what matters less. */
const DICTIONARY_BYTES = 1024;
const KEYWORD = new TextEncoder().encode("stream");
const END = new TextEncoder().encode("endstream");

/** Throws ActionFailure `zip_bomb` where a stream unpacks to more than is held. */
export async function refuseInflation(bytes: Uint8Array): Promise<void> {
  for (let at = find(bytes, KEYWORD, 0); at !== -1; at = find(bytes, KEYWORD, at)) {
    const start = at + KEYWORD.length;
    const packings = countPackings(bytes.subarray(Math.max(0, at - DICTIONARY_BYTES), at));
    const found = find(bytes, END, start);
    const end = found === -1 ? bytes.length : found;
    if ((end - start) * MAX_RATIO ** packings > DOCUMENT.pdfStreamMaxBytes && packings > 0) {
      await refuseStream(bytes.subarray(skipLineEnd(bytes, start), end), packings);
    }
    at = Math.min(end + END.length, bytes.length);
  }
}

/** How often the stream after this dictionary is packed; 0 where it is not or is not read. */
function countPackings(before: Uint8Array): number {
  const text = new TextDecoder("latin1").decode(before);
  const dictionary = text.slice(text.lastIndexOf(" obj") + 1);
  const isUnread = /\/Subtype\s*\/Image\b|\/Type\s*\/EmbeddedFile\b/.test(dictionary);
  const filters = /\/(?:Filter|F)\s*(\/\w+|\[[^\]]*\])/.exec(dictionary)?.[1] ?? "";
  return isUnread ? 0 : (filters.match(/\/(?:FlateDecode|Fl)\b/g)?.length ?? 0);
}

async function refuseStream(packed: Uint8Array, packings: number): Promise<void> {
  let pieces: AsyncIterable<Uint8Array> = once(packed);
  for (let layer = 0; layer < packings; layer += 1) {
    pieces = inflate(pieces, "zlib");
  }
  let size = 0;
  try {
    for await (const piece of pieces) {
      size += piece.length;
      if (size > DOCUMENT.pdfStreamMaxBytes) {
        break;
      }
    }
  } catch (error) {
    if (!(error instanceof InflateError)) {
      throw error;
    }
    // Broken or ciphered: that is for the parser to say.
  }
  if (size > DOCUMENT.pdfStreamMaxBytes) {
    throw unreadable("zip_bomb", "The PDF unpacks to more than an honest document would.");
  }
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array, void, undefined> {
  yield bytes;
}

function skipLineEnd(bytes: Uint8Array, at: number): number {
  const next = bytes[at] === 0x0d ? at + 1 : at;
  return bytes[next] === 0x0a ? next + 1 : next;
}

function find(bytes: Uint8Array, pattern: Uint8Array, from: number): number {
  const [first = 0] = pattern;
  for (let at = bytes.indexOf(first, from); at !== -1; at = bytes.indexOf(first, at + 1)) {
    if (pattern.every((byte, step) => bytes[at + step] === byte)) {
      return at;
    }
  }
  return -1;
}
