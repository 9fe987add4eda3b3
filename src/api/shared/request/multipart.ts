/**
 * Reads `multipart/form-data` (RFC 7578) as it arrives: one part after the other, never more in
 * memory than one chunk of the network and one part's headers.
 */
import { FILE } from "../../../limits";
import { type Disposition, parseDisposition } from "../reply/content-disposition";
import { ApiError } from "../reply/fail";
import { type BodyPatience, BodyWatch, UPLOAD_PATIENCE } from "./body-watch";

/** Far beyond what a name, a type and a file name need. */
const HEADERS_MAX_BYTES = 16 * 1024;

const HEADERS_END = ascii("\r\n\r\n");
const DASH = 0x2d;

/** The body is no multipart, or ends before its last boundary. */
export class BrokenMultipart extends Error {
  override readonly name = "BrokenMultipart";
}

export interface Part extends Disposition {
  /** As the part's own header says, its parameters included; null without one. */
  contentType: string | null;
  /** To be read before the next part is asked for; what is not read is skipped. */
  content: AsyncIterable<Uint8Array>;
}

const BOUNDARY =
  /^multipart\/form-data\s*;(?:.*;)?\s*boundary=(?:"([^"]{1,70})"|([^\s;"]{1,70}))\s*(?:;|$)/i;

/** The boundary that a `Content-Type` header names; null where it is no multipart form. */
export function boundaryOf(contentType: string | null): string | null {
  const match = BOUNDARY.exec(contentType ?? "");
  return match?.[1] ?? match?.[2] ?? null;
}

/** @throws {BrokenMultipart, ApiError} The latter where the sender falls silent. */
export async function* readParts(
  body: ReadableStream<Uint8Array>,
  boundary: string,
  patience: BodyPatience = UPLOAD_PATIENCE,
): AsyncGenerator<Part, void> {
  // The first boundary need not follow a line break; every other one does.
  const source = new ByteSource(body, ascii("\r\n"), patience);
  const delimiter = ascii(`\r\n--${boundary}`);
  try {
    await skip(source.until(delimiter));
    while (!(await atEnd(source))) {
      const headers = await readHeaders(source);
      const content = source.until(delimiter);
      yield { ...headers, content };
      await skip(content);
    }
  } finally {
    source.end();
  }
}

/** After the last boundary come two dashes. */
async function atEnd(source: ByteSource): Promise<boolean> {
  const [first, second] = await source.peek(2);
  return first === DASH && second === DASH;
}

async function readHeaders(source: ByteSource): Promise<Omit<Part, "content">> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of source.until(HEADERS_END)) {
    length += chunk.byteLength;
    if (length > HEADERS_MAX_BYTES) {
      throw new BrokenMultipart("A part's headers are longer than 16 KiB.");
    }
    chunks.push(chunk.slice());
  }
  const lines = (await new Blob(chunks).text()).split("\r\n");
  return {
    ...parseDisposition(headerOf(lines, "content-disposition") ?? ""),
    contentType: headerOf(lines, "content-type") || null,
  };
}

function headerOf(lines: readonly string[], name: string): string | undefined {
  const line = lines.find((candidate) => candidate.toLowerCase().startsWith(`${name}:`));
  return line?.slice(name.length + 1).trim();
}

async function skip(chunks: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = chunks[Symbol.asyncIterator]();
  while (!(await iterator.next()).done) {
    // Reading on is all.
  }
}

/** A stream of bytes that can be read up to a delimiter, wherever the chunks are cut. */
class ByteSource {
  readonly #reader: ReadableStreamBYOBReader;
  readonly #watch: BodyWatch;
  /** What each read fills: a buffer of one's own is many times faster than the network's 4 KiB chunks. */
  #storage = new ArrayBuffer(FILE.uploadReadBytes);
  /** Read from the stream and not yet taken; a view of the storage but for the head. */
  #buffer: Uint8Array;

  constructor(stream: ReadableStream<Uint8Array>, head: Uint8Array, patience: BodyPatience) {
    this.#reader = stream.getReader({ mode: "byob" });
    this.#watch = new BodyWatch(this.#reader, patience);
    this.#buffer = head;
  }

  /** What is left of the stream is not wanted. */
  end(): void {
    this.#watch.end();
  }

  /** The next bytes without taking them. */
  async peek(length: number): Promise<Uint8Array> {
    while (this.#buffer.byteLength < length) {
      await this.#fill();
    }
    return this.#buffer.subarray(0, length);
  }

  /** All bytes up to the delimiter, which is taken too. A chunk is valid until the next one. */
  async *until(delimiter: Uint8Array): AsyncGenerator<Uint8Array, void> {
    const kept = delimiter.byteLength - 1;
    for (;;) {
      const found = indexOf(this.#buffer, delimiter);
      if (found >= 0) {
        const last = this.#buffer.subarray(0, found);
        this.#buffer = this.#buffer.subarray(found + delimiter.byteLength);
        yield last;
        return;
      }
      // The last bytes may be the delimiter's first ones.
      const safe = Math.max(0, this.#buffer.byteLength - kept);
      const chunk = this.#buffer.subarray(0, safe);
      this.#buffer = this.#buffer.subarray(safe);
      if (safe > 0) {
        yield chunk;
      }
      await this.#fill();
    }
  }

  /** What is left, less than a delimiter, moves to the front; the rest of the storage is filled. */
  async #fill(): Promise<void> {
    const left = this.#buffer.byteLength;
    new Uint8Array(this.#storage).set(this.#buffer);
    const room = new Uint8Array(this.#storage, left);
    const value = await this.#read(room);
    if (value === undefined || value.byteLength === 0) {
      throw new BrokenMultipart("The body ends before its last boundary.");
    }
    this.#storage = value.buffer;
    this.#buffer = new Uint8Array(this.#storage, 0, left + value.byteLength);
  }

  async #read(room: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer> | undefined> {
    try {
      const wanted = Math.min(room.byteLength, FILE.uploadReadMinBytes);
      return (await this.#watch.whileWaiting(this.#reader.readAtLeast(wanted, room))).value;
    } catch (error) {
      if (error instanceof ApiError) {
        throw error;
      }
      throw new BrokenMultipart("The connection was lost before the end of the body.");
    }
  }
}

/**
 * Horspool's search: skips by what stands under the needle's last byte. It compares only where the
 * first one stands, a CR that no boundary has again: else one of dashes alone takes 70 times as long.
 */
function indexOf(hay: Uint8Array, needle: Uint8Array): number {
  const last = needle.byteLength - 1;
  const [first] = needle;
  const skips = new Uint8Array(256).fill(needle.byteLength);
  for (const [index, byte] of needle.subarray(0, last).entries()) {
    skips[byte] = last - index;
  }
  for (let end = last; end < hay.byteLength; end += skips[hay[end] ?? 0] ?? 1) {
    let back = 0;
    while (hay[end - last] === first && back <= last && hay[end - back] === needle[last - back]) {
      back += 1;
    }
    if (back > last) {
      return end - last;
    }
  }
  return -1;
}

function ascii(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}
