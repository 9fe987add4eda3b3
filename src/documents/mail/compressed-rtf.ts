/** The RTF of a message as Outlook packs it (MS-OXRTFCP): pieces of what came before, by their place. */
import { DOCUMENT } from "../../limits";

const HEADER_BYTES = 16;
const PACKED = 0x75465a4c;
const PLAIN = 0x414c454d;
const RING_BYTES = 4096;
/** What both sides know before the first byte. */
const START = new TextEncoder().encode(
  "{\\rtf1\\ansi\\mac\\deff0\\deftab720{\\fonttbl;}{\\f0\\fnil \\froman \\fswiss \\fmodern \\fscript " +
    "\\fdecor MS Sans SerifSymbolArialTimes New RomanCourier{\\colortbl\\red0\\green0\\blue0\r\n" +
    "\\par \\pard\\plain\\f0\\fs20\\b\\i\\u\\tab\\tx",
);

/** Empty where it is none. */
export function unpackRtf(packed: Uint8Array): Uint8Array {
  if (packed.length < HEADER_BYTES) {
    return new Uint8Array();
  }
  const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
  const size = Math.min(view.getUint32(4, true), DOCUMENT.mailRtfMaxBytes);
  switch (view.getUint32(8, true)) {
    case PLAIN:
      return packed.subarray(HEADER_BYTES, HEADER_BYTES + size);
    case PACKED:
      return unpack(packed.subarray(HEADER_BYTES), size);
    default:
      return new Uint8Array();
  }
}

function unpack(packed: Uint8Array, size: number): Uint8Array {
  const unpacked = new Unpacked(size);
  let at = 0;
  while (at < packed.length && !unpacked.isFull) {
    const flags = packed[at] ?? 0;
    at += 1;
    for (let bit = 0; bit < 8 && at < packed.length; bit += 1) {
      if (((flags >> bit) & 1) === 0) {
        unpacked.add(packed[at] ?? 0);
        at += 1;
      } else {
        unpacked.copy(((packed[at] ?? 0) << 8) | (packed[at + 1] ?? 0));
        at += 2;
      }
    }
  }
  return unpacked.bytes();
}

class Unpacked {
  readonly #ring = new Uint8Array(RING_BYTES);
  #ringAt = START.length;
  readonly #bytes: Uint8Array;
  #length = 0;
  #isEnded = false;

  constructor(size: number) {
    this.#bytes = new Uint8Array(size);
    this.#ring.set(START);
  }

  get isFull(): boolean {
    return this.#isEnded || this.#length >= this.#bytes.length;
  }

  bytes(): Uint8Array {
    return this.#bytes.subarray(0, this.#length);
  }

  add(byte: number): void {
    if (!this.isFull) {
      this.#bytes[this.#length] = byte;
      this.#ring[this.#ringAt % RING_BYTES] = byte;
      this.#length += 1;
      this.#ringAt += 1;
    }
  }

  /** A place and a length; the place that is written next ends the text. */
  copy(reference: number): void {
    const from = reference >> 4;
    this.#isEnded ||= from === this.#ringAt % RING_BYTES;
    for (let copied = 0; copied < (reference & 0xf) + 2; copied += 1) {
      this.add(this.#ring[(from + copied) % RING_BYTES] ?? 0);
    }
  }
}
