/**
 * The pieces of text on a PDF's page as lines. A PDF knows no words, cells or paragraphs, only where
 * letters stand: between pieces a gap is a space and a wide one a tab, between lines a wide one is an
 * empty line. The pieces come in the order in which they are drawn, which is that of reading in what office
 * programs write, columns included.
 */
import { raised } from "../text/raised";
import { type TextBudget, TextPieces } from "../text/text-writer";
import type { TextItem } from "./pdfjs/pdfjs";

/** In heights of the letters: narrower than a space, wider than a justified line's widest space. */
const SPACE_GAP = 0.15;
const TAB_GAP = 1.8;
/** From baseline to baseline: text set with one and a half lines is still one paragraph. */
const PARAGRAPH_GAP = 1.9;
/** From a letter to the one below it, where both are written downwards. */
const MIN_STEP_DOWN = 0.5;
const MAX_STEP_DOWN = 1.25;

/** A piece whose letters stand where the same ones stand, or as good as, is printed twice to look bold. */
const OVERPRINT_OFFSET = 0.1;
/** How often one piece is printed to look bold; what goes on beyond is a text without end, and cut off as one. */
const MAX_OVERPRINTS = 8;
const MAX_REMEMBERED_PIECES = 500;
const MAX_REMEMBERED_CHARS = 200;
/** Of a raised number's letters and of its baseline, in heights of the line's. */
const RAISED_MAX_HEIGHT = 0.8;
const RAISED_MIN_RISE = 0.15;

/** Words written over each other make no line of their own; the budget counts lines. */
const MAX_LINE_CHARS = 10_000;

/** Coordinates in points, from the lower left corner. */
interface Place {
  left: number;
  bottom: number;
  /** Of the letters. */
  size: number;
  /** Written downwards. */
  isColumn: boolean;
}

interface Line extends Place {
  text: string;
  /** The next piece begins another line, unless it stands right below. */
  isEnded: boolean;
}

/** The lines of one page, piece by piece. */
export class PageLines {
  readonly #budget: TextBudget;
  readonly #pieces = new TextPieces();
  readonly #downwardFonts = new Set<string>();
  #above: Place | null = null;
  #line: Line | null = null;
  /** The last piece with letters in the open line. */
  #last: TextItem | null = null;
  /** By their text, pieces of this page. */
  readonly #printed = new Map<string, { place: Place; times: number }>();
  /** White space has come since, and is measured when the next letters do. */
  #hasSpace = false;

  constructor(budget: TextBudget) {
    this.#budget = budget;
  }

  addStyles(styles: Readonly<Record<string, { vertical: boolean }>>): void {
    for (const [fontName, { vertical }] of Object.entries(styles)) {
      if (vertical) {
        this.#downwardFonts.add(fontName);
      }
    }
  }

  add(given: TextItem): void {
    const piece = this.#withoutOverprint(given);
    if (piece.str.trim() === "") {
      this.#hasSpace ||= piece.str !== "";
    } else {
      this.#append(piece);
    }
    if (this.#line !== null && piece.hasEOL) {
      this.#line.isEnded = true;
    }
    if ((this.#line?.text.length ?? 0) > MAX_LINE_CHARS) {
      this.#endLine();
    }
  }

  text(): string {
    this.#endLine();
    return this.#pieces.join();
  }

  #append(piece: TextItem): void {
    const isBelow = this.#isRightBelow(piece);
    if (this.#line?.isEnded === true && !isBelow) {
      this.#endLine();
    }
    if (this.#line === null || this.#last === null) {
      this.#line = { ...this.#placeOf(piece), text: piece.str, isEnded: false };
    } else if (isBelow) {
      this.#line.text += piece.str;
      this.#line.isColumn = true;
      this.#line.isEnded = false;
    } else {
      const text = isRaised(this.#line, piece) ? raised(piece.str) : piece.str;
      this.#line.text += gapText(this.#last, piece, this.#hasSpace) + text;
      // Raised or lowered letters do not say where the line stands.
      if (piece.height > this.#line.size) {
        this.#line.size = piece.height;
        this.#line.bottom = bottomOf(piece);
      }
    }
    this.#last = piece;
    this.#hasSpace = false;
  }

  /** Empty where the piece is printed already; its rest where the piece before is printed once more. */
  #withoutOverprint(piece: TextItem): TextItem {
    const { str, width, transform } = piece;
    const place = this.#placeOf(piece);
    const before = this.#printed.get(str);
    if (this.#printed.size >= MAX_REMEMBERED_PIECES) {
      this.#printed.clear();
    }
    const times = before !== undefined && isSamePlace(before.place, place) ? before.times + 1 : 0;
    if (str.length <= MAX_REMEMBERED_CHARS) {
      this.#printed.set(str, { place, times });
    }
    if (times > 0 && times < MAX_OVERPRINTS) {
      return { ...piece, str: "" };
    }
    const last = this.#last;
    const isLonger = last !== null && str.length > last.str.length && str.startsWith(last.str);
    if (last === null || !isLonger || !isSamePlace(this.#placeOf(last), place)) {
      return piece;
    }
    return {
      ...piece,
      str: str.slice(last.str.length),
      width: Math.max(width - last.width, 0),
      transform: transform.with(4, leftOf(piece) + last.width),
    };
  }

  /** Some programs place each letter of a column by itself, even of a font that is written downwards. */
  #isRightBelow(piece: TextItem): boolean {
    const last = this.#last;
    if (last === null || !this.#isDownward(last) || !this.#isDownward(piece)) {
      return false;
    }
    const size = Math.max(this.#sizeOf(last), this.#sizeOf(piece));
    const advance = this.#downwardFonts.has(last.fontName) ? last.height : size;
    const step = (bottomOf(last) - bottomOf(piece)) / advance;
    const isInColumn = Math.abs(leftOf(last) - leftOf(piece)) < size / 2;
    return isInColumn && step > MIN_STEP_DOWN && step < MAX_STEP_DOWN;
  }

  #isDownward(piece: TextItem): boolean {
    return this.#downwardFonts.has(piece.fontName) || EAST_ASIAN_LETTER.test(piece.str);
  }

  #sizeOf({ fontName, width, height }: TextItem): number {
    return this.#downwardFonts.has(fontName) ? width : height;
  }

  #placeOf(piece: TextItem): Place {
    return {
      left: leftOf(piece),
      bottom: bottomOf(piece),
      size: this.#sizeOf(piece),
      isColumn: this.#downwardFonts.has(piece.fontName),
    };
  }

  #endLine(): void {
    const line = this.#line;
    if (line !== null) {
      const gap = this.#above === null ? "" : isApart(this.#above, line) ? "\n\n" : "\n";
      const text = line.text.trim().replace(DOWNWARD_FORMS, (mark) => mark.normalize("NFKC"));
      this.#pieces.add(this.#budget.take(gap + text));
      this.#above = line;
    }
    this.#line = null;
    this.#last = null;
    this.#hasSpace = false;
  }
}

/** Marks in the shape that they have where they are written downwards: the same marks as text. */
const DOWNWARD_FORMS = /[\ufe10-\ufe19\ufe30-\ufe44\ufe47\ufe48]/g;

/** One letter of the scripts that are written downwards, too. */
const EAST_ASIAN_LETTER =
  /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Bopomofo}\u3000-\u303f\uff00-\uffef]$/u;

function isSamePlace(one: Place, other: Place): boolean {
  const offset = OVERPRINT_OFFSET * other.size;
  return Math.abs(one.left - other.left) <= offset && Math.abs(one.bottom - other.bottom) <= offset;
}

/** A note's mark, or a power. */
function isRaised(line: Place, piece: TextItem): boolean {
  const rise = bottomOf(piece) - line.bottom;
  return (
    !line.isColumn &&
    piece.height < RAISED_MAX_HEIGHT * line.size &&
    rise > RAISED_MIN_RISE * line.size &&
    rise < line.size
  );
}

function leftOf(piece: TextItem): number {
  return piece.transform[4] ?? 0;
}

function bottomOf(piece: TextItem): number {
  return piece.transform[5] ?? 0;
}

/** What stands between two pieces of a line, written from left to right or from right to left. */
function gapText(before: TextItem, after: TextItem, hasSpace: boolean): string {
  const start = leftOf(before);
  const next = leftOf(after);
  const gap = Math.max(next - (start + before.width), start - (next + after.width));
  const height = Math.max(before.height, after.height);
  if (gap > TAB_GAP * height) {
    return "\t";
  }
  const isSpaced = /\s$/.test(before.str) || /^\s/.test(after.str);
  return !isSpaced && (hasSpace || gap > SPACE_GAP * height) ? " " : "";
}

/** A wide gap, or a jump back up to another column of lines. */
function isApart(above: Place, below: Place): boolean {
  const size = Math.max(above.size, below.size);
  if (above.isColumn && below.isColumn) {
    return Math.abs(above.left - below.left) > PARAGRAPH_GAP * size;
  }
  const step = above.bottom - below.bottom;
  return step > PARAGRAPH_GAP * size || step < -below.size;
}
