/** Reading and writing of the WebAssembly binary format, as far as `meter.ts` needs it. */

/** https://webassembly.github.io/spec/core/binary/modules.html#sections */
export const SECTION = {
  type: 1,
  import: 2,
  global: 6,
  export: 7,
  start: 8,
  element: 9,
  code: 10,
} as const;

export interface Section {
  id: number;
  bytes: Uint8Array;
}

const HEADER = [0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00];

export function splitSections(wasm: Uint8Array): Section[] {
  const reader = new Reader(wasm);
  if (HEADER.some((byte) => reader.byte() !== byte)) {
    throw new Error("not a WebAssembly 1 module");
  }
  const sections: Section[] = [];
  while (!reader.atEnd) {
    sections.push({ id: reader.byte(), bytes: reader.take(reader.u32()) });
  }
  return sections;
}

export function joinSections(sections: readonly Section[]): Uint8Array {
  const writer = new Writer();
  writer.bytes(HEADER);
  for (const section of sections) {
    writer.byte(section.id);
    writer.u32(section.bytes.length);
    writer.bytes(section.bytes);
  }
  return writer.done();
}

export class Reader {
  readonly #bytes: Uint8Array;
  position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  get atEnd(): boolean {
    return this.position >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.position];
    if (byte === undefined) {
      throw new Error("the module ends too early");
    }
    this.position += 1;
    return byte;
  }

  take(length: number): Uint8Array {
    this.position += length;
    return this.#bytes.subarray(this.position - length, this.position);
  }

  /** What was read since `start`. */
  since(start: number): Uint8Array {
    return this.#bytes.subarray(start, this.position);
  }

  u32(): number {
    let value = 0;
    let shift = 0;
    let byte: number;
    do {
      byte = this.byte();
      value |= (byte & 0x7f) << shift;
      shift += 7;
    } while (byte & 0x80);
    return value >>> 0;
  }

  /** A LEB128 number of any width, for its length alone. */
  skipLeb(): void {
    let byte: number;
    do {
      byte = this.byte();
    } while (byte & 0x80);
  }

  name(): string {
    return new TextDecoder().decode(this.take(this.u32()));
  }
}

export class Writer {
  readonly #parts: number[] = [];

  byte(value: number): void {
    this.#parts.push(value);
  }

  bytes(values: Iterable<number>): void {
    for (const value of values) {
      this.#parts.push(value);
    }
  }

  u32(value: number): void {
    let rest = value;
    while (rest > 0x7f) {
      this.#parts.push((rest & 0x7f) | 0x80);
      rest >>>= 7;
    }
    this.#parts.push(rest);
  }

  name(text: string): void {
    const bytes = new TextEncoder().encode(text);
    this.u32(bytes.length);
    this.bytes(bytes);
  }

  done(): Uint8Array {
    return Uint8Array.from(this.#parts);
  }
}
