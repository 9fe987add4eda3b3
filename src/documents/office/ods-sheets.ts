/** The sheets of an OpenDocument spreadsheet: cells as they are shown, which the format keeps as text. */
import type { DocumentPage } from "../document";
import { type TextBudget, TextWriter } from "../text/text-writer";
import { attribute, type Attributes } from "../text/xml";
import { OdfLists } from "./odf-lists";
import { count, type OdfObjects, OdfText, SHAPES } from "./odf-text";
import { SheetLines } from "./sheet-lines";

/** A sheet is filled up with empty rows and cells by one that repeats a million times. */
const MAX_COLUMNS = 16_384;

export class OdsSheets {
  readonly #pages: DocumentPage[] = [];
  readonly #budget: TextBudget;
  readonly #objects: OdfObjects;
  #sheet: { name: string; lines: SheetLines; drawn: TextWriter } | null = null;
  /** Reads what is drawn over the cells while a shape is open. */
  #shape: { reader: OdfText; depth: number } | null = null;
  #row = 1;
  #repeatedRows = 1;
  #cells: { column: number; text: string }[] = [];
  #column = 1;
  #repeatedCells = 1;
  #text = "";
  #paragraphs = 0;

  constructor(budget: TextBudget, objects: OdfObjects) {
    this.#budget = budget;
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
        this.#text = "";
        break;
      case "p":
        this.#paragraphs += 1;
        this.#text += this.#text === "" ? "" : " ";
        break;
      case "s":
      case "tab":
      case "line-break":
        this.#text += " ";
        break;
    }
  }

  text(text: string): void {
    if (this.#shape !== null) {
      this.#shape.reader.text(text);
    } else if (this.#paragraphs > 0) {
      this.#text += text;
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
      this.#shape = { reader: new OdfText(writer, new OdfLists(), this.#objects), depth: 0 };
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
    if (this.#text.trim() !== "") {
      for (let column = this.#column; column < end; column += 1) {
        this.#cells.push({ column, text: this.#text });
      }
    }
    this.#column = end;
  }

  #endRow(): void {
    const lines = this.#sheet?.lines;
    if (this.#cells.length > 0 && lines !== undefined) {
      for (let copy = 0; copy < this.#repeatedRows && !this.#budget.isExceeded; copy += 1) {
        lines.startRow(this.#row + copy);
        for (const { column, text } of this.#cells) {
          lines.setCell(column, text);
        }
        lines.endRow();
      }
    }
    this.#row += this.#repeatedRows;
  }

  #endSheet(): void {
    if (this.#sheet !== null) {
      const { name, lines, drawn } = this.#sheet;
      const text = [lines.text(), drawn.finish()].filter((part) => part !== "").join("\n\n");
      this.#pages.push({ number: this.#pages.length + 1, name, text });
      this.#sheet = null;
    }
  }
}
