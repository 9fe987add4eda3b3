import type { DocumentPage, ExtractedPages, PageSink } from "../../documents/index";
import { toHex } from "../../domain/ids";
import { EXTRACTED_TEXT } from "../../limits";
import type { FileReader } from "../ports";
import {
  type Block,
  blockName,
  type FinishedIndex,
  keepIndex,
  type Part,
  type UnfinishedIndex,
} from "./text-index";

/** Keeps the text of a file while it is read, never more than a block of it in memory. */
export class TextKeeper implements PageSink {
  readonly kept: PageSink["kept"];
  readonly #files: FileReader;
  readonly #fileId: string;
  readonly #blocks: Block[];
  readonly #parts: Part[];
  #buffer = new Uint8Array(EXTRACTED_TEXT.blockBytes);
  #filled = 0;
  /** The buffer ends with a page's end. */
  #isWhole = true;
  /** Pages that the kept index knows. */
  #indexed: number;

  /** @param earlier What a reading that was cut off has left. */
  constructor(files: FileReader, fileId: string, earlier: UnfinishedIndex | null) {
    this.#files = files;
    this.#fileId = fileId;
    this.#blocks = [...(earlier?.blocks ?? [])];
    this.#parts = [...(earlier?.parts ?? [])];
    this.#indexed = this.#parts.length;
    this.kept = {
      pages: this.#parts.length,
      chars: this.#parts.reduce((sum, { chars }) => sum + chars, 0),
    };
  }

  async add({ name, text }: Pick<DocumentPage, "name" | "text">): Promise<void> {
    const bytes = await this.#write(text);
    this.#parts.push({ ...(name === undefined ? {} : { name }), chars: text.length, bytes });
    if (this.#parts.length - this.#indexed >= EXTRACTED_TEXT.pagesPerProgress) {
      await this.keepProgress();
    }
  }

  /** Lets another reading go on after the pages that were added; in the middle of one nothing is kept. */
  async keepProgress(): Promise<void> {
    if (this.#isWhole && this.#parts.length > this.#indexed) {
      await this.#keepBlock();
      const stored = { blocks: this.#blocks, parts: this.#parts };
      await keepIndex(this.#files, this.#fileId, { isDone: false, ...stored });
      this.#indexed = this.#parts.length;
    }
  }

  /** Makes what was kept the file's text. */
  async finish({ text, ...found }: ExtractedPages): Promise<FinishedIndex> {
    if (text !== null) {
      this.#parts.push({ chars: text.length, bytes: await this.#write(text) });
    }
    await this.#keepBlock();
    const index = { isDone: true, blocks: this.#blocks, parts: this.#parts, ...found } as const;
    await keepIndex(this.#files, this.#fileId, index);
    return index;
  }

  /** Answers with the bytes that the text takes. */
  async #write(text: string): Promise<number> {
    const encoder = new TextEncoder();
    this.#isWhole = false;
    let bytes = 0;
    for (let at = 0; at < text.length;) {
      // Sliced, as a text of megabytes would be looked through for each block.
      const piece = text.slice(at, at + this.#buffer.length);
      const { read, written } = encoder.encodeInto(piece, this.#buffer.subarray(this.#filled));
      at += read;
      bytes += written;
      this.#filled += written;
      if (at < text.length && read < piece.length) {
        await this.#keepBlock();
      }
    }
    this.#isWhole = true;
    return bytes;
  }

  async #keepBlock(): Promise<void> {
    if (this.#filled === 0) {
      return;
    }
    const content = this.#buffer.subarray(0, this.#filled);
    const digest = await crypto.subtle.digest("SHA-256", content);
    const block = { digest: toHex(new Uint8Array(digest)), bytes: content.length };
    await this.#files.keepDerived(this.#fileId, blockName(block), content);
    this.#blocks.push(block);
    this.#filled = 0;
  }
}
