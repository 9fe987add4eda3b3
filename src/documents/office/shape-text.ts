/** Turns the shapes of a slide, a note, a diagram or a drawing into text: in the order in which they are kept. */
import { raised } from "../text/raised";
import { isSymbolFont, shownIn } from "../text/symbol-fonts";
import { headingPrefix, type TextWriter } from "../text/text-writer";
import { attribute, type Attributes } from "../text/xml";
import { DrawnTexts } from "./drawn-text";
import { OfficeMath } from "./office-math";
import { isOn } from "./ooxml";
import { SlideNumbers } from "./slide-numbers";

/** Placeholders that repeat on each slide and say nothing about it. */
const FURNITURE = new Set(["dt", "ftr", "hdr", "sldNum", "sldImg"]);
/** Paragraphs of a slide have nine levels. */
const MAX_LEVEL = 8;
const TITLES = new Set(["title", "ctrTitle"]);

export class ShapeText {
  readonly #writer: TextWriter;
  readonly #drawnTexts: DrawnTexts;
  #isInText = false;
  /** What the open shape is a placeholder for. */
  #placeholder = "";
  #isHiddenShape = false;
  readonly #numbers = new SlideNumbers();
  #level = 0;
  /** The open formula. */
  #math: OfficeMath | null = null;
  /** Of the open run. */
  #font: string | undefined;
  #isRaised = false;
  /** The open paragraph has some. */
  #hasText = false;

  constructor(writer: TextWriter, drawnTexts = new DrawnTexts()) {
    this.#writer = writer;
    this.#drawnTexts = drawnTexts;
  }

  open(name: string, attributes: Attributes): void {
    this.#numbers.open(name, attributes);
    this.#math?.open(name, attributes);
    switch (name) {
      case "sp":
        this.#placeholder = "";
        this.#isHiddenShape = false;
        break;
      case "cNvPr":
        this.#isHiddenShape = isOn(attributes["hidden"] ?? "0");
        break;
      case "ph":
        this.#placeholder = attribute(attributes, "type") ?? "body";
        break;
      default:
        this.#openText(name, attributes);
    }
  }

  #openText(name: string, attributes: Attributes): void {
    switch (name) {
      case "p":
        this.#startParagraph();
        break;
      case "pPr":
        this.#indent(Number(attributes["lvl"] ?? 0));
        break;
      case "r":
        this.#font = undefined;
        this.#isRaised = false;
        break;
      case "rPr":
        this.#isRaised = Number(attributes["baseline"] ?? 0) > 0;
        break;
      case "latin":
      case "sym":
        this.#setFont(attributes["typeface"]);
        break;
      case "t":
        this.#isInText = !FURNITURE.has(this.#placeholder) && !this.#isHiddenShape;
        break;
      case "br":
        this.#writer.add("\n");
        break;
      default:
        this.#openTableOrDrawing(name, attributes);
    }
  }

  #openTableOrDrawing(name: string, attributes: Attributes): void {
    switch (name) {
      case "tbl":
        this.#writer.separate();
        break;
      case "oMath":
        this.#math ??= new OfficeMath();
        break;
      case "tr":
        this.#writer.startRow();
        break;
      case "tc":
        this.#writer.startCell();
        break;
      default:
        this.#addDrawnText(this.#drawnTexts.take(name, attributes));
    }
  }

  text(text: string): void {
    if (this.#isInText && this.#math !== null) {
      this.#math.text(text);
    } else if (this.#isInText) {
      const shown = shownIn(this.#font, text);
      this.#writer.add(this.#isRaised ? raised(shown) : shown);
      this.#hasText ||= /\S/.test(text);
    }
  }

  close(name: string): void {
    this.#numbers.close(name);
    if (name === "oMath") {
      this.#endMath();
    }
    this.#math?.close();
    switch (name) {
      case "t":
        this.#isInText = false;
        break;
      case "p":
        this.#endParagraph();
        break;
      case "sp":
        this.#placeholder = "";
        this.#writer.separate();
        break;
      case "tc":
        this.#writer.endCell();
        break;
      case "tr":
        this.#writer.endRow();
        break;
      case "tbl":
        this.#writer.separate();
        break;
    }
  }

  /** Ends the text; what is drawn without a place stands behind it. */
  finish(): string {
    for (const text of this.#drawnTexts.takeRest()) {
      this.#addDrawnText(text);
    }
    return this.#writer.finish();
  }

  #addDrawnText(text: string | undefined): void {
    if (text !== undefined) {
      this.#writer.startBlock("verbatim");
      this.#writer.add(text);
      this.#writer.endBlock();
    }
  }

  #endMath(): void {
    const text = this.#math?.end() ?? "";
    this.#math = null;
    this.#writer.add(text);
    this.#hasText ||= text !== "";
  }

  /** Of the two the font for symbols decides: programs name it for an arrow that they have made of `->`. */
  #setFont(font: string | undefined): void {
    if (isSymbolFont(font)) {
      this.#font = font;
    }
  }

  #startParagraph(): void {
    this.#hasText = false;
    this.#level = 0;
    this.#numbers.startParagraph();
    if (TITLES.has(this.#placeholder)) {
      this.#writer.startBlock("paragraph", headingPrefix(1));
    } else {
      this.#writer.startBlock("item");
    }
  }

  #indent(level: number): void {
    this.#level = Math.min(Math.max(level, 0), MAX_LEVEL) || 0;
    this.#numbers.setLevel(this.#level);
    if (level > 0 && !TITLES.has(this.#placeholder)) {
      this.#writer.setBlock("item", "  ".repeat(this.#level));
    }
  }

  /** An empty paragraph has no number and takes none. */
  #endParagraph(): void {
    const number = this.#hasText ? this.#numbers.next() : null;
    if (number !== null && TITLES.has(this.#placeholder)) {
      this.#writer.setBlock("paragraph", headingPrefix(1, number));
    } else if (number !== null) {
      this.#writer.setBlock("item", `${"  ".repeat(this.#level)}${number} `);
    }
    this.#writer.endBlock();
  }
}
