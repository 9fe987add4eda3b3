/** The visible text of an RTF and the notes that it calls. */
import { raised } from "../text/raised";
import type { TextWriter } from "../text/text-writer";

/** Longer ones mark no note. */
const MAX_MARK_CHARS = 20;

/** Holds raised text until it is known what it is: the mark of a note that follows, or part of the line. */
export class RtfLine {
  readonly #writer: TextWriter;
  #raised = "";
  #notes = 0;
  /** What the writer has marked the open note with, in place of a number. */
  #mark = "";

  constructor(writer: TextWriter) {
    this.#writer = writer;
  }

  add(text: string, isRaised: boolean): void {
    if (isRaised) {
      this.#raised += text;
    } else if (text !== "") {
      this.endRaised();
      this.#writer.add(text);
    }
    if (this.#raised.length > MAX_MARK_CHARS) {
      this.endRaised();
    }
  }

  /** What is raised marks no note. */
  endRaised(): void {
    if (this.#raised !== "") {
      this.#writer.add(raised(this.#raised));
      this.#raised = "";
    }
  }

  startNote(): void {
    this.#mark = raised(this.#raised.trim());
    if (/\s/.test(this.#mark)) {
      this.#mark = "";
    }
    if (this.#mark === "") {
      this.endRaised();
      this.#notes += 1;
    }
    this.#raised = "";
    this.#writer.callNote(this.#label);
    this.#writer.startNote();
  }

  endNote(): void {
    this.endRaised();
    this.#writer.endNote(this.#label, this.#mark);
  }

  get #label(): string {
    return this.#mark || String(this.#notes);
  }
}
