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

let unpacked: Promise<CharacterMaps> | null = null;

export class CharacterMaps {
  readonly #index: ReadonlyMap<string, readonly [offset: number, length: number]>;
  readonly #maps: Uint8Array;

  constructor({ index, maps }: Unpacked) {
    this.#index = index;
    this.#maps = maps;
  }

  /** Unpacked once an isolate, before a document is read: nothing may wait in the middle of it. */
  static load(): Promise<CharacterMaps> {
    unpacked ??= unpack().then((found) => new CharacterMaps(found));
    return unpacked;
  }

  /** The data that pdf.js does not bring along. Throws where there is no map of this name: it then does without. */
  find({ kind, filename }: { kind: string; filename: string }): Uint8Array {
    const name = filename.replace(/\.bcmap$/, "");
    const place = kind === "cMapUrl" ? this.#index.get(name) : undefined;
    if (place === undefined) {
      throw new Error(`No data named ${filename}.`);
    }
    return this.#maps.slice(place[0], place[0] + place[1]);
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
