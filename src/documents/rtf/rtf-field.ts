/** The field of an RTF that is open: its code, and whether it shows a result. */
import { MAX_FIELD_CODE_CHARS, symbolOfField } from "../text/symbol-field";
import { appendCapped } from "../text/text-writer";

export class RtfField {
  #code = "";
  /** Groups around the field; null where none is open. */
  #depth: number | null = null;

  /** `groups`: those around its code. */
  open(groups: number): void {
    this.#code = "";
    this.#depth = groups - 2;
  }

  addCode(text: string): void {
    this.#code = appendCapped(this.#code, text, MAX_FIELD_CODE_CHARS);
  }

  addResult(text: string): void {
    this.#depth = text === "" ? this.#depth : null;
  }

  /** A group has ended, of which so many remain: what the field shows that ends with it, without a result. */
  endGroup(groups: number): string {
    if (groups !== this.#depth) {
      return "";
    }
    this.#depth = null;
    return symbolOfField(this.#code);
  }
}
