/** Pieces of text and blocks as they come, and the whole of them at the end. */

/** Items follow each other on the next line, as do rows and notes; all other blocks are a blank line apart. */
export type BlockKind = "paragraph" | "verbatim" | "item" | "row" | "note";

/** Joins pieces of text as they come: a million short ones must not stay a million objects. */
export class TextPieces {
  static readonly #RECENT_MAX = 2048;
  #joined: string[] = [];
  #recent: string[] = [];

  get isEmpty(): boolean {
    return this.#recent.length === 0 && this.#joined.length === 0;
  }

  add(piece: string): void {
    this.#recent.push(piece);
    if (this.#recent.length >= TextPieces.#RECENT_MAX) {
      this.#joined.push(this.#recent.join(""));
      this.#recent = [];
    }
  }

  /** The whole of it, and nothing is left. */
  take(): string {
    const text = this.join();
    this.#joined = [];
    this.#recent = [];
    return text;
  }

  join(): string {
    return this.#joined.join("") + this.#recent.join("");
  }
}

export class BlockJoiner {
  readonly #pieces = new TextPieces();
  #before: BlockKind | null = null;

  separatorBefore(kind: BlockKind): string {
    const isClose = this.#before === kind && kind !== "paragraph" && kind !== "verbatim";
    return this.#before === null ? "" : isClose ? "\n" : "\n\n";
  }

  add(kind: BlockKind, text: string): void {
    this.#pieces.add(this.separatorBefore(kind) + text);
    this.#before = kind;
  }

  separate(): void {
    this.#before &&= "paragraph";
  }

  join(): string {
    return this.#pieces.join();
  }
}
