/** Fields inside each other; those of real documents stay below five. */
const MAX_DEPTH = 100;

/**
 * Follows a document's complex fields, whose code stands before their result: what a field inside a code
 * shows is part of that code, and nobody sees it.
 */
export class DocxFields {
  /** Of the open fields, the innermost last: whether their result has begun. */
  #hasResult: boolean[] = [];

  /** Text here is part of a code. */
  get isInCode(): boolean {
    return this.#hasResult.includes(false);
  }

  /** Takes `w:fldCharType`. */
  mark(type: string | undefined): void {
    if (type === "begin" && this.#hasResult.length < MAX_DEPTH) {
      this.#hasResult.push(false);
    } else if (type === "separate" && this.#hasResult.length > 0) {
      this.#hasResult[this.#hasResult.length - 1] = true;
    } else if (type === "end") {
      this.#hasResult.pop();
    }
  }

  /** A code ends with its paragraph at the latest: one that lacks its end hides no more than that. */
  startParagraph(): void {
    this.#hasResult = this.#hasResult.filter((hasResult) => hasResult);
  }
}
