/** Turns the shapes of a slide, a note, a diagram or a drawing into text: in the order in which they are kept. */
import { headingPrefix, type TextWriter } from "../text/text-writer";
import { attribute, type Attributes } from "../text/xml";
import { DrawnTexts } from "./drawn-text";
import { isOn } from "./ooxml";

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

  constructor(writer: TextWriter, drawnTexts = new DrawnTexts()) {
    this.#writer = writer;
    this.#drawnTexts = drawnTexts;
  }

  open(name: string, attributes: Attributes): void {
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
      case "p":
        this.#startParagraph();
        break;
      case "pPr":
        this.#indent(Number(attributes["lvl"] ?? 0));
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
    if (this.#isInText) {
      this.#writer.add(text);
    }
  }

  close(name: string): void {
    switch (name) {
      case "t":
        this.#isInText = false;
        break;
      case "p":
        this.#writer.endBlock();
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

  #startParagraph(): void {
    if (TITLES.has(this.#placeholder)) {
      this.#writer.startBlock("paragraph", headingPrefix(1));
    } else {
      this.#writer.startBlock("item");
    }
  }

  #indent(level: number): void {
    if (level > 0 && !TITLES.has(this.#placeholder)) {
      this.#writer.setBlock("item", "  ".repeat(Math.min(level, MAX_LEVEL)));
    }
  }
}
