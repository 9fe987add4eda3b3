/** Reads JSON as rows: each element of an array is parsed by itself while the file streams by. */
import { parseWellFormed } from "../../domain/json";
import { DOCUMENT } from "../../limits";
import { KIB } from "../../limits/units";
import { yieldToEventLoop } from "../../yield-to-event-loop";
import type { DocumentSource } from "../extractor";
import { refuseLarge, refuseRows } from "../refuse-large";
import { SourceText } from "../text/charset";
import { unreadable } from "../unreadable";

/**
 * Up to `limit` elements of the array; any other value is one row. Throws ActionFailure `file_damaged`,
 * `file_too_large`.
 */
export async function readJsonRows(source: DocumentSource, limit: number): Promise<unknown[]> {
  refuseLarge(source, DOCUMENT.jsonMaxBytes);
  const cutter = new ElementCutter(limit);
  const text = await SourceText.open(source);
  for await (const piece of text.pieces()) {
    cutter.write(piece);
    if (cutter.isDone) {
      break;
    }
  }
  return cutter.finish();
}

/** Of lines, read before others have their turn: some 10 ms where each is a few characters. */
const CHARS_PER_TURN = 8 * KIB;

/** A row a line, empty lines left out. Throws like `readJsonRows`. */
export async function readJsonLines(source: DocumentSource, limit: number): Promise<unknown[]> {
  const rows: unknown[] = [];
  let number = 0;
  let chars = 0;
  let charsAtTurn = 0;
  const text = await SourceText.open(source);
  for await (const line of linesOf(text.pieces())) {
    if (rows.length >= limit) {
      break;
    }
    // A piece of short lines is thousands of values, each with promises of its own.
    if (chars - charsAtTurn > CHARS_PER_TURN) {
      charsAtTurn = chars;
      await yieldToEventLoop();
    }
    number += 1;
    chars += line.length + 1;
    refuseRows(chars);
    if (line.trim() !== "") {
      rows.push(parseJson(line, `Line ${number} of the file`));
    }
  }
  return rows;
}

async function* linesOf(pieces: AsyncIterable<string>): AsyncGenerator<string, void, undefined> {
  let rest = "";
  for await (const piece of pieces) {
    const [first = "", ...others] = piece.split("\n");
    rest += first;
    refuseRows(rest.length);
    const last = others.pop();
    if (last !== undefined) {
      yield rest;
      yield* others;
      rest = last;
    }
  }
  yield rest;
}

function parseJson(text: string, what: string): unknown {
  if (nestsDeeper(text, DOCUMENT.jsonMaxDepth)) {
    throw unreadable(
      "file_unsupported",
      `${what} nests deeper than ${DOCUMENT.jsonMaxDepth} lists and objects inside each other.`,
    );
  }
  try {
    return parseWellFormed(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : "";
    throw unreadable("file_damaged", `${what} is not valid JSON: ${reason}`);
  }
}

const QUOTE = 0x22;
const COMMA = 0x2c;
const BACKSLASH = 0x5c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);
const SPACES = new Set([0x20, 0x09, 0x0a, 0x0d]);
const LIST_START = 0x5b;
const LIST_END = 0x5d;

/** Checked before the value is parsed, because a value takes thirty times the memory of its text. */
function nestsDeeper(text: string, maxDepth: number): boolean {
  let depth = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      isInString = !isInString;
    } else if (isInString) {
      at += code === BACKSLASH ? 1 : 0;
    } else if (OPENING.has(code)) {
      depth += 1;
      if (depth > maxDepth) {
        return true;
      }
    } else if (CLOSING.has(code)) {
      depth -= 1;
    }
  }
  return false;
}

/** Finds where the elements end by their brackets; the parser checks each element afterwards. */
class ElementCutter {
  readonly #limit: number;
  readonly #rows: unknown[] = [];
  #state: "before" | "list" | "value" | "after" = "before";
  /** The text so far of the open element, or of a value that is no array. */
  #element = "";
  /** Characters of all elements so far, without white space between their parts. */
  #chars = 0;
  #depth = 0;
  #isInString = false;
  #isEscaped = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** As many rows as the limit are read: the rest of the file is not looked at. */
  get isDone(): boolean {
    return this.#rows.length >= this.#limit;
  }

  write(piece: string): void {
    let start = 0;
    for (let at = 0; at < piece.length && !this.isDone; at += 1) {
      const code = piece.charCodeAt(at);
      if (this.#state === "before" || this.#state === "after") {
        start = this.#begin(code) ? at + 1 : at;
      } else if (this.#endsElement(code)) {
        this.#element += piece.slice(start, at);
        this.#endElement(code);
        start = at + 1;
      }
    }
    refuseRows(this.#chars);
    if (this.#state === "list" || this.#state === "value") {
      this.#element += piece.slice(start);
    }
    // White space is counted by half: an element may have as much of it as of anything else.
    refuseRows(this.#element.length / 2);
  }

  finish(): unknown[] {
    if (this.#state === "value" || this.#state === "before") {
      return [parseJson(this.#element, "The file")].slice(0, this.#limit);
    }
    if (this.#state === "list" && !this.isDone) {
      throw unreadable("file_damaged", "The file is not valid JSON: its list does not end.");
    }
    return this.#rows;
  }

  /** Looks at a character outside the value; true where it opens a list. */
  #begin(code: number): boolean {
    if (SPACES.has(code)) {
      return false;
    }
    if (this.#state === "after") {
      throw unreadable("file_damaged", "The file is not valid JSON: more follows after its list.");
    }
    this.#state = code === LIST_START ? "list" : "value";
    this.#isInString = code === QUOTE;
    return this.#state === "list";
  }

  /** Counts the character; true where the list or one of its elements ends with it. */
  #endsElement(code: number): boolean {
    if (this.#isInString) {
      this.#chars += 1;
      this.#isInString = this.#isEscaped || code !== QUOTE;
      this.#isEscaped = !this.#isEscaped && code === BACKSLASH;
      return false;
    }
    if (this.#depth === 0 && this.#state === "list" && (code === COMMA || code === LIST_END)) {
      return true;
    }
    this.#chars += SPACES.has(code) ? 0 : 1;
    this.#isInString = code === QUOTE;
    this.#depth += OPENING.has(code) ? 1 : CLOSING.has(code) ? -1 : 0;
    return false;
  }

  #endElement(code: number): void {
    refuseRows(this.#chars);
    const isEmptyList = code === LIST_END && this.#rows.length === 0 && this.#element.trim() === "";
    if (!isEmptyList) {
      this.#rows.push(parseJson(this.#element, `Element ${this.#rows.length + 1} of the list`));
    }
    this.#element = "";
    this.#state = code === LIST_END ? "after" : "list";
  }
}
