/** Automatic numbers of a slide's paragraphs, which the file does not keep: they count within one text. */
import { formatNumber } from "../text/list-number";
import type { Attributes } from "../text/xml";

/** How paragraphs are numbered; null where they are not. */
type Scheme = { type: string; startAt: number } | null;

interface Counter {
  scheme: string;
  number: number;
}

/** `lvl1pPr` … `lvl9pPr` in a text's own list of styles. */
const LEVEL_STYLE = /^lvl([1-9])pPr$/;
/** What says that a paragraph has another mark than a number, or none. */
const OTHER_MARKS = new Set(["buNone", "buChar", "buBlip"]);
const FORMATS: readonly (readonly [start: string, format: string])[] = [
  ["alphaLc", "lowerLetter"],
  ["alphaUc", "upperLetter"],
  ["romanLc", "lowerRoman"],
  ["romanUc", "upperRoman"],
];

export class SlideNumbers {
  /** Of the open text, by level from 0. */
  #styles = new Map<number, Scheme>();
  #counters: (Counter | undefined)[] = [];
  #styleLevel: number | null = null;
  #level = 0;
  /** Undefined where the paragraph says nothing of its own. */
  #own: Scheme | undefined;

  startParagraph(): void {
    this.#level = 0;
    this.#own = undefined;
  }

  setLevel(level: number): void {
    this.#level = level;
  }

  /** Takes each element, those around the texts too. */
  open(name: string, attributes: Attributes): void {
    const style = LEVEL_STYLE.exec(name)?.[1];
    if (name === "txBody") {
      // What is numbered in one text does not go on in the next.
      this.#styles = new Map();
      this.#counters = [];
    } else if (style !== undefined) {
      this.#styleLevel = Number(style) - 1;
    } else if (name === "buAutoNum") {
      const startAt = Number.parseInt(attributes["startAt"] ?? "1", 10);
      this.#set({ type: attributes["type"] ?? "", startAt: startAt > 0 ? startAt : 1 });
    } else if (OTHER_MARKS.has(name)) {
      this.#set(null);
    }
  }

  close(name: string): void {
    if (LEVEL_STYLE.test(name)) {
      this.#styleLevel = null;
    }
  }

  #set(scheme: Scheme): void {
    if (this.#styleLevel === null) {
      this.#own = scheme;
    } else {
      this.#styles.set(this.#styleLevel, scheme);
    }
  }

  /** The number of the paragraph that ends, which has text; null where it has none. */
  next(): string | null {
    const level = this.#level;
    const scheme = this.#own === undefined ? this.#styles.get(level) : this.#own;
    this.#counters.length = Math.min(this.#counters.length, level + 1);
    if (!scheme) {
      this.#counters[level] = undefined;
      return null;
    }
    const { type, startAt } = scheme;
    const key = `${type} ${startAt}`;
    const before = this.#counters[level];
    const number = before?.scheme === key ? before.number + 1 : startAt;
    this.#counters[level] = { scheme: key, number };
    return numberMark(number, type);
  }
}

/** `2.`, `2)`, `(2)` or `2`; what is drawn inside of circles is a number as well. */
function numberMark(number: number, type: string): string {
  const format = FORMATS.find(([start]) => type.startsWith(start))?.[1] ?? "decimal";
  const text = formatNumber(number, format);
  if (type.endsWith("ParenBoth")) {
    return `(${text})`;
  }
  if (type.endsWith("ParenR")) {
    return `${text})`;
  }
  return type.endsWith("Plain") && !type.startsWith("circle") ? text : `${text}.`;
}
