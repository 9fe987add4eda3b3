/** The parser of HTML and XML, with bounds on what it holds until it can tell of it. */
import { Parser, type ParserOptions } from "htmlparser2";

import { DOCUMENT } from "../../limits";
import { unreadable } from "../unreadable";

export type Attributes = Readonly<Record<string, string>>;

export interface MarkupEvents {
  open(name: string, attributes: Attributes): void;
  close(name: string): void;
  text(text: string): void;
  /** Elements and attributes that have come since the last time. */
  markup?(count: number): void;
}

/**
 * Tells of elements and text as they stream by. Throws ActionFailure `file_damaged` for elements nested
 * too deep or of too many attributes, `file_too_large` for a tag or comment that does not end.
 */
export class MarkupParser {
  readonly #parser: Parser;
  /** UTF-16 units since the parser has told of something. */
  #heldChars = 0;
  #depth = 0;
  #attributes = 0;

  constructor(events: MarkupEvents, options: ParserOptions) {
    this.#parser = new Parser(
      {
        onattribute: () => {
          this.#attributes += 1;
          refuseAttributes(this.#attributes);
        },
        onopentag: (name, attributes) => {
          events.markup?.(1 + this.#attributes);
          this.#attributes = 0;
          this.#heldChars = 0;
          this.#depth += 1;
          refuseDepth(this.#depth);
          events.open(name, attributes);
        },
        onclosetag: (name) => {
          this.#heldChars = 0;
          events.close(name);
          this.#depth -= 1;
        },
        ontext: (text) => {
          this.#heldChars = 0;
          events.text(text);
        },
        oncomment: () => {
          this.#heldChars = 0;
          events.markup?.(1);
        },
      },
      options,
    );
  }

  /** Of the element that was told of last. */
  get depth(): number {
    return this.#depth;
  }

  write(piece: string): void {
    this.#heldChars += piece.length;
    this.#parser.write(piece);
    if (this.#heldChars > DOCUMENT.markupMaxChars) {
      throw unreadable("file_too_large", "The file holds a tag or a comment that hardly ends.");
    }
  }

  end(): void {
    this.#parser.end();
  }
}

function refuseAttributes(count: number): void {
  if (count > DOCUMENT.maxAttributes) {
    throw unreadable(
      "file_damaged",
      `The file holds an element of more than ${DOCUMENT.maxAttributes} attributes.`,
    );
  }
}

/** Throws where elements are nested deeper than any honest document's. */
export function refuseDepth(depth: number): void {
  if (depth > DOCUMENT.maxMarkupDepth) {
    throw unreadable(
      "file_damaged",
      `The file's markup is nested more than ${DOCUMENT.maxMarkupDepth} levels deep.`,
    );
  }
}
