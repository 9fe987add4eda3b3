/** The labels of a DOCX file's notes, in the order of their calls. */
import type { WorkBudget } from "../../work-budget";

interface Label {
  text: string;
  /** Chosen by the writer, who has put it before the note's text, too. */
  isOwn: boolean;
}

export class DocxNotes {
  readonly #work: WorkBudget;
  readonly #labels = new Map<string, Label>();
  #numbers = 0;

  constructor(work: WorkBudget) {
    this.#work = work;
  }

  /** The label of a note that is called; `mark` is one that stands in place of a number. */
  call(note: string, mark = ""): string {
    const known = this.#labels.get(note);
    if (known !== undefined) {
      return known.text;
    }
    this.#work.hold(note.length + mark.length);
    const isOwn = mark !== "";
    this.#numbers += isOwn ? 0 : 1;
    const text = isOwn ? mark : String(this.#numbers);
    this.#labels.set(note, { text, isOwn });
    return text;
  }

  /** Undefined for a note that nobody calls. */
  labelOf(note: string): Label | undefined {
    return this.#labels.get(note);
  }
}
