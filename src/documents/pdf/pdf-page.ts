/**
 * The pieces of text on a PDF's page as lines. A PDF knows no words, cells or paragraphs, only where
 * letters stand: between pieces a gap is a space and a wide one a tab, between lines a wide one is an
 * empty line. The pieces come in the order in which they are drawn, which is that of reading in what office
 * programs write, columns included.
 */
import { type TextBudget, TextPieces } from "../text/text-writer";

/** What pdf.js tells of one piece of text; coordinates in points, from the lower left corner. */
export interface TextPiece {
  str: string;
  width: number;
  height: number;
  transform: number[];
  hasEOL: boolean;
}

/** In heights of the letters: narrower than a space, wider than a justified line's widest space. */
const SPACE_GAP = 0.15;
const TAB_GAP = 1.8;
/** From baseline to baseline: text set with one and a half lines is still one paragraph. */
const PARAGRAPH_GAP = 1.9;

/** Words written over each other make no line of their own; the budget counts lines. */
const MAX_LINE_CHARS = 10_000;

interface Place {
  bottom: number;
  height: number;
}

interface Line extends Place {
  text: string;
}

/** The lines of one page, piece by piece. */
export class PageLines {
  readonly #budget: TextBudget;
  readonly #pieces = new TextPieces();
  #above: Place | null = null;
  #line: Line | null = null;
  /** The last piece with letters in the open line. */
  #last: TextPiece | null = null;
  /** White space has come since, and is measured when the next letters do. */
  #hasSpace = false;

  constructor(budget: TextBudget) {
    this.#budget = budget;
  }

  add(piece: TextPiece): void {
    if (piece.str.trim() === "") {
      this.#hasSpace ||= piece.str !== "";
    } else {
      this.#append(piece);
    }
    if (piece.hasEOL || (this.#line?.text.length ?? 0) > MAX_LINE_CHARS) {
      this.#endLine();
    }
  }

  text(): string {
    this.#endLine();
    return this.#pieces.join();
  }

  #append(piece: TextPiece): void {
    const bottom = piece.transform[5] ?? 0;
    if (this.#line === null || this.#last === null) {
      this.#line = { text: piece.str, bottom, height: piece.height };
    } else {
      this.#line.text += gapText(this.#last, piece, this.#hasSpace) + piece.str;
      // Raised or lowered letters do not say where the line stands.
      if (piece.height > this.#line.height) {
        this.#line.height = piece.height;
        this.#line.bottom = bottom;
      }
    }
    this.#last = piece;
    this.#hasSpace = false;
  }

  #endLine(): void {
    if (this.#line !== null) {
      const { text, bottom, height } = this.#line;
      const above = this.#above;
      const gap = above === null ? "" : isApart(above, this.#line) ? "\n\n" : "\n";
      this.#pieces.add(this.#budget.take(gap + text.trim()));
      this.#above = { bottom, height };
    }
    this.#line = null;
    this.#last = null;
    this.#hasSpace = false;
  }
}

/** What stands between two pieces of a line, written from left to right or from right to left. */
function gapText(before: TextPiece, after: TextPiece, hasSpace: boolean): string {
  const start = before.transform[4] ?? 0;
  const next = after.transform[4] ?? 0;
  const gap = Math.max(next - (start + before.width), start - (next + after.width));
  const height = Math.max(before.height, after.height);
  if (gap > TAB_GAP * height) {
    return "\t";
  }
  const isSpaced = /\s$/.test(before.str) || /^\s/.test(after.str);
  return !isSpaced && (hasSpace || gap > SPACE_GAP * height) ? " " : "";
}

/** A wide gap, or a jump back up to another column. */
function isApart(above: Place, below: Place): boolean {
  const step = above.bottom - below.bottom;
  return step > PARAGRAPH_GAP * Math.max(above.height, below.height) || step < -below.height;
}
