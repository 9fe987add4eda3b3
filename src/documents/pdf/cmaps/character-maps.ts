/**
 * The character maps that PDFs name and do not embed: without them the text of many Chinese, Japanese
 * and Korean files is lost. `scripts/build-cmaps.ts` packs them.
 */
import packed from "./cmaps.bin";

interface Unpacked {
  /** Offset and length in bytes, by name. */
  index: Map<string, readonly [offset: number, length: number]>;
  maps: Uint8Array;
}

let unpacked: Promise<Unpacked> | null = null;

/** pdf.js asks an object of this class for the data that it does not bring along. */
export class CharacterMaps {
  /** Throws where there is no map of this name: the parser then does without. */
  async fetch({ kind, filename }: { kind: string; filename: string }): Promise<Uint8Array> {
    unpacked ??= unpack();
    const { index, maps } = await unpacked;
    const place = kind === "cMapUrl" ? index.get(filename.replace(/\.bcmap$/, "")) : undefined;
    if (place === undefined) {
      throw new Error(`No data named ${filename}.`);
    }
    return maps.slice(place[0], place[0] + place[1]);
  }
}

async function unpack(): Promise<Unpacked> {
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("gzip"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const end = bytes.indexOf(0x0a);
  const index: Record<string, [number, number]> = JSON.parse(
    new TextDecoder().decode(bytes.subarray(0, end)),
  );
  return { index: new Map(Object.entries(index)), maps: bytes.subarray(end + 1) };
}
