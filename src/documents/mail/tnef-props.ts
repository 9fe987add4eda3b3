/** The properties that a pack of Outlook's keeps of a message or of a file in it (MS-OXTNEF 2.1.3.4). */
import { DOCUMENT } from "../../limits";

/** Numbers of the properties that are read. */
export const PROPERTY = {
  subject: 0x0037,
  sender: 0x0c1a,
  senderAddress: 0x0c1f,
  to: 0x0e04,
  body: 0x1000,
  rtf: 0x1009,
  html: 0x1013,
  fileName: 0x3704,
  longFileName: 0x3707,
  pageCode: 0x3fde,
} as const;

const READ: ReadonlySet<number> = new Set(Object.values(PROPERTY));
const NAMED_FIRST = 0x8000;
const SEVERAL = 0x1000;
const UNICODE = 0x1f;
/** Object, text, text in UTF-16, binary: their length stands before them. */
const OF_ANY_LENGTH: ReadonlySet<number> = new Set([0x0d, 0x1e, UNICODE, 0x102]);
/** Bytes of the others, whatever they mean. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [0x02, 4],
  [0x03, 4],
  [0x04, 4],
  [0x05, 8],
  [0x06, 8],
  [0x07, 8],
  [0x0a, 4],
  [0x0b, 4],
  [0x14, 8],
  [0x40, 8],
  [0x48, 16],
]);
/** Real messages have about a hundred. */
const MAX_PROPERTIES = 5000;
const GUID_BYTES = 16;

export interface Property {
  bytes: Uint8Array;
  /** Its text is in UTF-16, whatever the pack's code page. */
  isUnicode: boolean;
}

/** As far as they can be followed: the first value of each property that is read, by its number. */
export function readProperties(bytes: Uint8Array): Map<number, Property> {
  const found = new Map<number, Property>();
  const cursor = new Cursor(bytes);
  const count = Math.min(cursor.number(), MAX_PROPERTIES);
  for (let index = 0; index < count && !cursor.isSpent; index += 1) {
    const tag = cursor.number();
    const id = tag >>> 16;
    if (id >= NAMED_FIRST) {
      passName(cursor);
    }
    const property = readValue(cursor, tag & 0xffff);
    if (property === null) {
      break;
    }
    if (READ.has(id) && !found.has(id)) {
      found.set(id, property);
    }
  }
  return found;
}

/** The first of its values; null where its type is unknown, so that nobody knows where it ends. */
function readValue(cursor: Cursor, type: number): Property | null {
  const single = type & ~SEVERAL;
  const fixed = FIXED.get(single);
  const isAny = OF_ANY_LENGTH.has(single);
  const values = isAny || single !== type ? cursor.number() : 1;
  if (values > MAX_PROPERTIES || (!isAny && fixed === undefined)) {
    return null;
  }
  let first: Uint8Array = new Uint8Array();
  for (let value = 0; value < values && !cursor.isSpent; value += 1) {
    const taken = cursor.take(fixed ?? cursor.number());
    first = value === 0 ? taken : first;
  }
  return { bytes: first, isUnicode: single === UNICODE };
}

/** A property of somebody's own has a name before its value: a number or a text. */
function passName(cursor: Cursor): void {
  cursor.take(GUID_BYTES);
  const isText = cursor.number() === 1;
  if (isText) {
    cursor.take(cursor.number());
  } else {
    cursor.number();
  }
}

class Cursor {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get isSpent(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** Four bytes; 0 behind the end. */
  number(): number {
    const value = this.#at + 4 <= this.#bytes.length ? this.#view.getUint32(this.#at, true) : 0;
    this.#at += 4;
    return value;
  }

  /** All begin at a multiple of four. */
  take(length: number): Uint8Array {
    const taken = this.#bytes.subarray(this.#at, this.#at + length);
    this.#at += Math.min(4 * Math.ceil(length / 4), DOCUMENT.embeddedMaxBytes);
    return taken;
  }
}
