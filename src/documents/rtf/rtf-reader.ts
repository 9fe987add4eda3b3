/** Follows RTF's groups and control words, and writes down what they make visible. */
import { DOCUMENT } from "../../limits";
import { refuseDepth } from "../text/markup-parser";
import { appendCapped, headingPrefix, type TextBudget, TextWriter } from "../text/text-writer";
import { RtfBytes } from "./rtf-bytes";
import { charsetOfCodePage } from "./rtf-charset";
import { RtfField } from "./rtf-field";
import { RtfLine } from "./rtf-line";
import {
  addMark,
  CHARACTER_WORDS,
  type Group,
  isReachable,
  markText,
  newParagraph,
  PLAIN,
  shownText,
} from "./rtf-state";
import { FontTable, StyleTable } from "./rtf-tables";
import type { RtfEvents } from "./rtf-tokens";
import { CHARACTERS, type Destination, DESTINATIONS, KNOWN_OPTIONAL } from "./rtf-words";

const MAX_LEVEL = 8;
/** `\\outlinelevel` of running text; headings are 0 to 8. */
const BODY_OUTLINE = 9;

export class RtfReader implements RtfEvents {
  readonly #writer: TextWriter;
  readonly #line: RtfLine;
  readonly #field = new RtfField();
  readonly #outer: Group[] = [];
  #group: Group = {
    destination: "body",
    charset: charsetOfCodePage(1252),
    ...PLAIN,
    fallbackChars: 1,
    isOptional: false,
    isFresh: true,
  };
  #paragraph = newParagraph();
  /** Of the text around a note that is being read. */
  #paragraphAround = newParagraph();
  #defaultCharset = this.#group.charset;
  readonly #fonts = new FontTable();
  readonly #styles = new StyleTable();
  #isInRow = false;
  /** Bytes of one charset, until something else comes: a character may take several. */
  readonly #bytes = new RtfBytes((text) => this.#add(text));
  readonly #budget: TextBudget;
  /** Text before the first group is a byte-order mark. */
  #hasBegun = false;
  #charsToSkip = 0;
  readonly #metadata: Record<string, string> = {};
  readonly #onControl: ReadonlyMap<string, (parameter: number | null) => void>;

  constructor(budget: TextBudget) {
    this.#budget = budget;
    this.#writer = new TextWriter(budget);
    this.#line = new RtfLine(this.#writer);
    this.#onControl = new Map([
      ...this.#encodingWords(),
      ...this.#paragraphWords(),
      ...this.#tableWords(),
    ]);
  }

  openGroup(): void {
    this.#flush();
    this.#hasBegun = true;
    this.#group.isFresh = false;
    this.#budget.followMarkup();
    refuseDepth(this.#outer.length);
    this.#outer.push(this.#group);
    this.#group = { ...this.#group, isOptional: false, isFresh: true };
  }

  closeGroup(): void {
    this.#flush();
    const inner = this.#group.destination;
    const outer = this.#outer.pop();
    if (outer === undefined) {
      return;
    }
    if (inner === "note" && outer.destination !== "note") {
      this.#endParagraph();
      this.#line.endNote();
      this.#paragraph = this.#paragraphAround;
    } else if (inner === "body" && outer.destination === "shape") {
      this.#endParagraph();
      this.#writer.endAside();
    }
    this.#group = outer;
    this.#add(this.#field.endGroup(this.#outer.length));
  }

  control(word: string, parameter: number | null): void {
    this.#flush();
    this.#budget.followMarkup();
    const { isFresh } = this.#group;
    this.#group.isFresh = false;
    if (word === "*") {
      this.#group.isOptional = isFresh;
      return;
    }
    const isUnknown = !DESTINATIONS.has(word) && !KNOWN_OPTIONAL.has(word);
    if (this.#group.isOptional && isUnknown) {
      this.#group.destination = "nowhere";
    }
    this.#group.isOptional = false;
    const destination = DESTINATIONS.get(word);
    if (destination !== undefined) {
      this.#enter(destination);
      return;
    }
    const character = CHARACTERS.get(word);
    if (character !== undefined) {
      this.#add(character);
    } else {
      this.#onControl.get(word)?.(parameter);
      Object.assign(this.#group, CHARACTER_WORDS.get(word)?.(parameter));
    }
  }

  byte(value: number): void {
    if (this.#charsToSkip > 0) {
      this.#charsToSkip -= 1;
    } else {
      this.#group.isFresh = false;
      this.#bytes.add(value, this.#group.charset);
    }
  }

  text(bytes: string): void {
    if (!this.#hasBegun) {
      return;
    }
    this.#group.isFresh = false;
    const skipped = Math.min(this.#charsToSkip, bytes.length);
    this.#charsToSkip -= skipped;
    const text = bytes.slice(skipped);
    // The second byte of a Chinese character may look like an ASCII letter.
    if (!this.#bytes.isEmpty || /[^ -~]/.test(text)) {
      for (let at = 0; at < text.length; at += 1) {
        this.#bytes.add(text.charCodeAt(at), this.#group.charset);
      }
    } else {
      this.#add(text);
    }
  }

  /** `isCut`: groups are still open, so the file goes on beyond its end. */
  finish(): { text: string; metadata: Record<string, string>; isCut: boolean } {
    const isCut = this.#outer.length > 0;
    while (this.#outer.length > 0) {
      this.closeGroup();
    }
    this.#flush();
    this.#endParagraph();
    return { text: this.#writer.finish(), metadata: this.#metadata, isCut };
  }

  #enter(destination: Destination): void {
    const from = this.#group.destination;
    if (!isReachable(destination, from)) {
      return;
    }
    this.#group.destination = destination;
    if (destination === "code") {
      this.#field.open(this.#outer.length);
    } else if (destination === "mark") {
      this.#paragraph.listMark = "";
    } else if (destination === "body") {
      this.#line.endRaised();
      this.#writer.startAside();
    } else if (destination === "note" && from === "body") {
      this.#line.startNote();
      this.#paragraphAround = this.#paragraph;
      this.#paragraph = newParagraph();
    }
  }

  #encodingWords(): [string, (parameter: number | null) => void][] {
    return [
      ["ansicpg", (codePage) => this.#setDefaultCharset(charsetOfCodePage(codePage ?? 0))],
      ["mac", () => this.#setDefaultCharset("macintosh")],
      ["pc", () => this.#setDefaultCharset("ibm437")],
      ["pca", () => this.#setDefaultCharset("ibm850")],
      ["f", (font) => this.#setFont(font ?? 0)],
      ["fcharset", (charset) => this.#fonts.setCharset(charset ?? 0)],
      ["plain", () => Object.assign(this.#group, PLAIN, { charset: this.#defaultCharset })],
      ["u", (code) => this.#addUnicode(code ?? 0)],
      ["ud", () => (this.#group.destination = this.#outer.at(-2)?.destination ?? "nowhere")],
      ["chftn", () => this.#line.endRaised()],
    ];
  }

  #paragraphWords(): [string, (parameter: number | null) => void][] {
    const end = () => this.#endParagraph();
    return [
      ...["par", "sect", "page", "column", "\n", "\r"].map((word): [string, () => void] => [
        word,
        end,
      ]),
      ["pard", () => this.#resetParagraph()],
      ["s", (style) => this.#setStyle(style ?? 0)],
      ["outlinelevel", (level) => this.#setHeading(level ?? 0)],
      ["ilvl", (level) => (this.#paragraph.listLevel = level ?? 0)],
    ];
  }

  #tableWords(): [string, (parameter: number | null) => void][] {
    return [
      ["trowd", () => this.#startRow()],
      ["intbl", () => this.#startRow()],
      ["cell", () => this.#endCell()],
      ["row", () => this.#endRow()],
      ["nestcell", () => this.#add(" ")],
    ];
  }

  #setDefaultCharset(charset: string): void {
    this.#defaultCharset = charset;
    this.#group.charset = charset;
  }

  #setFont(font: number): void {
    if (this.#group.destination === "fonts") {
      this.#fonts.entry = font;
    } else {
      const { symbolFont, charset } = this.#fonts.of(font);
      Object.assign(this.#group, { symbolFont, charset: charset ?? this.#defaultCharset });
    }
  }

  #addUnicode(code: number): void {
    // Numbers are signed 16-bit; a character beyond them comes as two halves.
    this.#add(String.fromCharCode(code & 0xffff));
    this.#charsToSkip = this.#group.fallbackChars;
  }

  #resetParagraph(): void {
    if (this.#isVisible()) {
      // A mark whose paragraph has no text yet is that of the paragraph to come.
      const { hasText, listMark } = this.#paragraph;
      this.#paragraph = { ...newParagraph(), listMark: hasText ? "" : listMark };
    }
  }

  #setStyle(style: number): void {
    if (this.#group.destination === "styles") {
      this.#styles.entry = style;
    } else if (this.#isVisible()) {
      this.#paragraph.headingLevel = this.#styles.levelOf(style);
    }
  }

  #setHeading(outline: number): void {
    const level = outline >= 0 && outline < BODY_OUTLINE ? outline + 1 : null;
    if (this.#isVisible()) {
      this.#paragraph.headingLevel = level;
    } else if (this.#group.destination === "styles" && level !== null) {
      this.#styles.setLevel(level);
    }
  }

  #isVisible(): boolean {
    return this.#group.destination === "body" || this.#group.destination === "note";
  }

  #startRow(): void {
    if (this.#group.destination === "body" && !this.#isInRow) {
      this.#line.endRaised();
      this.#isInRow = true;
      this.#writer.startRow();
      this.#writer.startCell();
    }
  }

  #endCell(): void {
    if (this.#isInRow) {
      this.#endParagraph();
      this.#writer.startCell();
    } else {
      this.#add("\t");
    }
  }

  #endRow(): void {
    if (this.#isInRow) {
      this.#isInRow = false;
      this.#writer.endRow();
    }
  }

  #endParagraph(): void {
    if (this.#group.destination === "mark") {
      this.#endMarkedParagraph();
    }
    if (!this.#isVisible()) {
      return;
    }
    this.#line.endRaised();
    const { headingLevel, listMark, listLevel } = this.#paragraph;
    if (headingLevel !== null) {
      this.#writer.setBlock("paragraph", headingPrefix(headingLevel, markText(listMark)));
    } else if (listMark !== "") {
      const indent = "  ".repeat(Math.min(Math.max(listLevel, 0), MAX_LEVEL));
      this.#writer.setBlock("item", `${indent}${markText(listMark) || "-"} `);
    }
    this.#paragraph.listMark = "";
    this.#paragraph.hasText = false;
    this.#writer.endBlock();
  }

  /** AbiWord puts a list's paragraphs, their ends included, where others put the mark alone. */
  #endMarkedParagraph(): void {
    this.#writer.startBlock("item", "- ");
    this.#writer.add(this.#paragraph.listMark);
    this.#writer.endBlock();
    this.#paragraph.listMark = "";
  }

  #flush(): void {
    this.#charsToSkip = 0;
    this.#bytes.flush();
  }

  #add(given: string): void {
    const { destination, isHidden, isRaised } = this.#group;
    const text = shownText(this.#group, given);
    if (this.#isVisible()) {
      this.#paragraph.hasText ||= !isHidden && text.trim() !== "";
      this.#field.addResult(text);
      this.#line.add(isHidden ? "" : text, isRaised);
    } else if (destination === "code") {
      this.#field.addCode(text);
    } else if (destination === "mark") {
      addMark(this.#paragraph, this.#group, text);
    } else if (destination === "fonts") {
      this.#fonts.addName(text);
    } else if (destination === "styles") {
      this.#styles.setName(text);
    } else if (destination === "title" || destination === "author") {
      const value = this.#metadata[destination] ?? "";
      this.#metadata[destination] = appendCapped(value, text, DOCUMENT.metadataMaxChars);
    }
  }
}
