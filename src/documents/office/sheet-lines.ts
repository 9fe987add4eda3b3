/**
 * A sheet as lines: a row a line, its cells joined by tabs, breaks inside cells made spaces. Empty rows at the
 * end and empty cells behind the last are left out, and any number of empty rows in between is one empty line.
 */
import { DOCUMENT } from "../../limits";
import { appendCapped, type TextBudget, TextPieces } from "../text/text-writer";

/** Beyond this many empty cells in a row, the rest of the gap is left out. */
const MAX_GAP_CELLS = 256;

export class SheetLines {
  readonly #budget: TextBudget;
  readonly #lines = new TextPieces();
  /** Of the lines, for rows that come in another order than they stand. */
  readonly #rows: number[] = [];
  #isInOrder = true;
  #lastRow = 0;
  #row = 0;
  #cells = new TextPieces();
  #column = 1;

  constructor(budget: TextBudget) {
    this.#budget = budget;
  }

  /** `row` from 1. */
  startRow(row: number): void {
    this.#row = row;
    this.#cells = new TextPieces();
    this.#column = 1;
  }

  /**
   * `column` from 1, ascending within a row; `text` as `cellText` makes it, shown in so many cells beside
   * each other.
   */
  setCell(column: number, text: string, cells = 1): void {
    if (text === "") {
      return;
    }
    const gap = Math.min(Math.max(column - this.#column, 0), MAX_GAP_CELLS);
    this.#cells.add(this.#budget.take("\t".repeat(gap) + text));
    this.#cells.add(this.#budget.take(repeated(`\t${text}`, cells - 1)));
    this.#column = column + cells - 1;
  }

  /** Ends the row, which stands so many times below itself. */
  endRow(rows = 1): void {
    const line = this.#cells.join();
    this.#cells = new TextPieces();
    if (line === "") {
      return;
    }
    this.#isInOrder &&= this.#row > this.#lastRow;
    this.#rows.push(this.#row);
    const isAfterGap = !this.#lines.isEmpty && this.#row > this.#lastRow + 1;
    this.#lines.add(`${isAfterGap ? "\n" : ""}${line}\n`);
    this.#lines.add(this.#budget.take(repeated(`${line}\n`, rows - 1)));
    this.#lastRow = this.#row + rows - 1;
  }

  /** The row that is open where reading has ended counts as far as it goes. */
  text(): string {
    this.endRow();
    const text = this.#lines.join().trimEnd();
    return this.#isInOrder ? text : this.#inOrder(text);
  }

  #inOrder(text: string): string {
    const lines = text.split("\n").filter((line) => line !== "");
    const placed = lines.map((line, at) => ({ line, row: this.#rows[at] ?? 0 }));
    placed.sort((one, other) => one.row - other.row);
    return placed
      .map(({ line, row }, at) => {
        const isAfterGap = row > (placed[at - 1]?.row ?? row) + 1;
        return isAfterGap ? `\n${line}` : line;
      })
      .join("\n");
  }
}

/** What a cell holds, in one line. */
export function cellText(value: string): string {
  return value.replace(/\s+/g, " ").trim();
}

/** A cell's text as it comes in pieces, in one line and no longer than all text that is kept. */
export class CellText {
  #text = "";
  /** Nothing yet, or a space behind it: asking the text itself would copy it each time. */
  #isSpaced = true;

  clear(): void {
    this.#text = "";
    this.#isSpaced = true;
  }

  add(piece: string): void {
    const collapsed = piece.replace(/\s+/g, " ");
    const text = this.#isSpaced ? collapsed.trimStart() : collapsed;
    if (text !== "") {
      this.#text = appendCapped(this.#text, text, DOCUMENT.maxChars);
      this.#isSpaced = text.endsWith(" ");
    }
  }

  toString(): string {
    return this.#text.trimEnd();
  }
}

/** As often as any text may be kept; the budget cuts the rest. */
function repeated(text: string, times: number): string {
  return text.repeat(Math.min(times, Math.ceil(DOCUMENT.maxChars / text.length) + 1));
}
