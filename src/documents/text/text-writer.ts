/**
 * Text in reading order out of a document's structure. One set of conventions for every format:
 * headings carry Markdown's `#`, list items `- ` or their number, blocks are a blank line apart, items
 * and table rows a line, a table's cells are joined by tabs with their inner breaks made spaces, a
 * footnote is `[^1]` where it is called and `[^1]: …` after the text.
 */

import { cutText } from "../../domain/text";
import { DOCUMENT } from "../../limits";
import { unreadable } from "../unreadable";
import { BlockJoiner, type BlockKind, TextPieces } from "./text-pieces";

export { TextPieces } from "./text-pieces";

/**
 * How much text may still be kept (UTF-16 units), and how much markup may still be followed for it: one
 * budget a document, shared by its parts.
 */
export class TextBudget {
  #left: number;
  #markup: number = DOCUMENT.maxMarkup;
  #isExceeded = false;

  constructor(chars: number) {
    this.#left = chars;
  }

  /** Nothing more is kept: an extractor may stop reading. */
  get isSpent(): boolean {
    return this.#left <= 0;
  }

  /** Text has been left out. */
  get isExceeded(): boolean {
    return this.#isExceeded;
  }

  /** Counts elements, attributes or control words. Throws ActionFailure `file_too_large` beyond the limit. */
  followMarkup(count = 1): void {
    this.#markup -= count;
    if (this.#markup < 0) {
      throw unreadable("file_too_large", "The file has more markup than can be followed.");
    }
  }

  /** Counts text that was kept before. */
  pass(chars: number): void {
    this.#left = Math.max(this.#left - chars, 0);
  }

  /** Nothing more is to be had, though there is more. */
  close(): void {
    this.#isExceeded = true;
    this.#left = 0;
  }

  /** As much of the text as fits. */
  take(text: string): string {
    if (text.length <= this.#left) {
      this.#left -= text.length;
      return text;
    }
    this.#isExceeded = true;
    const kept = cutText(text, this.#left);
    this.#left = 0;
    return kept;
  }
}

/** A value with more text behind it, as long as a document's word about itself may be. */
export function appendCapped(value: string, text: string, maxChars: number): string {
  return value.length >= maxChars ? value : cutText(value + text, maxChars);
}

/** Says where a word may be divided, and stands in the way of who looks for it. */
const SOFT_HYPHEN = "\u00ad";
const MAX_HEADING = 6;
/** Tables in cells, and text boxes in text boxes, that are told apart: each level copies its text. */
const MAX_ROWS_INSIDE = 16;
const MAX_FLOWS_INSIDE = 8;

/**
 * Markdown's mark of a heading, and its number where it has one; level 1 is the highest. A bullet, as
 * slides have before their titles, is no number.
 */
export function headingPrefix(level: number, number = ""): string {
  const mark = "#".repeat(Math.min(Math.max(level, 1), MAX_HEADING));
  return number === "" || number === "-" ? `${mark} ` : `${mark} ${number} `;
}

interface Row {
  cells: string[];
  /** Text of the cell that is open, null between cells. */
  cell: string | null;
}

/** One flow of blocks: the document's own, or that of a note or a text box inside it. */
interface Flow {
  /** The open block: what it is, what goes before its text, its text. */
  kind: BlockKind;
  prefix: string;
  readonly inline: TextPieces;
  /** The open block has no text yet, or ends with white space. */
  isSpaced: boolean;
  /** The open block has nothing but white space. */
  isBlank: boolean;
  /** Open rows, the innermost last. */
  rows: Row[];
  /** Open rows inside the innermost of these: part of its cell. */
  rowsInside: number;
  /** Text boxes anchored in the open block: they follow it. */
  asides: string[];
  blocks: BlockJoiner;
}

export class TextWriter {
  readonly #budget: TextBudget;
  #flow = newFlow();
  /** Null for each that is nested too deeply to be told apart. */
  readonly #outer: (Flow | null)[] = [];
  readonly #notes: string[] = [];

  constructor(budget: TextBudget) {
    this.#budget = budget;
  }

  /** Inline text as it is. */
  add(text: string): void {
    const seen = text.replaceAll(SOFT_HYPHEN, "");
    const kept = this.#budget.take(
      this.#flow.rows.length > 0 ? this.#collapse(seen, /\s+/g) : seen,
    );
    if (kept !== "") {
      this.#flow.inline.add(kept);
      this.#flow.isSpaced = /\s/.test(kept.charAt(kept.length - 1));
      this.#flow.isBlank &&= !/\S/.test(kept);
    }
  }

  /** Inline text of a format in which any run of white space is one space. */
  addCollapsed(text: string): void {
    this.add(this.#collapse(text, /[ \t\r\n\f]+/g));
  }

  #collapse(text: string, spaces: RegExp): string {
    const collapsed = text.replace(spaces, " ");
    return this.#flow.isSpaced ? collapsed.replace(/^ /, "") : collapsed;
  }

  /** Ends the block before and begins one. */
  startBlock(kind: BlockKind = "paragraph", prefix = ""): void {
    const isInsideItem = kind === "paragraph" && prefix === "" && this.#flow.kind === "item";
    if (isInsideItem && this.#flow.isBlank) {
      // The first paragraph of an item carries the item's mark.
      return;
    }
    this.endBlock();
    this.setBlock(kind, prefix);
  }

  /** Says what the open block is, for formats that tell after it has begun. */
  setBlock(kind: BlockKind, prefix: string): void {
    this.#flow.kind = kind;
    this.#flow.prefix = prefix;
  }

  /** Ends the open block; one without text leaves no trace. */
  endBlock(): void {
    const flow = this.#flow;
    const { kind, prefix, asides } = flow;
    const isVerbatim = kind === "verbatim" && flow.rows.length === 0;
    const inline = flow.inline.take();
    const text = isVerbatim ? inline.trimEnd().replace(/^\n+/, "") : inline.trim();
    flow.kind = "paragraph";
    flow.prefix = "";
    flow.isSpaced = true;
    flow.isBlank = true;
    flow.asides = [];
    if (text !== "") {
      this.#place(kind, prefix, text);
    }
    for (const aside of asides) {
      this.#place("paragraph", "", flow.rows.length > 0 ? aside.replace(/\s+/g, " ") : aside);
    }
  }

  /** Keeps the rows or items that follow apart from those before. */
  separate(): void {
    this.endBlock();
    if (this.#flow.rows.length === 0) {
      this.#flow.blocks.separate();
    }
  }

  startRow(): void {
    this.endBlock();
    if (this.#flow.rows.length === MAX_ROWS_INSIDE) {
      this.#flow.rowsInside += 1;
    } else {
      this.#flow.rows.push({ cells: [], cell: null });
    }
  }

  startCell(): void {
    this.endCell();
    if (this.#flow.rowsInside > 0) {
      return;
    }
    const row = this.#flow.rows.at(-1);
    if (row !== undefined) {
      row.cell = "";
    }
  }

  endCell(): void {
    this.endBlock();
    const row = this.#flow.rows.at(-1);
    if (row !== undefined && row.cell !== null && this.#flow.rowsInside === 0) {
      this.#budget.take("\t");
      row.cells.push(row.cell);
      row.cell = null;
    }
  }

  /** A row without text leaves no trace; a table inside a cell becomes that cell's text. */
  endRow(): void {
    this.endCell();
    if (this.#flow.rowsInside > 0) {
      this.#flow.rowsInside -= 1;
      return;
    }
    const cells = this.#flow.rows.pop()?.cells ?? [];
    const isInside = this.#flow.rows.length > 0;
    const text = isInside ? cells.filter((cell) => cell !== "").join(" ") : cells.join("\t");
    if (text.trim() !== "") {
      this.#place("row", "", text.trimEnd());
    }
  }

  /** Begins a text box: it stands after the block that it is anchored in. */
  startAside(): void {
    if (this.#outer.length >= MAX_FLOWS_INSIDE) {
      this.endBlock();
      this.#outer.push(null);
    } else {
      this.#outer.push(this.#flow);
      this.#flow = newFlow();
    }
  }

  endAside(): void {
    const text = this.#endFlow();
    if (text !== "") {
      this.#flow.asides.push(text);
    }
  }

  /** Calls a note by its label; `startNote` … `endNote` tell its text, here or later. */
  callNote(label: string): void {
    this.add(`[^${label}]`);
  }

  startNote(): void {
    this.startAside();
  }

  /**
   * Without a label nobody calls the note, and it is dropped. `ownMark` is what the document itself
   * has put before the note's text.
   */
  endNote(label: string | undefined, ownMark = ""): void {
    const whole = this.#endFlow().replace(/\s+/g, " ");
    const text = whole.startsWith(ownMark) ? whole.slice(ownMark.length).trimStart() : whole;
    if (text !== "" && label !== undefined) {
      const mark = `[^${label}]: `;
      this.#budget.take(mark);
      this.#notes.push(mark + text);
    }
  }

  /** The whole text; nothing may be added after it. */
  finish(): string {
    while (this.#outer.length > 0) {
      this.endAside();
    }
    const text = this.#closeFlow();
    return [text, this.#notes.join("\n")].filter((part) => part !== "").join("\n\n");
  }

  /** The text of the innermost flow; none where it was not told apart from the one around it. */
  #endFlow(): string {
    const outer = this.#outer.pop();
    if (outer === null) {
      this.endBlock();
      return "";
    }
    const text = this.#closeFlow();
    this.#flow = outer ?? newFlow();
    return text;
  }

  #closeFlow(): string {
    this.#flow.rowsInside = 0;
    while (this.#flow.rows.length > 0) {
      this.endRow();
    }
    this.endBlock();
    return this.#flow.blocks.join();
  }

  /** The text of a cell has been collapsed when it was added. */
  #place(kind: BlockKind, prefix: string, text: string): void {
    const row = this.#flow.rows.at(-1);
    if (row === undefined) {
      this.#budget.take(prefix + this.#flow.blocks.separatorBefore(kind));
      this.#flow.blocks.add(kind, prefix + text);
      return;
    }
    const inCell = prefix.replace(/\s+/g, " ") + text;
    if (row.cell === null) {
      row.cells.push(inCell);
    } else {
      row.cell += (row.cell === "" ? "" : " ") + inCell;
    }
  }
}

function newFlow(): Flow {
  return {
    kind: "paragraph",
    prefix: "",
    inline: new TextPieces(),
    isSpaced: true,
    isBlank: true,
    rows: [],
    rowsInside: 0,
    asides: [],
    blocks: new BlockJoiner(),
  };
}
