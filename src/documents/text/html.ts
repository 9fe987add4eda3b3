/** HTML as text: entities decoded, blocks apart, what a reader would not see left out. */
import { DOCUMENT } from "../../limits";
import type { DocumentSource, Extraction } from "../document";
import { declaredCharset, SourceText } from "./charset";
import { type Attributes, MarkupParser } from "./markup-parser";
import { appendCapped, headingPrefix, type TextBudget, TextWriter } from "./text-writer";

const INVISIBLE = new Set(
  "script style template noscript svg iframe object canvas audio video datalist rp rt".split(" "),
);
const BLOCKS = new Set(
  (
    "address article aside blockquote body center details dialog div dl dd dt fieldset figcaption " +
    "figure footer form header hr legend main nav option p section summary caption"
  ).split(" "),
);
const HEADING = /^h([1-6])$/;
const MAX_LIST_INDENT = 8;

export async function readHtml(source: DocumentSource, budget: TextBudget): Promise<Extraction> {
  const head = await source.read(0, DOCUMENT.sniffBytes);
  const html = new HtmlText(budget);
  const content = await SourceText.open(source, declaredCharset(head));
  for await (const piece of content.pieces()) {
    html.write(piece);
    if (budget.isExceeded) {
      break;
    }
  }
  const { text, metadata } = html.finish();
  return { text, metadata: { ...metadata, charset: content.charset } };
}

interface List {
  /** The next item's number; null in a bulleted list. */
  next: number | null;
}

/** One HTML document, written piece by piece. */
export class HtmlText {
  readonly #writer: TextWriter;
  readonly #parser: MarkupParser;
  readonly #lists: List[] = [];
  /** Depth of the outermost invisible element, 0 where none is open. */
  #hiddenAt = 0;
  #preformatted = 0;
  #title = "";
  #isInTitle = false;

  /** `isXml`: `<script/>` closes itself, as it does in XHTML but not in HTML. */
  constructor(budget: TextBudget, { isXml = false } = {}) {
    this.#writer = new TextWriter(budget);
    this.#parser = new MarkupParser(
      {
        open: (name, attributes) => this.#open(name, attributes),
        close: (name) => this.#close(name),
        text: (text) => this.#text(text),
        markup: (count) => budget.followMarkup(count),
      },
      { recognizeSelfClosing: isXml },
    );
  }

  write(piece: string): void {
    this.#parser.write(piece);
  }

  finish(): { text: string; metadata: Record<string, string> } {
    this.#parser.end();
    const title = this.#title.replace(/\s+/g, " ").trim();
    return { text: this.#writer.finish(), metadata: title === "" ? {} : { title } };
  }

  #open(name: string, attributes: Attributes): void {
    if (this.#hiddenAt > 0) {
      return;
    }
    if (INVISIBLE.has(name) || isHidden(attributes)) {
      this.#hiddenAt = this.#parser.depth;
      return;
    }
    const heading = HEADING.exec(name);
    if (heading !== null) {
      this.#writer.startBlock("paragraph", headingPrefix(Number(heading[1])));
    } else if (BLOCKS.has(name)) {
      this.#writer.startBlock();
    } else {
      this.#openSpecial(name, attributes);
    }
  }

  #openSpecial(name: string, attributes: Attributes): void {
    switch (name) {
      case "title":
        this.#isInTitle = true;
        break;
      case "br":
        this.#writer.add("\n");
        break;
      case "pre":
        this.#preformatted += 1;
        this.#writer.startBlock("verbatim");
        break;
      case "ul":
      case "ol":
        this.#writer.endBlock();
        this.#lists.push({ next: name === "ol" ? integer(attributes["start"], 1) : null });
        break;
      case "li":
        this.#writer.startBlock("item", this.#itemPrefix(attributes));
        break;
      case "table":
        this.#writer.separate();
        break;
      case "tr":
        this.#writer.startRow();
        break;
      case "td":
      case "th":
        this.#writer.startCell();
        break;
    }
  }

  #close(name: string): void {
    if (this.#hiddenAt === this.#parser.depth) {
      this.#hiddenAt = 0;
    } else if (this.#hiddenAt === 0) {
      this.#closeVisible(name);
    }
  }

  #closeVisible(name: string): void {
    if (BLOCKS.has(name) || name === "li" || HEADING.test(name)) {
      this.#writer.endBlock();
      return;
    }
    switch (name) {
      case "title":
        this.#isInTitle = false;
        break;
      case "pre":
        this.#preformatted -= 1;
        this.#writer.endBlock();
        break;
      case "ul":
      case "ol":
        this.#lists.pop();
        this.#writer.endBlock();
        break;
      case "td":
      case "th":
        this.#writer.endCell();
        break;
      case "tr":
        this.#writer.endRow();
        break;
      case "table":
        this.#writer.separate();
        break;
    }
  }

  #text(text: string): void {
    if (this.#isInTitle) {
      this.#title = appendCapped(this.#title, text, DOCUMENT.metadataMaxChars);
    } else if (this.#hiddenAt > 0) {
      return;
    } else if (this.#preformatted > 0) {
      this.#writer.add(text);
    } else {
      this.#writer.addCollapsed(text);
    }
  }

  #itemPrefix(attributes: Attributes): string {
    const list = this.#lists.at(-1);
    const indent = "  ".repeat(Math.min(Math.max(this.#lists.length - 1, 0), MAX_LIST_INDENT));
    if (list === undefined || list.next === null) {
      return `${indent}- `;
    }
    const number = integer(attributes["value"], list.next);
    list.next = number + 1;
    return `${indent}${number}. `;
  }
}

function isHidden(attributes: Attributes): boolean {
  return (
    attributes["hidden"] !== undefined || /display\s*:\s*none/i.test(attributes["style"] ?? "")
  );
}

function integer(text: string | undefined, fallback: number): number {
  const number = Number.parseInt(text ?? "", 10);
  return Number.isSafeInteger(number) ? number : fallback;
}
