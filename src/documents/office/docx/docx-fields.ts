import { cutText } from "../../../domain/text";
import { MAX_FIELD_CODE_CHARS, symbolOfField } from "../../text/symbol-field";

/** Fields inside each other; those of real documents stay below five. */
const MAX_DEPTH = 100;

interface Field {
  code: string;
  hasResult: boolean;
}

/**
 * Follows a document's complex fields, whose code stands before their result: what a field inside a code
 * shows is part of that code, and nobody sees it.
 */
export class DocxFields {
  /** The open fields, the innermost last. */
  #open: Field[] = [];

  /** Text here is part of a code. */
  get isInCode(): boolean {
    return this.#open.some(({ hasResult }) => !hasResult);
  }

  /** Takes `w:instrText`. */
  addCode(text: string): void {
    const field = this.#open.at(-1);
    if (field?.hasResult === false) {
      field.code = cutText(field.code + text, MAX_FIELD_CODE_CHARS);
    }
  }

  /** Takes `w:fldCharType`; answers with what a field shows that ends without a result. */
  mark(type: string | undefined): string {
    const field = this.#open.at(-1);
    if (type === "begin" && this.#open.length < MAX_DEPTH) {
      this.#open.push({ code: "", hasResult: false });
    } else if (type === "separate" && field !== undefined) {
      field.hasResult = true;
    } else if (type === "end") {
      this.#open.pop();
      return field?.hasResult === false ? symbolOfField(field.code) : "";
    }
    return "";
  }

  /** A code ends with its paragraph at the latest: one that lacks its end hides no more than that. */
  startParagraph(): void {
    this.#open = this.#open.filter(({ hasResult }) => hasResult);
  }
}
