/** The pages of a packed document, each out of a part of its own that is read once, however often it is named. */
import type { DocumentPage } from "./document";
import type { ZipArchive } from "./package/zip";
import type { TextBudget } from "./text/text-writer";

export interface PageText {
  text: string;
  name?: string | undefined;
}

export class PackedPages {
  readonly all: DocumentPage[] = [];
  readonly #zip: ZipArchive;
  readonly #budget: TextBudget;
  readonly #readPart: (part: string) => Promise<PageText>;
  readonly #read = new Map<string, PageText>();

  constructor(zip: ZipArchive, budget: TextBudget, readPart: (part: string) => Promise<PageText>) {
    this.#zip = zip;
    this.#budget = budget;
    this.#readPart = readPart;
  }

  /**
   * Adds the page that stands in this part; one that is missing, or that no room is left for, is empty.
   * Throws ActionFailure `file_too_large` beyond `DOCUMENT.maxPages`.
   */
  async add(part: string | undefined, givenName?: string): Promise<void> {
    const page = part === undefined || !this.#zip.has(part) ? NO_TEXT : await this.#pageIn(part);
    const name = givenName ?? page.name;
    const number = this.all.length + 1;
    this.#zip.work.addPage(name);
    this.all.push({ number, ...(name === undefined ? {} : { name }), text: page.text });
  }

  async #pageIn(part: string): Promise<PageText> {
    const known = this.#read.get(part);
    if (known !== undefined) {
      return { ...known, text: this.#budget.take(known.text) };
    }
    if (this.#budget.isExceeded) {
      return NO_TEXT;
    }
    const page = await this.#readPart(part);
    this.#read.set(part, page);
    return page;
  }
}

const NO_TEXT: PageText = { text: "" };
