/**
 * Text in reading order out of a document's structure. One set of conventions for every format:
 * headings carry Markdown's `#`, list items `- ` or their number, blocks are a blank line apart, items
 * and table rows a line, a table's cells are joined by tabs with their inner breaks made spaces, a
 * footnote is `[^1]` where it is called and `[^1]: …` after the text.
 */

import { cutText } from "../../domain/text";

/** How much text may still be kept: one budget a document, shared by its parts. UTF-16 units. */
export class TextBudget {
  #left: number;
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

const MAX_HEADING = 6;

/**
 * Markdown's mark of a heading, and its number where it has one; level 1 is the highest. A bullet, as
 * slides have before their titles, is no number.
 */
export function headingPrefix(level: number, number = ""): string {
  const mark = "#".repeat(Math.min(Math.max(level, 1), MAX_HEADING));
  return number === "" || number === "-" ? `${mark} ` : `${mark} ${number} `;
}

/** Items follow each other on the next line, as do rows and notes; all other blocks are a blank line apart. */
export type BlockKind = "paragraph" | "verbatim" | "item" | "row" | "note";

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
  inline: string;
  /** The open block has no text yet, or ends with white space. */
  isSpaced: boolean;
  /** Open rows, the innermost last. */
  rows: Row[];
  /** Text boxes anchored in the open block: they follow it. */
  asides: string[];
  blocks: BlockJoiner;
}

export class TextWriter {
  readonly #budget: TextBudget;
  #flow = newFlow();
  readonly #outer: Flow[] = [];
  readonly #notes: string[] = [];

  constructor(budget: TextBudget) {
    this.#budget = budget;
  }

  /** Inline text as it is. */
  add(text: string): void {
    const kept = this.#budget.take(text);
    if (kept !== "") {
      this.#flow.inline += kept;
      this.#flow.isSpaced = /\s/.test(kept.charAt(kept.length - 1));
    }
  }

  /** Inline text of a format in which any run of white space is one space. */
  addCollapsed(text: string): void {
    const collapsed = text.replace(/[ \t\r\n\f]+/g, " ");
    this.add(this.#flow.isSpaced ? collapsed.replace(/^ /, "") : collapsed);
  }

  /** Ends the block before and begins one. */
  startBlock(kind: BlockKind = "paragraph", prefix = ""): void {
    const isInsideItem = kind === "paragraph" && prefix === "" && this.#flow.kind === "item";
    if (isInsideItem && this.#flow.inline.trim() === "") {
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
    const text = kind === "verbatim" ? flow.inline.replace(/^\n+|\s+$/g, "") : flow.inline.trim();
    flow.kind = "paragraph";
    flow.prefix = "";
    flow.inline = "";
    flow.isSpaced = true;
    flow.asides = [];
    if (text !== "") {
      this.#place(kind, prefix + text);
    }
    for (const aside of asides) {
      this.#place("paragraph", aside);
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
    this.#flow.rows.push({ cells: [], cell: null });
  }

  startCell(): void {
    this.endCell();
    const row = this.#flow.rows.at(-1);
    if (row !== undefined) {
      row.cell = "";
    }
  }

  endCell(): void {
    this.endBlock();
    const row = this.#flow.rows.at(-1);
    if (row !== undefined && row.cell !== null) {
      this.#budget.take("\t");
      row.cells.push(row.cell);
      row.cell = null;
    }
  }

  /** A row without text leaves no trace; a table inside a cell becomes that cell's text. */
  endRow(): void {
    this.endCell();
    const text = this.#flow.rows.pop()?.cells.join("\t").trimEnd() ?? "";
    if (text !== "") {
      this.#place("row", text);
    }
  }

  /** Begins a text box: it stands after the block that it is anchored in. */
  startAside(): void {
    this.#outer.push(this.#flow);
    this.#flow = newFlow();
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

  /** Without a label nobody calls the note, and it is dropped. */
  endNote(label: string | undefined): void {
    const text = this.#endFlow().replace(/\s+/g, " ");
    if (text !== "" && label !== undefined) {
      this.#notes.push(`[^${label}]: ${text}`);
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

  #endFlow(): string {
    const text = this.#closeFlow();
    this.#flow = this.#outer.pop() ?? newFlow();
    return text;
  }

  #closeFlow(): string {
    while (this.#flow.rows.length > 0) {
      this.endRow();
    }
    this.endBlock();
    return this.#flow.blocks.join();
  }

  #place(kind: BlockKind, text: string): void {
    const row = this.#flow.rows.at(-1);
    if (row === undefined) {
      this.#flow.blocks.add(kind, text);
    } else if (row.cell === null) {
      row.cells.push(text.replace(/\s+/g, " "));
    } else {
      row.cell += (row.cell === "" ? "" : " ") + text.replace(/\s+/g, " ");
    }
  }
}

function newFlow(): Flow {
  return {
    kind: "paragraph",
    prefix: "",
    inline: "",
    isSpaced: true,
    rows: [],
    asides: [],
    blocks: new BlockJoiner(),
  };
}

/** Joins pieces of text as they come: a million short ones must not stay a million objects. */
export class TextPieces {
  static readonly #RECENT_MAX = 2048;
  readonly #joined: string[] = [];
  #recent: string[] = [];

  get isEmpty(): boolean {
    return this.#recent.length === 0 && this.#joined.length === 0;
  }

  add(piece: string): void {
    this.#recent.push(piece);
    if (this.#recent.length >= TextPieces.#RECENT_MAX) {
      this.#joined.push(this.#recent.join(""));
      this.#recent = [];
    }
  }

  join(): string {
    return this.#joined.join("") + this.#recent.join("");
  }
}

class BlockJoiner {
  readonly #pieces = new TextPieces();
  #before: BlockKind | null = null;

  add(kind: BlockKind, text: string): void {
    const isClose = this.#before === kind && kind !== "paragraph" && kind !== "verbatim";
    this.#pieces.add((this.#before === null ? "" : isClose ? "\n" : "\n\n") + text);
    this.#before = kind;
  }

  separate(): void {
    this.#before &&= "paragraph";
  }

  join(): string {
    return this.#pieces.join();
  }
}
