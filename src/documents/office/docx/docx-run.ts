/** What the open run of a DOCX says about its text: that it is hidden, in which font it stands, whose mark it is. */
import { cutText } from "../../../domain/text";
import { raised } from "../../text/raised";
import { shownIn } from "../../text/symbol-fonts";
import { attribute, type Attributes } from "../../text/xml";

/** Of what somebody has chosen to mark a note with. */
const MAX_MARK_CHARS = 20;

export class DocxRun {
  isHidden: boolean;
  #font: string | undefined;
  #isRaised = false;
  /** The note that the run's text marks, in place of a number. */
  #markedNote: string | null = null;
  #mark = "";

  constructor(isHidden = false) {
    this.isHidden = isHidden;
  }

  /** Takes `w:rFonts`. */
  setFont(attributes: Attributes): void {
    this.#font = attribute(attributes, "ascii") ?? attribute(attributes, "hAnsi");
  }

  /** Takes `w:vertAlign`. */
  setPlace(place: string): void {
    this.#isRaised = place === "superscript";
  }

  /** The text as its font shows it; empty where it is hidden or marks a note. */
  shown(text: string): string {
    if (this.isHidden) {
      return "";
    }
    const inFont = shownIn(this.#font, text);
    const shown = this.#isRaised ? raised(inFont) : inFont;
    if (this.#markedNote === null) {
      return shown;
    }
    this.#mark = cutText(this.#mark + shown, MAX_MARK_CHARS);
    return "";
  }

  /** What follows in the run marks this note. */
  startMark(note: string): void {
    this.#markedNote = note;
  }

  /** The note that the run has marked, and how; null where it marks none. */
  endMark(): { note: string; mark: string } | null {
    const note = this.#markedNote;
    this.#markedNote = null;
    return note === null ? null : { note, mark: this.#mark.trim() };
  }
}

/** The picture that `w:sym` names by its font and its number there. */
export function symbolOf(attributes: Attributes): string {
  const code = Number.parseInt(attribute(attributes, "char") ?? "", 16);
  return code > 0 && code <= 0xffff
    ? shownIn(attribute(attributes, "font"), String.fromCharCode(code))
    : "";
}
