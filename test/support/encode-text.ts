/** Text in a legacy encoding, for which the platform has decoders alone. */
import { type StreamDecoder, textDecoder } from "../../src/domain/charsets/text-decoder";

const TABLES = new Map<string, Map<string, number[]>>();

/** Throws where the encoding has no bytes for a character; encodings of one and two bytes. */
export function encodeText(text: string, charset: string): Uint8Array {
  const table = TABLES.get(charset) ?? tableOf(charset);
  TABLES.set(charset, table);
  return new Uint8Array(
    Array.from(text).flatMap((character) => {
      const bytes = table.get(character);
      if (bytes === undefined) {
        throw new Error(`${charset} has no ${character}.`);
      }
      return bytes;
    }),
  );
}

function tableOf(charset: string): Map<string, number[]> {
  const decoder = textDecoder(charset);
  const table = new Map<string, number[]>();
  for (let lead = 0x80; lead < 0x100; lead += 1) {
    for (let trail = 0x40; trail < 0x100; trail += 1) {
      keep(table, decoder, [lead, trail]);
    }
  }
  for (let byte = 0; byte < 0x100; byte += 1) {
    keep(table, decoder, [byte]);
  }
  return table;
}

function keep(table: Map<string, number[]>, decoder: StreamDecoder, bytes: number[]): void {
  const characters = Array.from(decoder.decode(new Uint8Array(bytes)));
  const [character] = characters;
  if (characters.length === 1 && character !== undefined && character !== "\ufffd") {
    table.set(character, bytes);
  }
}
