/** Turns the elements of a WordprocessingML part into text. */
import { headingPrefix, type TextWriter } from "../text/text-writer";
import { attribute, type Attributes, prefixedAttribute } from "../text/xml";
import type { WorkBudget } from "../work-budget";
import { DocxFields } from "./docx-fields";
import type { Numbering } from "./docx-numbering";
import type { ParagraphStyles } from "./docx-styles";
import type { DrawnTexts } from "./drawn-text";
import { isOn } from "./ooxml";

interface BodyContext {
  writer: TextWriter;
  work: WorkBudget;
  styleOf: ParagraphStyles;
  numbering: Numbering;
  drawnTexts: DrawnTexts;
  /** The text of documents that the body takes in whole, by relation's id. */
  chunks: ReadonlyMap<string, string>;
}

/** What a paragraph says about itself before its text. */
interface Paragraph {
  styleId?: string;
  outline?: number;
  listId?: string;
  listLevel?: number;
}

/** `w:outlineLvl` of running text; headings are 0 to 8. */
const BODY_OUTLINE = 9;
/** `w:numId` of a paragraph that leaves its style's list. */
const NO_LIST = "0";
const NOTE_KINDS = ["footnote", "endnote"] as const;

export class DocxBody {
  readonly #context: BodyContext;
  readonly #writer: TextWriter;
  readonly #onOpen: ReadonlyMap<string, (attributes: Attributes) => void>;
  readonly #onClose: ReadonlyMap<string, () => void>;
  #paragraph: Paragraph = {};
  #isInText = false;
  #isHiddenRun = false;
  readonly #fields = new DocxFields();
  /** Numbers of the notes in the order of their calls, by kind and id. */
  readonly #noteLabels = new Map<string, string>();
  /** Number of the note that is being read. */
  #openNote: string | undefined;

  constructor(context: BodyContext) {
    this.#context = context;
    this.#writer = context.writer;
    this.#onOpen = new Map([
      ...this.#textElements(),
      ...this.#propertyElements(),
      ...this.#structureElements(),
      ...NOTE_KINDS.flatMap((kind) => this.#noteElements(kind)),
    ]);
    this.#onClose = this.#closings();
  }

  open(name: string, attributes: Attributes): void {
    this.#onOpen.get(name)?.(attributes);
  }

  text(text: string): void {
    if (this.#isInText) {
      this.#add(text);
    }
  }

  close(name: string): void {
    this.#onClose.get(name)?.();
  }

  #textElements(): [string, (attributes: Attributes) => void][] {
    return [
      ["t", () => (this.#isInText = true)],
      ["tab", () => this.#add("\t")],
      ["br", () => this.#add("\n")],
      ["cr", () => this.#add("\n")],
      ["noBreakHyphen", () => this.#add("-")],
      ["sym", (attributes) => this.#add(symbolCharacter(attribute(attributes, "char")))],
    ];
  }

  #propertyElements(): [string, (attributes: Attributes) => void][] {
    return [
      ["pStyle", (attributes) => (this.#paragraph.styleId = valueOf(attributes))],
      ["outlineLvl", (attributes) => (this.#paragraph.outline = Number(valueOf(attributes)))],
      ["numId", (attributes) => (this.#paragraph.listId = valueOf(attributes))],
      ["ilvl", (attributes) => (this.#paragraph.listLevel = Number(valueOf(attributes)))],
      ["vanish", (attributes) => (this.#isHiddenRun = isOn(attribute(attributes, "val")))],
    ];
  }

  #structureElements(): [string, (attributes: Attributes) => void][] {
    return [
      ["p", () => this.#startParagraph()],
      ["r", () => (this.#isHiddenRun = false)],
      ["fldChar", (attributes) => this.#fields.mark(attribute(attributes, "fldCharType"))],
      ["tbl", () => this.#writer.separate()],
      ["tr", () => this.#writer.startRow()],
      ["tc", () => this.#writer.startCell()],
      ["txbxContent", () => this.#writer.startAside()],
      ["altChunk", (attributes) => this.#addChunk(prefixedAttribute(attributes, "id") ?? "")],
      ...["chart", "relIds"].map((name): [string, (attributes: Attributes) => void] => [
        name,
        (attributes) => this.#addDrawing(this.#context.drawnTexts.take(name, attributes)),
      ]),
    ];
  }

  #noteElements(kind: (typeof NOTE_KINDS)[number]): [string, (attributes: Attributes) => void][] {
    const key = (attributes: Attributes) => `${kind} ${attribute(attributes, "id") ?? ""}`;
    return [
      [`${kind}Reference`, (attributes) => this.#callNote(key(attributes))],
      [kind, (attributes) => this.#startNote(this.#noteLabels.get(key(attributes)))],
    ];
  }

  #closings(): ReadonlyMap<string, () => void> {
    return new Map<string, () => void>([
      ["t", () => (this.#isInText = false)],
      ["r", () => (this.#isHiddenRun = false)],
      ["pPr", () => this.#markParagraph()],
      ["p", () => this.#writer.endBlock()],
      ["tc", () => this.#writer.endCell()],
      ["tr", () => this.#writer.endRow()],
      ["tbl", () => this.#writer.separate()],
      ["txbxContent", () => this.#writer.endAside()],
      ...NOTE_KINDS.map((kind): [string, () => void] => [kind, () => this.#endNote()]),
    ]);
  }

  #add(text: string): void {
    if (!this.#isHiddenRun && !this.#fields.isInCode) {
      this.#writer.add(text);
    }
  }

  #addChunk(id: string): void {
    this.#writer.startBlock("verbatim");
    this.#writer.add(this.#context.chunks.get(id) ?? "");
    this.#writer.endBlock();
  }

  /** What is drawn without a place stands behind the body. */
  endBody(): void {
    for (const text of this.#context.drawnTexts.takeRest()) {
      this.#addDrawing(text);
      this.#writer.endBlock();
    }
  }

  /** What is drawn stands after the paragraph that it is anchored in. */
  #addDrawing(text = ""): void {
    this.#writer.startAside();
    this.#writer.startBlock("verbatim");
    this.#writer.add(text);
    this.#writer.endAside();
  }

  #startParagraph(): void {
    this.#paragraph = {};
    this.#isHiddenRun = false;
    this.#fields.startParagraph();
    this.#writer.startBlock();
  }

  /** The paragraph's properties are complete: says whether it is a heading or a list item. */
  #markParagraph(): void {
    const { styleId, outline, listId, listLevel } = this.#paragraph;
    const style = this.#context.styleOf(styleId);
    const list = listId ?? style.numberingId ?? NO_LIST;
    const level = listLevel ?? style.numberingLevel ?? 0;
    const mark = list === NO_LIST ? null : this.#context.numbering.next(list, level);
    const heading = outline === undefined ? style.headingLevel : outlineHeading(outline);
    if (heading !== null) {
      this.#writer.setBlock("paragraph", headingPrefix(heading, mark ?? ""));
    } else if (mark !== null) {
      this.#writer.setBlock("item", `${"  ".repeat(level)}${mark} `);
    }
  }

  #callNote(key: string): void {
    let label = this.#noteLabels.get(key);
    if (label === undefined) {
      this.#context.work.hold(key.length);
      label = String(this.#noteLabels.size + 1);
      this.#noteLabels.set(key, label);
    }
    this.#writer.callNote(label);
  }

  /** Without a number it is the rule between text and notes, or a note that nobody calls. */
  #startNote(label: string | undefined): void {
    this.#openNote = label;
    this.#writer.startNote();
  }

  #endNote(): void {
    this.#writer.endNote(this.#openNote);
    this.#openNote = undefined;
  }
}

function valueOf(attributes: Attributes): string {
  return attribute(attributes, "val") ?? "";
}

function outlineHeading(outline: number): number | null {
  return outline < BODY_OUTLINE ? outline + 1 : null;
}

/** Symbol fonts put their pictures where Unicode has no characters: those say nothing as text. */
function symbolCharacter(hex: string | undefined): string {
  const code = Number.parseInt(hex ?? "", 16);
  return code > 0 && code < 0xe000 ? String.fromCharCode(code) : "";
}
