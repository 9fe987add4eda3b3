/** A body of plain text, piece by piece: one kind of line break, and flowed lines as paragraphs. */
import { TextPieces } from "../text/text-pieces";

/** RFC 3676. `delSp`: the space was added to fold the line, as scripts without spaces need it. */
export interface Flow {
  delSp: boolean;
}

const SIGNATURE = "-- ";

export class PlainBody {
  readonly #flow: Flow | null;
  readonly #text = new TextPieces();
  /** Behind the last line break. */
  #rest = "";
  #quotes = "";
  /** The line before ended with a space, so that the next one goes on. */
  #goesOn = false;

  constructor(flow: Flow | null) {
    this.#flow = flow;
  }

  write(piece: string): void {
    const end = piece.lastIndexOf("\n") + 1;
    if (end === 0) {
      this.#rest += piece;
      return;
    }
    const lines = (this.#rest + piece.slice(0, end)).replaceAll("\r\n", "\n");
    this.#rest = piece.slice(end);
    if (this.#flow === null) {
      this.#text.add(lines);
      return;
    }
    for (const line of lines.split("\n").slice(0, -1)) {
      this.#addFlowed(line, this.#flow);
    }
  }

  /** The whole text; nothing may be written after it. */
  end(): string {
    if (this.#flow === null) {
      this.#text.add(this.#rest);
    } else {
      this.#addFlowed(this.#rest, this.#flow);
    }
    return this.#text.join();
  }

  #addFlowed(line: string, { delSp }: Flow): void {
    const quotes = /^>*/.exec(line)?.[0] ?? "";
    const content = line.slice(quotes.length).replace(/^ /, "");
    const isSignature = content === SIGNATURE;
    const isContinued = this.#goesOn && quotes === this.#quotes && !isSignature;
    if (!isContinued) {
      this.#text.add(`${this.#text.isEmpty ? "" : "\n"}${quotes}${quotes === "" ? "" : " "}`);
    }
    this.#quotes = quotes;
    this.#goesOn = content.endsWith(" ") && !isSignature;
    this.#text.add(this.#goesOn && delSp ? content.slice(0, -1) : content);
  }
}
