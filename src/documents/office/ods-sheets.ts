/** The sheets of an OpenDocument spreadsheet: cells as they are shown, which the format keeps as text. */
import { cutText } from "../../domain/text";
import { DOCUMENT } from "../../limits";
import type { DocumentPage } from "../extractor";
import type { ReaderContext } from "../reader";
import { type TextBudget, TextWriter } from "../text/text-writer";
import { attribute, type Attributes, prefixedAttribute } from "../text/xml";
import type { WorkBudget } from "../work-budget";
import { count, type OdfObjects, type OdfStyles, OdfText, SHAPES } from "./odf-text";
import { cellText, CellText, SheetLines } from "./sheet-lines";

/** A sheet is filled up with empty rows and cells by one that repeats a million times. */
const MAX_COLUMNS = 16_384;

export class OdsSheets {
  readonly #pages: DocumentPage[] = [];
  readonly #budget: TextBudget;
  readonly #work: WorkBudget;
  readonly #styles: OdfStyles;
  readonly #objects: OdfObjects;
  #sheet: { name: string; lines: SheetLines; drawn: TextWriter } | null = null;
  /** Reads what is drawn over the cells while a shape is open. */
  #shape: { reader: OdfText; depth: number } | null = null;
  #row = 1;
  #repeatedRows = 1;
  #cells: { column: number; text: string; count: number }[] = [];
  #column = 1;
  #repeatedCells = 1;
  readonly #text = new CellText();
  /** What the open cell holds, for programs that do not tell how it is shown. */
  #value = "";
  #hasParagraph = false;
  #paragraphs = 0;

  constructor({ budget, work }: ReaderContext, styles: OdfStyles, objects: OdfObjects) {
    this.#budget = budget;
    this.#work = work;
    this.#styles = styles;
    this.#objects = objects;
  }

  open(name: string, attributes: Attributes): void {
    if (SHAPES.has(name) || name === "object") {
      this.#startShape();
    }
    if (this.#shape === null) {
      this.#openCells(name, attributes);
    } else {
      this.#shape.reader.open(name, attributes);
    }
  }

  #openCells(name: string, attributes: Attributes): void {
    this.#styles.letters.open(name, attributes);
    switch (name) {
      case "table":
        this.#startSheet(attribute(attributes, "name") ?? "");
        break;
      case "table-row":
        this.#repeatedRows = count(attributes, "number-rows-repeated");
        this.#cells = [];
        this.#column = 1;
        break;
      case "table-cell":
      case "covered-table-cell":
        this.#repeatedCells = count(attributes, "number-columns-repeated");
        this.#text.clear();
        this.#hasParagraph = false;
        this.#value = valueOf(attributes);
        break;
      case "p":
        this.#paragraphs += 1;
        this.#hasParagraph = true;
        this.#text.add(" ");
        break;
      case "s":
      case "tab":
      case "line-break":
        this.#text.add(" ");
        break;
    }
  }

  text(text: string): void {
    if (this.#shape !== null) {
      this.#shape.reader.text(text);
    } else if (this.#paragraphs > 0) {
      this.#text.add(this.#styles.letters.shown(text));
    }
  }

  close(name: string): void {
    if (this.#shape === null) {
      this.#closeCells(name);
    } else {
      this.#shape.reader.close(name);
      this.#endShape(name);
    }
  }

  #closeCells(name: string): void {
    this.#styles.letters.close(name);
    switch (name) {
      case "p":
        this.#paragraphs -= 1;
        break;
      case "table-cell":
      case "covered-table-cell":
        this.#endCell();
        break;
      case "table-row":
        this.#endRow();
        break;
      case "table":
        this.#endSheet();
        break;
    }
  }

  finish(): DocumentPage[] {
    this.#endSheet();
    return this.#pages;
  }

  #startSheet(name: string): void {
    const lines = new SheetLines(this.#budget);
    this.#sheet = { name, lines, drawn: new TextWriter(this.#budget) };
    this.#row = 1;
  }

  #startShape(): void {
    if (this.#shape === null) {
      const writer = this.#sheet?.drawn ?? new TextWriter(this.#budget);
      this.#shape = { reader: new OdfText(writer, this.#styles, this.#objects), depth: 0 };
    }
    this.#shape.depth += 1;
  }

  #endShape(name: string): void {
    if (this.#shape !== null && (SHAPES.has(name) || name === "object")) {
      this.#shape.depth -= 1;
      this.#shape = this.#shape.depth === 0 ? null : this.#shape;
    }
  }

  #endCell(): void {
    const end = Math.min(this.#column + this.#repeatedCells, MAX_COLUMNS + 1);
    const text = this.#hasParagraph ? String(this.#text) : this.#value;
    if (text !== "" && end > this.#column) {
      this.#cells.push({ column: this.#column, text, count: end - this.#column });
    }
    this.#column = end;
  }

  #endRow(): void {
    const lines = this.#sheet?.lines;
    if (this.#cells.length > 0 && lines !== undefined) {
      lines.startRow(this.#row);
      for (const { column, text, count: cells } of this.#cells) {
        lines.setCell(column, text, cells);
      }
      lines.endRow(this.#repeatedRows);
    }
    this.#row += this.#repeatedRows;
  }

  #endSheet(): void {
    if (this.#sheet !== null) {
      const { name, lines, drawn } = this.#sheet;
      const text = [lines.text(), drawn.finish()].filter((part) => part !== "").join("\n\n");
      this.#work.addPage(name);
      this.#pages.push({ number: this.#pages.length + 1, name, text });
      this.#sheet = null;
    }
  }
}

function valueOf(attributes: Attributes): string {
  const truth = attribute(attributes, "boolean-value");
  const value =
    truth?.toUpperCase() ??
    attribute(attributes, "date-value") ??
    attribute(attributes, "string-value") ??
    prefixedAttribute(attributes, "value") ??
    "";
  return cellText(cutText(value, DOCUMENT.maxChars));
}
