/** The slides of an OpenDocument presentation, each with its notes. */
import type { DocumentPage } from "../extractor";
import type { ReaderContext } from "../reader";
import { type TextBudget, TextWriter } from "../text/text-writer";
import { attribute, type Attributes } from "../text/xml";
import type { WorkBudget } from "../work-budget";
import { type OdfObjects, type OdfStyles, OdfText } from "./odf-text";

/** Frames that repeat on each slide and say nothing about it. */
const FURNITURE = new Set(["header", "footer", "date-time", "page-number"]);

export class OdpSlides {
  readonly #pages: DocumentPage[] = [];
  readonly #budget: TextBudget;
  readonly #work: WorkBudget;
  readonly #styles: OdfStyles;
  readonly #objects: OdfObjects;
  #slide: TextWriter;
  #notes: TextWriter;
  /** Reads into the slide or into its notes, whichever is open. */
  #reader: OdfText;
  #isFurniture = false;
  #isOpen = false;

  constructor({ budget, work }: ReaderContext, styles: OdfStyles, objects: OdfObjects) {
    this.#budget = budget;
    this.#work = work;
    this.#styles = styles;
    this.#objects = objects;
    this.#slide = new TextWriter(budget);
    this.#notes = new TextWriter(budget);
    this.#reader = new OdfText(this.#slide, styles, objects);
  }

  open(name: string, attributes: Attributes): void {
    if (name === "page") {
      this.#isOpen = true;
      this.#slide = new TextWriter(this.#budget);
      this.#notes = new TextWriter(this.#budget);
      this.#reader = new OdfText(this.#slide, this.#styles, this.#objects);
    } else if (name === "notes") {
      this.#reader = new OdfText(this.#notes, this.#styles);
    } else if (name === "frame") {
      const kind = attribute(attributes, "class") ?? "";
      this.#isFurniture = FURNITURE.has(kind);
      this.#reader.paragraphHeading = kind === "title" ? 1 : null;
    }
    if (!this.#isFurniture) {
      this.#reader.open(name, attributes);
    }
  }

  text(text: string): void {
    if (!this.#isFurniture) {
      this.#reader.text(text);
    }
  }

  close(name: string): void {
    if (!this.#isFurniture) {
      this.#reader.close(name);
    }
    if (name === "frame") {
      this.#isFurniture = false;
      this.#reader.paragraphHeading = null;
    } else if (name === "notes") {
      this.#reader = new OdfText(this.#slide, this.#styles, this.#objects);
    } else if (name === "page") {
      this.#endSlide();
    }
  }

  finish(): DocumentPage[] {
    this.#endSlide();
    return this.#pages;
  }

  #endSlide(): void {
    if (this.#isOpen) {
      const text = withNotes(this.#slide.finish(), this.#notes.finish());
      this.#work.addPage();
      this.#pages.push({ number: this.#pages.length + 1, text });
      this.#isOpen = false;
    }
  }
}

/** A slide's text and what the speaker says to it. */
export function withNotes(slide: string, notes: string): string {
  return [slide, notes === "" ? "" : `Notes: ${notes}`].filter((text) => text !== "").join("\n\n");
}
