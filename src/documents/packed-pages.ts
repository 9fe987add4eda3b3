/** The pages of a packed document, each out of a part of its own that is read once, however often it is named. */
import type { PageSink } from "./extractor";
import type { ZipArchive } from "./package/zip";
import type { ReaderContext } from "./reader";
import type { TextBudget } from "./text/text-writer";

export interface PageText {
  text: string;
  name?: string | undefined;
}

export class PackedPages {
  readonly #zip: ZipArchive;
  readonly #budget: TextBudget;
  readonly #sink: PageSink;
  readonly #readPart: (part: string) => Promise<PageText>;
  readonly #read = new Map<string, PageText>();
  #count = 0;

  constructor(
    zip: ZipArchive,
    { budget, pages }: ReaderContext,
    readPart: (part: string) => Promise<PageText>,
  ) {
    this.#zip = zip;
    this.#budget = budget;
    this.#sink = pages;
    this.#readPart = readPart;
    budget.pass(pages.kept.chars);
  }

  /**
   * Adds the page that stands in this part; one that is missing, or that no room is left for, is empty.
   * Throws ActionFailure `file_too_large` beyond `DOCUMENT.maxPages`.
   */
  async add(part: string | undefined, givenName?: string): Promise<void> {
    this.#count += 1;
    if (this.#count <= this.#sink.kept.pages) {
      this.#zip.work.addPage(givenName);
      return;
    }
    const page = part === undefined || !this.#zip.has(part) ? NO_TEXT : await this.#pageIn(part);
    const name = givenName ?? page.name;
    this.#zip.work.addPage(name);
    await this.#sink.add({
      number: this.#count,
      ...(name === undefined ? {} : { name }),
      text: page.text,
    });
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
