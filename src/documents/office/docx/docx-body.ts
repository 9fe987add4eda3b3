/** Turns the elements of a WordprocessingML part into text. */
import { headingPrefix, type TextWriter } from "../../text/text-writer";
import { attribute, type Attributes, prefixedAttribute } from "../../text/xml";
import type { WorkBudget } from "../../work-budget";
import type { DrawnTexts } from "../drawn-text";
import { OfficeMath } from "../office-math";
import { isOn } from "../ooxml";
import { DocxFields } from "./docx-fields";
import { DocxForm } from "./docx-form";
import { DocxNotes } from "./docx-notes";
import type { Numbering } from "./docx-numbering";
import { DocxRun, symbolOf } from "./docx-run";
import type { ParagraphStyles } from "./docx-styles";

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
  /** Its end is deleted under revision: the next paragraph goes on with its text. */
  isJoined?: boolean;
  isHidden?: boolean;
}

/** `w:outlineLvl` of running text; headings are 0 to 8. */
const BODY_OUTLINE = 9;
/** `w:numId` of a paragraph that leaves its style's list. */
const NO_LIST = "0";
/** Deleted and moved away under revision. */
const DELETIONS: ReadonlySet<string> = new Set(["del", "moveFrom"]);
/** Columns of a table, as Word allows. */
const MAX_COLUMNS = 63;
const NOTE_KINDS = ["footnote", "endnote"] as const;

export class DocxBody {
  readonly #context: BodyContext;
  readonly #writer: TextWriter;
  readonly #onOpen: ReadonlyMap<string, (attributes: Attributes) => void>;
  readonly #onClose: ReadonlyMap<string, () => void>;
  #paragraph: Paragraph = {};
  #isInText = false;
  /** Inside of a field's code. */
  #isInCode = false;
  #run = new DocxRun();
  readonly #fields = new DocxFields();
  /** The open field of a form, until text comes that it shows. */
  #form: DocxForm | null = null;
  /** The open formula. */
  #math: OfficeMath | null = null;
  /** Open deletions inside each other. */
  #deletions = 0;
  #isInProperties = false;
  /** The paragraph before goes on. */
  #goesOn = false;
  /** Of the open cells, the innermost last: the columns that each takes beside its first. */
  readonly #spans: number[] = [];
  /** By kind and id. */
  readonly #notes: DocxNotes;
  /** The note that is being read. */
  #openNote = "";

  constructor(context: BodyContext) {
    this.#context = context;
    this.#writer = context.writer;
    this.#notes = new DocxNotes(context.work);
    this.#onOpen = new Map([
      ...this.#textElements(),
      ...this.#propertyElements(),
      ...this.#structureElements(),
      ...NOTE_KINDS.flatMap((kind) => this.#noteElements(kind)),
    ]);
    this.#onClose = this.#closings();
  }

  open(name: string, attributes: Attributes): void {
    if (DELETIONS.has(name)) {
      this.#deletions += 1;
      this.#paragraph.isJoined ||= this.#isInProperties;
    } else if (this.#deletions === 0) {
      this.#form?.open(name, attributes);
      this.#math?.open(name, attributes);
      this.#onOpen.get(name)?.(attributes);
    }
  }

  text(text: string): void {
    if (this.#isInCode) {
      this.#fields.addCode(text);
    } else if (this.#isInText && this.#deletions === 0) {
      if (this.#math === null) {
        this.#add(text);
      } else {
        this.#math.text(text);
      }
    }
  }

  close(name: string): void {
    if (DELETIONS.has(name)) {
      this.#deletions -= 1;
    } else if (this.#deletions === 0) {
      this.#onClose.get(name)?.();
      this.#math?.close();
    }
  }

  #textElements(): [string, (attributes: Attributes) => void][] {
    return [
      ["t", () => (this.#isInText = true)],
      ["instrText", () => (this.#isInCode = true)],
      ["tab", () => this.#add("\t")],
      ["ptab", () => this.#add("\t")],
      ["br", () => this.#add("\n")],
      ["cr", () => this.#add("\n")],
      ["noBreakHyphen", () => this.#add("-")],
      ["sym", (attributes) => this.#add(symbolOf(attributes))],
    ];
  }

  #propertyElements(): [string, (attributes: Attributes) => void][] {
    return [
      ["pPr", () => (this.#isInProperties = true)],
      ["pStyle", (attributes) => (this.#paragraph.styleId = valueOf(attributes))],
      ["rStyle", (attributes) => this.#styleRun(valueOf(attributes))],
      ["outlineLvl", (attributes) => (this.#paragraph.outline = Number(valueOf(attributes)))],
      ["numId", (attributes) => (this.#paragraph.listId = valueOf(attributes))],
      ["ilvl", (attributes) => (this.#paragraph.listLevel = Number(valueOf(attributes)))],
      ["vanish", (attributes) => (this.#run.isHidden = isOn(attribute(attributes, "val")))],
      ["vertAlign", (attributes) => this.#run.setPlace(valueOf(attributes))],
      ["rFonts", (attributes) => this.#isInProperties || this.#run.setFont(attributes)],
    ];
  }

  #structureElements(): [string, (attributes: Attributes) => void][] {
    return [
      ["p", () => this.#startParagraph()],
      ["r", () => (this.#run = new DocxRun(this.#paragraph.isHidden === true))],
      ["fldChar", (attributes) => this.#markField(attribute(attributes, "fldCharType"))],
      ["ffData", () => (this.#form = new DocxForm(this.#context.work))],
      ["tbl", () => this.#writer.separate()],
      ["tr", () => this.#writer.startRow()],
      ["gridBefore", (attributes) => this.#addEmptyCells(Number(valueOf(attributes)))],
      ["tc", () => this.#startCell()],
      ["gridSpan", (attributes) => this.#spanColumns(Number(valueOf(attributes)))],
      ["txbxContent", () => this.#writer.startAside()],
      ["textpath", (attributes) => this.#addDrawing(attribute(attributes, "string"))],
      ["oMath", () => (this.#math ??= new OfficeMath())],
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
      [`${kind}Reference`, (attributes) => this.#callNote(key(attributes), attributes)],
      [kind, (attributes) => this.#startNote(key(attributes))],
    ];
  }

  #closings(): ReadonlyMap<string, () => void> {
    return new Map<string, () => void>([
      ["t", () => (this.#isInText = false)],
      ["instrText", () => (this.#isInCode = false)],
      ["r", () => this.#endRun()],
      ["oMath", () => this.#endMath()],
      ["pPr", () => this.#markParagraph()],
      ["p", () => this.#endParagraph()],
      ["tc", () => this.#endCell()],
      ["tr", () => this.#writer.endRow()],
      ["tbl", () => this.#writer.separate()],
      ["txbxContent", () => this.#writer.endAside()],
      ...NOTE_KINDS.map((kind): [string, () => void] => [kind, () => this.#endNote()]),
    ]);
  }

  #add(text: string): void {
    const shown = this.#fields.isInCode ? "" : this.#run.shown(text);
    if (shown !== "") {
      this.#form = /\S/.test(shown) ? null : this.#form;
      this.#writer.add(shown);
    }
  }

  #markField(type: string | undefined): void {
    this.#add(this.#fields.mark(type));
    if (type === "end" && this.#form !== null) {
      this.#add(this.#form.shown);
      this.#form = null;
    }
  }

  #styleRun(styleId: string): void {
    this.#run.isHidden ||= this.#context.styleOf(styleId).isHidden;
  }

  #startCell(): void {
    this.#spans.push(0);
    this.#writer.startCell();
  }

  #spanColumns(columns: number): void {
    if (this.#spans.length > 0) {
      this.#spans[this.#spans.length - 1] = columns - 1;
    }
  }

  #endCell(): void {
    this.#writer.endCell();
    this.#addEmptyCells(this.#spans.pop() ?? 0);
  }

  #addEmptyCells(count: number): void {
    for (let cell = 0; cell < Math.min(count, MAX_COLUMNS); cell += 1) {
      this.#writer.startCell();
      this.#writer.endCell();
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
    this.#run = new DocxRun();
    this.#fields.startParagraph();
    if (!this.#goesOn) {
      this.#writer.startBlock();
    }
    this.#goesOn = false;
  }

  #endParagraph(): void {
    this.#goesOn = this.#paragraph.isJoined === true;
    this.#paragraph = {};
    if (!this.#goesOn) {
      this.#writer.endBlock();
    }
  }

  /** The paragraph's properties are complete: says whether it is a heading or a list item. */
  #markParagraph(): void {
    this.#isInProperties = false;
    if (this.#paragraph.isJoined === true) {
      return;
    }
    const { styleId, outline, listId, listLevel } = this.#paragraph;
    const style = this.#context.styleOf(styleId);
    this.#paragraph.isHidden = style.isHidden;
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

  #callNote(note: string, attributes: Attributes): void {
    if (isOn(attribute(attributes, "customMarkFollows") ?? "0")) {
      this.#run.startMark(note);
    } else {
      this.#writer.callNote(this.#notes.call(note));
    }
  }

  #endMath(): void {
    const text = this.#math?.end() ?? "";
    this.#math = null;
    this.#add(text);
  }

  #endRun(): void {
    const marked = this.#run.endMark();
    if (marked !== null) {
      this.#writer.callNote(this.#notes.call(marked.note, marked.mark));
    }
    this.#run = new DocxRun();
  }

  #startNote(note: string): void {
    this.#openNote = note;
    this.#writer.startNote();
  }

  /** One without a label is the rule between text and notes, or a note that nobody calls. */
  #endNote(): void {
    const label = this.#notes.labelOf(this.#openNote);
    this.#writer.endNote(label?.text, label?.isOwn === true ? label.text : "");
  }
}

function valueOf(attributes: Attributes): string {
  return attribute(attributes, "val") ?? "";
}

function outlineHeading(outline: number): number | null {
  return outline < BODY_OUTLINE ? outline + 1 : null;
}
