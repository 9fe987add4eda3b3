import { type DocumentPage, joinPages, type PageUnit } from "../../documents/index";
import { joinBytes } from "../../domain/bytes";
import { cutText } from "../../domain/text";
import type { FileReader } from "../ports";
import { type Block, blockName, type FinishedIndex } from "./text-index";

/** A page as the index knows it, without its text. */
export interface StoredPage extends Omit<DocumentPage, "text"> {
  /** UTF-16 units. */
  chars: number;
}

/** Of the whole text, in bytes. */
interface Stretch {
  offset: number;
  bytes: number;
}

type PartPlace = StoredPage & Stretch;

interface Excerpt<Text> {
  text: Text;
  /** There is more of what was asked for. */
  isCut: boolean;
}

/** What UTF-8 takes for a UTF-16 unit at most. */
const MAX_BYTES_PER_CHAR = 3;

/** The text of a file as it is kept: what is asked for is read, and no more. */
export class StoredText {
  readonly mimeType: string;
  /** Undefined where the format has no pages. */
  readonly pageUnit: PageUnit | undefined;
  readonly metadata: Readonly<Record<string, string>>;
  /** The document goes on beyond what was kept. */
  readonly truncated: boolean;
  readonly #fileId: string;
  readonly #files: FileReader;
  readonly #blocks: readonly Block[];
  readonly #parts: readonly PartPlace[];

  constructor(fileId: string, files: FileReader, index: FinishedIndex) {
    this.#fileId = fileId;
    this.#files = files;
    this.#blocks = index.blocks;
    this.#parts = placeParts(index);
    this.mimeType = index.mimeType;
    this.pageUnit = index.pageUnit;
    this.metadata = index.metadata;
    this.truncated = index.truncated;
  }

  /** None where the format has no pages. */
  get pages(): readonly StoredPage[] {
    return this.pageUnit === undefined ? [] : this.#parts;
  }

  /** The first `maxChars` UTF-16 units of these pages; a page that nothing would be left of is left out. */
  async readPages(
    pages: readonly StoredPage[],
    maxChars: number,
  ): Promise<Excerpt<DocumentPage[]>> {
    const wanted = new Set(pages.map(({ number }) => number));
    const parts = this.#parts.filter(({ number }) => wanted.has(number));
    let left = maxChars;
    const taken: { part: PartPlace; chars: number; stretch: Stretch }[] = [];
    for (const part of parts) {
      if (left <= 0) {
        break;
      }
      const chars = Math.min(part.chars, left);
      // One character more, as the last one may be cut.
      const bytes = Math.min(part.bytes, MAX_BYTES_PER_CHAR * (chars + 1));
      taken.push({ part, chars, stretch: { offset: part.offset, bytes } });
      left -= chars;
    }
    const texts = await this.#read(taken.map(({ stretch }) => stretch));
    const isCut =
      taken.length < parts.length || taken.some(({ part, chars }) => chars < part.chars);
    return {
      text: taken.map(({ part: { number, name }, chars }, index) => ({
        number,
        ...(name === undefined ? {} : { name }),
        text: cutText(texts[index] ?? "", chars),
      })),
      isCut,
    };
  }

  /** The first `maxChars` UTF-16 units of the whole text, pages headed by their numbers. */
  async readText(maxChars: number): Promise<Excerpt<string>> {
    const { text: pages, isCut } = await this.readPages(this.#parts, maxChars);
    const text =
      this.pageUnit === undefined ? (pages[0]?.text ?? "") : joinPages(pages, this.pageUnit);
    return { text: cutText(text, maxChars), isCut: isCut || text.length > maxChars };
  }

  /** Stretches of the whole text in its order; those that touch each other are read at once. */
  async #read(stretches: readonly Stretch[]): Promise<string[]> {
    const decoder = new TextDecoder("utf-8", { fatal: false, ignoreBOM: true });
    const texts: string[] = [];
    for (const run of joinAdjacent(stretches)) {
      const start = run[0]?.offset ?? 0;
      const bytes = await this.#readBytes(start, endOf(run.at(-1)));
      for (const { offset, bytes: length } of run) {
        texts.push(decoder.decode(bytes.subarray(offset - start, offset - start + length)));
      }
    }
    return texts;
  }

  /** The bytes from `start` to `end` of the whole text, out of as many blocks as they stand in. */
  async #readBytes(start: number, end: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    let blockStart = 0;
    for (const block of this.#blocks) {
      const offset = Math.max(start - blockStart, 0);
      const length = Math.min(end - blockStart, block.bytes) - offset;
      if (length > 0) {
        pieces.push(await this.#readBlock(block, { offset, length }));
      }
      blockStart += block.bytes;
    }
    return joinBytes(pieces);
  }

  async #readBlock(block: Block, range: { offset: number; length: number }): Promise<Uint8Array> {
    const bytes = await this.#files.readDerived(this.#fileId, blockName(block), range);
    if (bytes === null) {
      throw new Error(`A block of the text of file ${this.#fileId} is missing.`);
    }
    return bytes;
  }
}

function joinAdjacent(stretches: readonly Stretch[]): Stretch[][] {
  const runs: Stretch[][] = [];
  for (const stretch of stretches) {
    const run = runs.at(-1);
    if (run !== undefined && endOf(run.at(-1)) === stretch.offset) {
      run.push(stretch);
    } else {
      runs.push([stretch]);
    }
  }
  return runs;
}

function endOf({ offset, bytes }: Stretch = { offset: 0, bytes: 0 }): number {
  return offset + bytes;
}

function placeParts({ parts }: FinishedIndex): PartPlace[] {
  let offset = 0;
  return parts.map((part, index) => {
    const place = { ...part, number: index + 1, offset };
    offset += part.bytes;
    return place;
  });
}
