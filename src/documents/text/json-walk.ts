/**
 * Walks through JSON as it streams by, and never holds a value: reports objects, and texts piece by piece, each
 * with the path of names to it (`cells/source`; lists add no name). It does not check whether the JSON is valid.
 */
import { DOCUMENT } from "../../limits";
import { unreadable } from "../unreadable";

/** Called in the order of the JSON. */
export interface JsonEvents {
  openObject(path: string): void;
  closeObject(path: string): void;
  /** A piece of a text, of a number, or of `true`, `false` or `null`. */
  text(path: string, piece: string): void;
}

interface Bracket {
  isObject: boolean;
  /** In an object, the name of the open value. */
  name: string;
  isNameNext: boolean;
}

/** Longer names are cut: no reader asks for one. */
const MAX_NAME_CHARS = 200;
const ESCAPES: Readonly<Record<string, string>> = {
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};
/** The length of an escape such as `\u00e4`. */
const UNICODE_CHARS = 6;

export class JsonWalk {
  readonly #events: JsonEvents;
  readonly #open: Bracket[] = [];
  #path = "";
  #isInText = false;
  /** The name that is being read; null in a value. */
  #name: string | null = null;
  /** The beginning of an escape that is not complete, with its backslash. */
  #escape = "";

  constructor(events: JsonEvents) {
    this.#events = events;
  }

  /** Whether a bracket or a text has not ended. */
  get isOpen(): boolean {
    return this.#open.length > 0 || this.#isInText;
  }

  write(piece: string): void {
    let at = 0;
    while (at < piece.length) {
      if (this.#escape !== "") {
        this.#readEscape(piece.charAt(at));
        at += 1;
      } else if (this.#isInText) {
        at = this.#readText(piece, at);
      } else {
        this.#readOther(piece.charAt(at));
        at += 1;
      }
    }
  }

  #readText(piece: string, start: number): number {
    const end = /["\\]/g;
    end.lastIndex = start;
    const at = end.exec(piece)?.index ?? piece.length;
    this.#add(piece.slice(start, at));
    if (piece.charAt(at) === '"') {
      this.#endText();
    } else if (piece.charAt(at) === "\\") {
      this.#escape = "\\";
    }
    return at + 1;
  }

  #readEscape(char: string): void {
    this.#escape += char;
    const kind = this.#escape.charAt(1);
    if (kind !== "u") {
      this.#add(ESCAPES[kind] ?? kind);
      this.#escape = "";
    } else if (this.#escape.length === UNICODE_CHARS) {
      this.#add(String.fromCharCode(Number.parseInt(this.#escape.slice(2), 16) || 0));
      this.#escape = "";
    }
  }

  #readOther(char: string): void {
    switch (char) {
      case '"':
        this.#isInText = true;
        this.#name = this.#open.at(-1)?.isNameNext === true ? "" : null;
        break;
      case "{":
      case "[":
        this.#openBracket(char === "{");
        break;
      case "}":
      case "]":
        this.#closeBracket();
        break;
      case ":":
      case ",":
        this.#setNameNext(char === ",");
        break;
      default:
        if (/[\w.+-]/.test(char)) {
          this.#events.text(this.#path, char);
        }
    }
  }

  #openBracket(isObject: boolean): void {
    if (this.#open.length >= DOCUMENT.jsonMaxDepth) {
      throw unreadable("file_unsupported", "The file nests deeper than can be read.");
    }
    if (isObject) {
      this.#events.openObject(this.#path);
    }
    this.#open.push({ isObject, name: "", isNameNext: isObject });
  }

  #closeBracket(): void {
    const closed = this.#open.pop();
    this.#setPath();
    if (closed?.isObject === true) {
      this.#events.closeObject(this.#path);
    }
  }

  #setNameNext(isNext: boolean): void {
    const bracket = this.#open.at(-1);
    if (bracket?.isObject === true) {
      bracket.isNameNext = isNext;
    }
  }

  #setPath(): void {
    this.#path = this.#open
      .filter(({ isObject }) => isObject)
      .map(({ name }) => name)
      .join("/");
  }

  #add(text: string): void {
    if (this.#name === null) {
      this.#events.text(this.#path, text);
    } else if (this.#name.length < MAX_NAME_CHARS) {
      this.#name += text.slice(0, MAX_NAME_CHARS);
    }
  }

  #endText(): void {
    this.#isInText = false;
    const bracket = this.#open.at(-1);
    if (this.#name !== null && bracket !== undefined) {
      bracket.name = this.#name;
      this.#setPath();
    }
    this.#name = null;
  }
}
