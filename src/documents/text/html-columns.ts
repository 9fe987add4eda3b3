/** Where the cells of an HTML table stand: one may span columns, and rows below its own. */
import type { Attributes } from "./markup-parser";

/** Columns that are told apart; cells beyond them stand as they come. */
const MAX_COLUMNS = 256;
/** As HTML caps it. */
const MAX_ROW_SPAN = 65_534;

export class HtmlColumns {
  /** By column: the first row that is free of cells from above. */
  readonly #freeFrom: number[] = [];
  #row = 0;
  #column = 0;
  /** Columns of the cell that is open. */
  #columns = 1;

  /** No cell spans rows of two groups. */
  startGroup(): void {
    this.#freeFrom.length = 0;
  }

  startRow(): void {
    this.#row += 1;
    this.#column = 0;
  }

  /** Answers with the number of columns before the cell that cells from above take. */
  startCell(attributes: Attributes): number {
    const from = this.#column;
    while (this.#column < MAX_COLUMNS && (this.#freeFrom[this.#column] ?? 0) > this.#row) {
      this.#column += 1;
    }
    const taken = this.#column - from;
    const rows = span(attributes["rowspan"], MAX_ROW_SPAN);
    const left = Math.max(MAX_COLUMNS - this.#column, 1);
    this.#columns = Math.min(span(attributes["colspan"], MAX_COLUMNS) || 1, left);
    for (let count = 0; count < this.#columns && this.#column < MAX_COLUMNS; count += 1) {
      // A span of 0 reaches to the end of the group.
      this.#freeFrom[this.#column] = this.#row + (rows || MAX_ROW_SPAN);
      this.#column += 1;
    }
    return taken;
  }

  /** Answers with the number of columns that the cell takes beside its first. */
  endCell(): number {
    const more = this.#columns - 1;
    this.#columns = 1;
    return more;
  }
}

/** 1 where nothing or no number is said. */
function span(text: string | undefined, most: number): number {
  const number = Number.parseInt(text ?? "", 10);
  return number >= 0 ? Math.min(number, most) : 1;
}
