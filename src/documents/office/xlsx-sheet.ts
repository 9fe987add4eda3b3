/** Turns the rows of one worksheet into lines, cells joined by tabs as their columns stand. */
import { DOCUMENT } from "../../limits";
import { shownIn } from "../text/symbol-fonts";
import type { Attributes } from "../text/xml";
import { isOn } from "./ooxml";
import { cellText, CellText, type SheetLines } from "./sheet-lines";
import { unescapeText } from "./xlsx-escapes";
import type { NumberFormats } from "./xlsx-format";
import type { SharedStrings } from "./xlsx-strings";

/** What a date without a time of day has behind it. */
const MIDNIGHT = /T00:00(?::00(?:\.0+)?)?Z?$/;

/** Columns of a sheet: so many cells of a row are put in order. */
const MAX_ROW_CELLS = 16_384;

export interface SheetContext {
  lines: SheetLines;
  sharedStrings: SharedStrings;
  formats: NumberFormats;
}

export class XlsxSheet {
  readonly #context: SheetContext;
  #row = 0;
  #column = 0;
  #type = "n";
  #style = 0;
  readonly #value = new CellText();
  #isInValue = false;
  /** Of the open row, in the order in which they come. */
  #cells: { column: number; text: string }[] = [];
  #heldChars = 0;

  constructor(context: SheetContext) {
    this.#context = context;
  }

  open(name: string, attributes: Attributes): void {
    switch (name) {
      case "row":
        this.#row = Number(attributes["r"] ?? this.#row + 1);
        this.#column = 0;
        this.#context.lines.startRow(this.#row);
        break;
      case "c":
        this.#column = columnOf(attributes["r"]) ?? this.#column + 1;
        this.#type = attributes["t"] ?? "n";
        this.#style = Number(attributes["s"] ?? 0);
        this.#value.clear();
        break;
      case "v":
      case "t":
        this.#isInValue = true;
        break;
    }
  }

  text(text: string): void {
    if (this.#isInValue) {
      this.#value.add(text);
    }
  }

  close(name: string): void {
    switch (name) {
      case "v":
      case "t":
        this.#isInValue = false;
        break;
      case "c":
        this.#addCell(this.#shown());
        break;
      case "row":
        this.#writeCells();
        this.#context.lines.endRow();
        break;
    }
  }

  #addCell(text: string): void {
    if (text === "") {
      return;
    }
    this.#cells.push({ column: this.#column, text });
    this.#heldChars += text.length;
    if (this.#cells.length > MAX_ROW_CELLS || this.#heldChars > DOCUMENT.rowMaxChars) {
      this.#writeCells();
    }
  }

  /** Some programs write a row's cells in the order in which they were filled. */
  #writeCells(): void {
    const cells = this.#cells;
    cells.sort((one, other) => one.column - other.column);
    cells.forEach(({ column, text }, at) => {
      // Of several for one place the last counts.
      if (cells[at + 1]?.column !== column) {
        this.#context.lines.setCell(column, text);
      }
    });
    this.#cells = [];
    this.#heldChars = 0;
  }

  #shown(): string {
    const value = String(this.#value);
    if (value === "") {
      return "";
    }
    switch (this.#type) {
      case "s":
        return this.#sharedText(Number(value));
      case "b":
        return isOn(value) ? "TRUE" : "FALSE";
      case "d":
        return value.replace(MIDNIGHT, "");
      case "n":
        return cellText(this.#context.formats.show(value, this.#style));
      default:
        return this.#inStyle(unescapeText(value));
    }
  }

  #sharedText(at: number): string {
    const { sharedStrings } = this.#context;
    const text = sharedStrings.get(at);
    return sharedStrings.isRich(at) ? text : this.#inStyle(text);
  }

  #inStyle(text: string): string {
    const { formats } = this.#context;
    return shownIn(formats.fontOf(this.#style), formats.showText(text, this.#style));
  }
}

/** From 1: A, B … Z, AA … */
function columnOf(reference: string | undefined): number | null {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? "")?.[0];
  if (letters === undefined) {
    return null;
  }
  let column = 0;
  for (const letter of letters) {
    column = column * 26 + letter.charCodeAt(0) - 64;
  }
  return column;
}
