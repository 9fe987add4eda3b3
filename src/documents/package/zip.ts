/**
 * Reads single parts out of a ZIP archive in place: the directory at its end, then only the ranges of
 * the parts that are asked for, inflated as a stream. Sizes are held against limits both as declared and as they come
 * out, so that a bomb ends as an error and not as an exhausted isolate. ZIP64 is not needed at the sizes that are taken.
 */
import { DOCUMENT } from "../../limits";
import { yieldToEventLoop } from "../../yield-to-event-loop";
import type { DocumentSource } from "../extractor";
import { unreadable } from "../unreadable";
import { WorkBudget } from "../work-budget";
import { inflate, InflateError } from "./inflate";

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const MAX_COMMENT_BYTES = 0xffff;
const ENTRY_SIGNATURE = 0x02014b50;
const ENTRY_BYTES = 46;
const LOCAL_SIGNATURE = 0x04034b50;
const LOCAL_BYTES = 30;
const FLAG_ENCRYPTED = 1;
const FLAG_UTF8 = 1 << 11;
const LATIN1 = new TextDecoder("latin1");
const UTF8 = new TextDecoder();
const STORED = 0;
const DEFLATED = 8;

interface ZipEntry {
  name: string;
  isEncrypted: boolean;
  method: number;
  /** Bytes in the file, and bytes unpacked as the directory declares them. */
  packedSize: number;
  size: number;
  crc: number;
  /** Of the entry's local header. */
  offset: number;
}

export class ZipArchive {
  readonly #source: DocumentSource;
  readonly #entries: ReadonlyMap<string, ZipEntry>;
  /** Of names as they are compared, to names as they are written. */
  readonly #names: ReadonlyMap<string, string>;
  /** Charged for each part that is read, and by the readers for what they keep. */
  readonly work: WorkBudget;

  private constructor(source: DocumentSource, { entries, names }: Directory, work: WorkBudget) {
    this.#source = source;
    this.#entries = entries;
    this.#names = names;
    this.work = work;
  }

  /** Throws ActionFailure `file_damaged` where there is no whole directory, `file_too_large`. */
  static async open(source: DocumentSource, work = new WorkBudget()): Promise<ZipArchive> {
    const tailSize = Math.min(source.size, END_BYTES + MAX_COMMENT_BYTES);
    const tail = await source.read(source.size - tailSize, tailSize);
    const end = findEnd(tail);
    if (end.directoryBytes > DOCUMENT.zipDirectoryMaxBytes) {
      throw unreadable("file_too_large", "The archive holds too many parts.");
    }
    const directory = await source.read(end.directoryOffset, end.directoryBytes);
    return new ZipArchive(source, await readDirectory(directory), work);
  }

  /** Whether there is a part of this name; names compare as Open Packaging says, without case or escapes. */
  has(name: string): boolean {
    return this.#entry(name) !== undefined;
  }

  names(): string[] {
    return [...this.#entries.keys()];
  }

  /**
   * A part's bytes, held against its declared size and its checksum.
   * Throws ActionFailure `file_damaged`, `file_encrypted`, `file_too_large` or `zip_bomb`.
   */
  async *stream(name: string): AsyncGenerator<Uint8Array, void, undefined> {
    const entry = this.#entry(name);
    if (entry === undefined) {
      throw unreadable("file_damaged", `The file lacks its part "${name}".`);
    }
    refuseEntry(entry);
    this.work.spend(DOCUMENT.zipPartWork);
    await this.work.pause();
    const start = await this.#dataOffset(entry);
    let size = 0;
    let crc = 0;
    for await (const piece of unpack(this.#source, start, entry)) {
      size += piece.length;
      if (size > entry.size) {
        throw unreadable("zip_bomb", "The file unpacks to more than it declares.");
      }
      this.work.spend(piece.length);
      await this.work.pause();
      crc = crc32(piece, crc);
      yield piece;
    }
    if (size !== entry.size || crc !== entry.crc) {
      throw damaged();
    }
  }

  /** A part held whole. Throws like `stream`, and `file_too_large` beyond `maxBytes`. */
  async bytes(name: string, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
    const size = this.#entry(name)?.size ?? 0;
    if (size > maxBytes) {
      throw unreadable("file_too_large", `The part "${name}" of the file is too large to read.`);
    }
    const whole = new Uint8Array(size);
    let at = 0;
    for await (const piece of this.stream(name)) {
      whole.set(piece, at);
      at += piece.length;
    }
    return whole;
  }

  /** A part of `maxBytes` at most as text. Throws like `bytes`. */
  async text(name: string, maxBytes: number): Promise<string> {
    return new TextDecoder().decode(await this.bytes(name, maxBytes));
  }

  #entry(name: string): ZipEntry | undefined {
    return this.#entries.get(name) ?? this.#entries.get(this.#names.get(folded(name)) ?? "");
  }

  /** A part's data follows its local header, whose length may differ from the directory's. */
  async #dataOffset(entry: ZipEntry): Promise<number> {
    const header = await this.#source.read(entry.offset, LOCAL_BYTES);
    if (header.length < LOCAL_BYTES || view(header).getUint32(0, true) !== LOCAL_SIGNATURE) {
      throw damaged();
    }
    const nameBytes = view(header).getUint16(26, true);
    const extraBytes = view(header).getUint16(28, true);
    return entry.offset + LOCAL_BYTES + nameBytes + extraBytes;
  }
}

/** Names of parts are addresses: `My%20Notes.xml` is the part that an archive keeps as `my notes.xml`. */
function folded(name: string): string {
  return name
    .replace(/(?:%[\da-f]{2})+/gi, (escaped) => unescaped(escaped) ?? escaped)
    .toLowerCase();
}

function unescaped(text: string): string | null {
  try {
    return decodeURIComponent(text);
  } catch {
    return null;
  }
}

function findEnd(tail: Uint8Array): { directoryOffset: number; directoryBytes: number } {
  const data = view(tail);
  for (let at = tail.length - END_BYTES; at >= 0; at -= 1) {
    if (data.getUint32(at, true) === END_SIGNATURE) {
      return {
        directoryBytes: data.getUint32(at + 12, true),
        directoryOffset: data.getUint32(at + 16, true),
      };
    }
  }
  throw unreadable("file_damaged", "The archive ends before its directory: the file is cut off.");
}

interface Directory {
  entries: Map<string, ZipEntry>;
  /** Of names as they are compared, to names as they are written. */
  names: Map<string, string>;
}

/** Entries that are read between two pauses. */
const ENTRIES_PER_TURN = 2000;

async function readDirectory(directory: Uint8Array): Promise<Directory> {
  const entries = new Map<string, ZipEntry>();
  const names = new Map<string, string>();
  const data = view(directory);
  let at = 0;
  while (at + ENTRY_BYTES <= directory.length && data.getUint32(at, true) === ENTRY_SIGNATURE) {
    const flags = data.getUint16(at + 8, true);
    const nameBytes = data.getUint16(at + 28, true);
    const nameStart = at + ENTRY_BYTES;
    const name = ((flags & FLAG_UTF8) === 0 ? LATIN1 : UTF8)
      .decode(directory.subarray(nameStart, nameStart + nameBytes))
      // Some programs of Windows write their own kind of path.
      .replaceAll("\\", "/");
    const entry = {
      name,
      isEncrypted: (flags & FLAG_ENCRYPTED) !== 0,
      method: data.getUint16(at + 10, true),
      crc: data.getUint32(at + 16, true),
      packedSize: data.getUint32(at + 20, true),
      size: data.getUint32(at + 24, true),
      offset: data.getUint32(at + 42, true),
    };
    entries.set(name, entry);
    const compared = folded(name);
    if (!names.has(compared)) {
      names.set(compared, name);
    }
    at = nameStart + nameBytes + data.getUint16(at + 30, true) + data.getUint16(at + 32, true);
    if (entries.size % ENTRIES_PER_TURN === 0) {
      await yieldToEventLoop();
    }
  }
  if (entries.size === 0) {
    throw damaged();
  }
  return { entries, names };
}

function refuseEntry(entry: ZipEntry): void {
  if (entry.isEncrypted) {
    throw unreadable("file_encrypted", "The file is protected by a password.");
  }
  if (entry.method !== STORED && entry.method !== DEFLATED) {
    throw unreadable("file_unsupported", "The file is packed in a way that is not supported.");
  }
  if (entry.size <= DOCUMENT.zipPartMaxBytes) {
    return;
  }
  if (entry.size / entry.packedSize > DOCUMENT.zipBombRatio) {
    throw unreadable("zip_bomb", "The file unpacks to more than an honest document would.");
  }
  throw unreadable("file_too_large", `The part "${entry.name}" of the file is too large to read.`);
}

async function* unpack(
  source: DocumentSource,
  start: number,
  entry: ZipEntry,
): AsyncGenerator<Uint8Array, void, undefined> {
  const packed = readRange(source, start, entry.packedSize);
  if (entry.method === STORED) {
    yield* packed;
    return;
  }
  try {
    yield* inflate(packed, "raw");
  } catch (error) {
    // Storage's own failure may be tried again; broken bytes stay broken.
    throw error instanceof InflateError ? damaged() : error;
  }
}

async function* readRange(
  source: DocumentSource,
  start: number,
  length: number,
): AsyncGenerator<Uint8Array, void, undefined> {
  let at = start;
  const end = start + length;
  while (at < end) {
    const piece = await source.read(at, Math.min(DOCUMENT.readAheadBytes, end - at));
    if (piece.length === 0) {
      return;
    }
    at += piece.length;
    yield piece;
  }
}

function damaged() {
  return unreadable("file_damaged", "The file is damaged: its packed parts cannot be read.");
}

function view(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) {
    crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : 0xedb88320);
  }
  return crc;
});

/** The checksum that ZIP uses, continued from that of the bytes before. */
function crc32(bytes: Uint8Array, before: number): number {
  let crc = ~before;
  for (const byte of bytes) {
    crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  }
  return ~crc >>> 0;
}
