/**
 * A sheet as lines: a row a line, its cells joined by tabs, breaks inside cells made spaces. Empty rows at the
 * end and empty cells behind the last are left out, and any number of empty rows in between is one empty line.
 */
import { type TextBudget, TextPieces } from "../text/text-writer";

/** Beyond this many empty cells in a row, the rest of the gap is left out. */
const MAX_GAP_CELLS = 256;

export class SheetLines {
  readonly #budget: TextBudget;
  readonly #lines = new TextPieces();
  #lastRow = 0;
  #row = 0;
  #line = "";
  #column = 1;

  constructor(budget: TextBudget) {
    this.#budget = budget;
  }

  /** `row` from 1. */
  startRow(row: number): void {
    this.#row = row;
    this.#line = "";
    this.#column = 1;
  }

  /** `column` from 1, ascending within a row. */
  setCell(column: number, value: string): void {
    const text = value.replace(/\s+/g, " ").trim();
    if (text === "") {
      return;
    }
    const gap = Math.min(Math.max(column - this.#column, 0), MAX_GAP_CELLS);
    this.#line += "\t".repeat(gap) + text;
    this.#column = column;
  }

  endRow(): void {
    if (this.#line === "") {
      return;
    }
    const isAfterGap = !this.#lines.isEmpty && this.#row > this.#lastRow + 1;
    this.#lines.add(this.#budget.take(`${isAfterGap ? "\n" : ""}${this.#line}\n`));
    this.#lastRow = this.#row;
  }

  text(): string {
    return this.#lines.join().trimEnd();
  }
}
