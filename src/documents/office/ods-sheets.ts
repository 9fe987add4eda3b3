/** The sheets of an OpenDocument spreadsheet: cells as they are shown, which the format keeps as text. */
import type { DocumentPage } from "../document";
import type { TextBudget } from "../text/text-writer";
import { attribute, type Attributes } from "../text/xml";
import { count } from "./odf-text";
import { SheetLines } from "./sheet-lines";

/** A sheet is filled up with empty rows and cells by one that repeats a million times. */
const MAX_COLUMNS = 16_384;

export class OdsSheets {
  readonly #pages: DocumentPage[] = [];
  readonly #budget: TextBudget;
  #sheet: { name: string; lines: SheetLines } | null = null;
  #row = 1;
  #repeatedRows = 1;
  #cells: { column: number; text: string }[] = [];
  #column = 1;
  #repeatedCells = 1;
  #text = "";
  #paragraphs = 0;

  constructor(budget: TextBudget) {
    this.#budget = budget;
  }

  open(name: string, attributes: Attributes): void {
    switch (name) {
      case "table":
        this.#sheet = {
          name: attribute(attributes, "name") ?? "",
          lines: new SheetLines(this.#budget),
        };
        this.#row = 1;
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
    if (this.#paragraphs > 0) {
      this.#text += text;
    }
  }

  close(name: string): void {
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
      const { name, lines } = this.#sheet;
      this.#pages.push({ number: this.#pages.length + 1, name, text: lines.text() });
      this.#sheet = null;
    }
  }
}
