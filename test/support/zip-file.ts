/** Writes ZIP archives by hand, true ones and lying ones. */
import { joinBytes } from "../../src/domain/bytes";

export interface ZipPart {
  name: string;
  content: string | Uint8Array;
  /** What the directory says instead of the true size in bytes. */
  declaredSize?: number;
  isEncrypted?: boolean;
}

export async function zipFile(parts: readonly ZipPart[]): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const directory: Uint8Array[] = [];
  let offset = 0;
  for (const part of parts) {
    const { packed, size, crc } = await pack(part);
    const name = new TextEncoder().encode(part.name);
    const declared = part.declaredSize ?? size;
    const flags = part.isEncrypted === true ? 1 : 0;
    const common = [
      u16(20),
      u16(flags),
      u16(8),
      u32(0),
      u32(crc),
      u32(packed.length),
      u32(declared),
    ];
    const local = joinBytes([u32(0x04034b50), ...common, u16(name.length), u16(0), name]);
    // No extra field, no comment, first disk, no attributes.
    const defaults = new Uint8Array(12);
    directory.push(
      joinBytes([
        u32(0x02014b50),
        u16(20),
        ...common,
        u16(name.length),
        defaults,
        u32(offset),
        name,
      ]),
    );
    chunks.push(local, packed);
    offset += local.length + packed.length;
  }
  const entries = joinBytes(directory);
  const count = u16(parts.length);
  const end = [u32(0x06054b50), u16(0), u16(0), count, count];
  return joinBytes([...chunks, entries, ...end, u32(entries.length), u32(offset), u16(0)]);
}

async function pack({ content }: ZipPart) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  const stream = new Blob([bytes]).stream().pipeThrough(new CompressionStream("deflate-raw"));
  const packed = new Uint8Array(await new Response(stream).arrayBuffer());
  return { packed, size: bytes.length, crc: crc32(bytes) };
}

function u16(value: number): Uint8Array {
  return new Uint8Array([value, value >>> 8]);
}

function u32(value: number): Uint8Array {
  return new Uint8Array([value, value >>> 8, value >>> 16, value >>> 24]);
}

function crc32(bytes: Uint8Array): number {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) {
      crc = (crc >>> 1) ^ ((crc & 1) === 0 ? 0 : 0xedb88320);
    }
  }
  return ~crc >>> 0;
}
