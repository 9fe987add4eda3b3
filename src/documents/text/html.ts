/** HTML as text: entities decoded, blocks apart, what a reader would not see left out. */
import { textDecoder } from "../../domain/charsets/text-decoder";
import { DOCUMENT } from "../../limits";
import type { DocumentSource, Extraction } from "../extractor";
import { declaredCharset, SourceText, unicodeSignature } from "./charset";
import { MathMl } from "./formula/math-ml";
import { HtmlColumns } from "./html-columns";
import { HtmlFonts } from "./html-fonts";
import { formatNumber } from "./list-number";
import { type Attributes, MarkupParser } from "./markup-parser";
import { raised } from "./raised";
import { appendCapped, headingPrefix, type TextBudget, TextWriter } from "./text-writer";

const INVISIBLE = new Set(
  (
    "script style template noscript noframes noembed svg iframe object canvas audio video datalist rp rt " +
    "annotation annotation-xml"
  ).split(" "),
);
const BLOCKS = new Set(
  (
    "address article aside blockquote body center details dialog div dl dd dt fieldset figcaption " +
    "figure footer form header hgroup hr legend main nav optgroup option p search section summary " +
    "caption textarea"
  ).split(" "),
);
const HEADING = /^h([1-6])$/;
const LISTS = new Set(["ul", "ol", "menu", "dir"]);
/** By the `type` of a numbered list; digits where it has none. */
const LIST_FORMATS: ReadonlyMap<string, string> = new Map([
  ["a", "lowerLetter"],
  ["A", "upperLetter"],
  ["i", "lowerRoman"],
  ["I", "upperRoman"],
]);
const MAX_LIST_INDENT = 8;
const HIDING_STYLE = /display\s*:\s*none|visibility\s*:\s*(?:hidden|collapse)/i;
const XML_START = /^\s*<\?xml\b/;

export async function readHtml(source: DocumentSource, budget: TextBudget): Promise<Extraction> {
  const head = await source.read(0, DOCUMENT.sniffBytes);
  const start = textDecoder(unicodeSignature(head) ?? "utf-8").decode(head);
  const html = new HtmlText(budget, { isXml: XML_START.test(start) });
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
  /** From one number to the next. */
  step: 1 | -1;
  /** As Word names it. */
  format: string;
}

/** One HTML document, written piece by piece. */
export class HtmlText {
  readonly #writer: TextWriter;
  readonly #parser: MarkupParser;
  readonly #lists: List[] = [];
  /** Of the open tables, the innermost last. */
  readonly #tables: HtmlColumns[] = [];
  readonly #fonts = new HtmlFonts();
  /** The open formula. */
  #math: MathMl | null = null;
  /** Depth of the outermost invisible element, 0 where none is open. */
  #hiddenAt = 0;
  #preformatted = 0;
  /** Open `sup`. */
  #raised = 0;
  #title = "";
  #isInTitle = false;

  /** `isXml`: `<script/>` closes itself and CDATA is text, as they do in XHTML but not in HTML. */
  constructor(budget: TextBudget, { isXml = false } = {}) {
    this.#writer = new TextWriter(budget);
    this.#parser = new MarkupParser(
      {
        open: (name, attributes) => this.#open(name, attributes),
        close: (name) => this.#close(name),
        text: (text) => this.#text(text),
        markup: (count) => budget.followMarkup(count),
      },
      { recognizeSelfClosing: isXml, recognizeCDATA: isXml },
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
    if (INVISIBLE.has(name) || isHidden(name, attributes)) {
      this.#hiddenAt = this.#parser.depth;
      return;
    }
    if (this.#math !== null || name === "math") {
      this.#openMath(name, attributes);
      return;
    }
    this.#fonts.open(this.#parser.depth, attributes);
    const heading = HEADING.exec(name);
    if (heading !== null) {
      this.#writer.startBlock("paragraph", headingPrefix(Number(heading[1])));
    } else if (BLOCKS.has(name)) {
      this.#writer.startBlock();
    } else if (LISTS.has(name)) {
      this.#writer.endBlock();
      this.#lists.push(listOf(name, attributes));
    } else {
      this.#openSpecial(name, attributes);
    }
  }

  #openMath(name: string, attributes: Attributes): void {
    if (this.#math === null) {
      this.#math = new MathMl();
    } else {
      this.#math.open(name, attributes);
    }
  }

  #closeMath(math: MathMl, name: string): void {
    if (name === "math") {
      this.#math = null;
      this.#writer.addCollapsed(math.end());
    } else {
      math.close();
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
      case "sup":
        this.#raised += 1;
        break;
      case "q":
        this.#writer.add("“");
        break;
      case "pre":
        this.#preformatted += 1;
        this.#writer.startBlock("verbatim");
        break;
      case "li":
        this.#writer.startBlock("item", this.#itemPrefix(attributes));
        break;
      default:
        this.#openTable(name, attributes);
    }
  }

  #openTable(name: string, attributes: Attributes): void {
    switch (name) {
      case "table":
        this.#writer.separate();
        this.#tables.push(new HtmlColumns());
        break;
      case "thead":
      case "tbody":
      case "tfoot":
        this.#tables.at(-1)?.startGroup();
        break;
      case "tr":
        this.#writer.startRow();
        this.#tables.at(-1)?.startRow();
        break;
      case "td":
      case "th":
        this.#addEmptyCells(this.#tables.at(-1)?.startCell(attributes) ?? 0);
        this.#writer.startCell();
        break;
    }
  }

  #close(name: string): void {
    if (this.#hiddenAt === this.#parser.depth) {
      this.#hiddenAt = 0;
    } else if (this.#hiddenAt > 0) {
      return;
    } else if (this.#math !== null) {
      this.#closeMath(this.#math, name);
    } else {
      this.#closeVisible(name);
      this.#fonts.close(this.#parser.depth);
    }
  }

  #closeVisible(name: string): void {
    if (BLOCKS.has(name) || name === "li" || HEADING.test(name)) {
      this.#writer.endBlock();
      return;
    }
    if (LISTS.has(name)) {
      this.#lists.pop();
      this.#writer.endBlock();
      return;
    }
    switch (name) {
      case "title":
        this.#isInTitle = false;
        break;
      case "sup":
        this.#raised -= 1;
        break;
      case "q":
        this.#writer.add("”");
        break;
      case "pre":
        this.#preformatted -= 1;
        this.#writer.endBlock();
        break;
      default:
        this.#closeTable(name);
    }
  }

  #closeTable(name: string): void {
    switch (name) {
      case "td":
      case "th":
        this.#writer.endCell();
        this.#addEmptyCells(this.#tables.at(-1)?.endCell() ?? 0);
        break;
      case "tr":
        this.#writer.endRow();
        break;
      case "table":
        this.#tables.pop();
        this.#writer.separate();
        break;
    }
  }

  #addEmptyCells(count: number): void {
    for (let cell = 0; cell < count; cell += 1) {
      this.#writer.startCell();
      this.#writer.endCell();
    }
  }

  #text(text: string): void {
    if (this.#isInTitle) {
      this.#title = appendCapped(this.#title, text, DOCUMENT.metadataMaxChars);
    } else if (this.#hiddenAt > 0) {
      return;
    } else if (this.#math !== null) {
      this.#math.text(text);
    } else if (this.#preformatted > 0) {
      this.#writer.add(this.#fonts.shown(text));
    } else {
      const shown = this.#fonts.shown(text);
      this.#writer.addCollapsed(this.#raised > 0 ? raised(shown) : shown);
    }
  }

  #itemPrefix(attributes: Attributes): string {
    const list = this.#lists.at(-1);
    const indent = "  ".repeat(Math.min(Math.max(this.#lists.length - 1, 0), MAX_LIST_INDENT));
    if (list === undefined || list.next === null) {
      return `${indent}- `;
    }
    const number = integer(attributes["value"], list.next);
    list.next = number + list.step;
    return `${indent}${formatNumber(number, list.format)}. `;
  }
}

/** A list that counts down from the number of its items, which are to come, has no numbers here. */
function listOf(name: string, { start, reversed, type = "" }: Attributes): List {
  const isNumbered = name === "ol" && (reversed === undefined || start !== undefined);
  return {
    next: isNumbered ? integer(start, 1) : null,
    step: reversed === undefined ? 1 : -1,
    format: LIST_FORMATS.get(type) ?? "decimal",
  };
}

function isHidden(name: string, attributes: Attributes): boolean {
  const isClosed = name === "dialog" && attributes["open"] === undefined;
  return (
    isClosed || attributes["hidden"] !== undefined || HIDING_STYLE.test(attributes["style"] ?? "")
  );
}

function integer(text: string | undefined, fallback: number): number {
  const number = Number.parseInt(text ?? "", 10);
  return Number.isSafeInteger(number) ? number : fallback;
}
