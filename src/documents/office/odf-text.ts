/** Turns OpenDocument text, wherever it stands, into blocks. */
import { MathMl } from "../text/formula/math-ml";
import { headingPrefix, type TextWriter } from "../text/text-writer";
import { attribute, type Attributes } from "../text/xml";
import type { OdfLetters } from "./odf-letters";
import type { OdfLists } from "./odf-lists";

const MAX_SPACES = 1000;
const MAX_REPEATED_CELLS = 256;
/** Indentation that says something; lists of a hundred levels are no lists. */
const MAX_LIST_INDENT = 8;
const MAX_MARK_CHARS = 20;

/** What is drawn and may hold text. */
export const SHAPES: ReadonlySet<string> = new Set(
  (
    "text-box custom-shape rect line polyline polygon regular-polygon path circle ellipse " +
    "connector caption measure"
  ).split(" "),
);

/** Documents that stand inside this one, charts and formulas above all, by the folder of their parts. */
export type OdfObjects = ReadonlyMap<string, OdfObject>;

export interface OdfObject {
  text: string;
  /** Part of the line that it is anchored in. */
  isFormula: boolean;
}

/** What a document's styles say, told once for all of its parts. */
export interface OdfStyles {
  lists: OdfLists;
  letters: OdfLetters;
}

export class OdfText {
  readonly #writer: TextWriter;
  readonly #lists: OdfLists;
  readonly #objects: OdfObjects;
  readonly #letters: OdfLetters;
  /** The open formula. */
  #math: MathMl | null = null;
  /** The text has a formula, as a document that is one has no more. */
  hasFormula = false;
  readonly #onOpen: ReadonlyMap<string, (attributes: Attributes) => void>;
  readonly #onClose: ReadonlyMap<string, () => void>;
  /** Makes plain paragraphs headings of this level: a slide's title is one by its frame alone. */
  paragraphHeading: number | null = null;
  /** Open paragraphs: a text box in a paragraph holds others. */
  #paragraphs = 0;
  #notes = 0;
  /** What the writer has marked the open note with, in place of a number. */
  #noteMark = "";
  /** For each open text box: whether it is anchored in a paragraph. */
  readonly #boxes: boolean[] = [];
  #repeatedCells = 1;
  /** Depth inside of what is not shown. */
  #hidden = 0;

  constructor(writer: TextWriter, { lists, letters }: OdfStyles, objects: OdfObjects = new Map()) {
    this.#writer = writer;
    this.#lists = lists;
    this.#letters = letters;
    this.#objects = objects;
    this.#onOpen = new Map([...this.#textElements(), ...this.#structureElements()]);
    this.#onClose = this.#closings();
  }

  open(name: string, attributes: Attributes): void {
    if (name === "note-citation") {
      this.#noteMark = (attribute(attributes, "label") ?? "").trim().slice(0, MAX_MARK_CHARS);
    }
    this.#hidden += this.#hidden > 0 || this.#isHidden(name, attributes) ? 1 : 0;
    if (this.#hidden > 0) {
      return;
    }
    if (this.#math !== null) {
      this.#math.open(name, attributes);
      return;
    }
    this.#lists.open(name, attributes);
    this.#letters.open(name, attributes);
    this.#onOpen.get(name)?.(attributes);
  }

  text(text: string): void {
    if (this.#math !== null && this.#hidden === 0) {
      this.#math.text(text);
    } else if (this.#paragraphs > 0 && this.#hidden === 0) {
      this.#writer.addCollapsed(this.#letters.shown(text));
    }
  }

  close(name: string): void {
    if (this.#hidden > 0) {
      this.#hidden -= 1;
      return;
    }
    if (this.#math !== null) {
      this.#closeMath(this.#math, name);
      return;
    }
    this.#lists.close(name);
    this.#letters.close(name);
    this.#onClose.get(name)?.();
  }

  /** A condition's outcome is kept with it. */
  #isHidden(name: string, attributes: Attributes): boolean {
    const isMet = attribute(attributes, "is-hidden") === "true";
    const display = name === "section" ? attribute(attributes, "display") : undefined;
    return (
      // A note's mark is told with its call.
      name === "note-citation" ||
      display === "none" ||
      (display === "condition" && isMet) ||
      (name === "hidden-text" && isMet)
    );
  }

  #textElements(): [string, (attributes: Attributes) => void][] {
    return [
      ["p", () => this.#startParagraph(this.paragraphHeading)],
      ["h", (attributes) => this.#startParagraph(count(attributes, "outline-level"))],
      ["s", (attributes) => this.#add(" ".repeat(Math.min(count(attributes, "c"), MAX_SPACES)))],
      ["tab", () => this.#add("\t")],
      ["line-break", () => this.#add("\n")],
      ["note", () => (this.#noteMark = "")],
      ["note-body", () => this.#startNote()],
    ];
  }

  #structureElements(): [string, (attributes: Attributes) => void][] {
    const startCell = (attributes: Attributes) => {
      this.#repeatedCells = count(attributes, "number-columns-repeated");
      this.#writer.startCell();
    };
    return [
      ["table", () => this.#writer.separate()],
      ["table-row", () => this.#writer.startRow()],
      ["table-cell", startCell],
      ["covered-table-cell", startCell],
      ["math", () => (this.#math = new MathMl())],
      ["object", (attributes) => this.#addObject(attribute(attributes, "href") ?? "")],
      ...[...SHAPES].map((name): [string, () => void] => [name, () => this.#startBox()]),
    ];
  }

  #closings(): ReadonlyMap<string, () => void> {
    return new Map<string, () => void>([
      ["p", () => this.#endParagraph()],
      ["h", () => this.#endParagraph()],
      ["note-body", () => this.#endNote()],
      ["table", () => this.#writer.separate()],
      ["table-row", () => this.#writer.endRow()],
      ["table-cell", () => this.#endCells()],
      ["covered-table-cell", () => this.#endCells()],
      ...[...SHAPES].map((name): [string, () => void] => [name, () => this.#endBox()]),
    ]);
  }

  #add(text: string): void {
    if (this.#paragraphs > 0) {
      this.#writer.add(text);
    }
  }

  #startParagraph(heading: number | null): void {
    this.#paragraphs += 1;
    const mark = this.#lists.takeMark();
    if (heading !== null) {
      const number = mark?.text ?? this.#lists.headingNumber(heading);
      this.#writer.startBlock("paragraph", headingPrefix(heading, number));
    } else if (mark !== null) {
      this.#writer.startBlock(
        "item",
        `${"  ".repeat(Math.min(mark.depth, MAX_LIST_INDENT))}${mark.text} `,
      );
    } else {
      this.#writer.startBlock();
    }
  }

  #endParagraph(): void {
    this.#paragraphs -= 1;
    this.#writer.endBlock();
  }

  #startNote(): void {
    this.#notes += this.#noteMark === "" ? 1 : 0;
    this.#writer.callNote(this.#noteLabel);
    this.#writer.startNote();
  }

  #endNote(): void {
    this.#writer.endNote(this.#noteLabel);
  }

  get #noteLabel(): string {
    return this.#noteMark || String(this.#notes);
  }

  /** A shape on a drawing page is a part of its own; one in a paragraph must not cut it in two. */
  #startBox(): void {
    const isAnchored = this.#paragraphs > 0;
    this.#boxes.push(isAnchored);
    if (isAnchored) {
      this.#writer.startAside();
    }
  }

  #endBox(): void {
    if (this.#boxes.pop() === true) {
      this.#writer.endAside();
    }
  }

  #closeMath(math: MathMl, name: string): void {
    if (name === "math") {
      this.#math = null;
      this.hasFormula = true;
      this.#writer.add(math.end());
    } else {
      math.close();
    }
  }

  #addObject(address: string): void {
    const object = this.#objects.get(address.replace(/^\.\//, ""));
    if (object === undefined) {
      return;
    }
    const { text, isFormula } = object;
    if (isFormula && this.#paragraphs > 0) {
      this.#writer.add(text);
    } else {
      this.#startBox();
      this.#writer.startBlock("verbatim");
      this.#writer.add(text);
      this.#writer.endBlock();
      this.#endBox();
    }
  }

  #endCells(): void {
    this.#writer.endCell();
    for (let extra = 1; extra < Math.min(this.#repeatedCells, MAX_REPEATED_CELLS); extra += 1) {
      this.#writer.startCell();
      this.#writer.endCell();
    }
    this.#repeatedCells = 1;
  }
}

/** A repetition or a level: 1 where nothing is said. */
export function count(attributes: Attributes, name: string): number {
  const number = Number.parseInt(attribute(attributes, name) ?? "1", 10);
  return number >= 1 ? number : 1;
}
