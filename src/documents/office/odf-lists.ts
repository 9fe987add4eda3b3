/** The marks of OpenDocument's list items and headings: bullets, and numbers as their styles count. */
import { formatNumber } from "../text/list-number";
import { attribute, type Attributes } from "../text/xml";
import type { WorkBudget } from "../work-budget";

interface Level {
  /** As Word names it; null for a bullet, `none` where nothing is shown. */
  format: string | null;
  prefix: string;
  suffix: string;
  start: number;
  /** How many levels the number shows: 2 makes `1.2`. */
  shownLevels: number;
}

/** Levels from 1. */
type ListStyle = Map<number, Level>;

interface OpenList {
  style: string;
  /** The numbers reached, by level from 1; a nested list shares them with the one around it. */
  counters: number[];
  level: number;
  /** An item has begun and no paragraph has taken its mark yet. */
  isFresh: boolean;
}

export interface ListMark {
  text: string;
  /** 0 for a list that is in no other. */
  depth: number;
}

const BULLET: Level = { format: null, prefix: "", suffix: "", start: 1, shownLevels: 1 };
const OUTLINE = "outline-style";
const FORMATS: ReadonlyMap<string, string> = new Map([
  ["1", "decimal"],
  ["a", "lowerLetter"],
  ["A", "upperLetter"],
  ["i", "lowerRoman"],
  ["I", "upperRoman"],
]);

/** Of what stands around an item's number. */
const MAX_AFFIX_CHARS = 50;
/** What a list that may be continued weighs, in characters. */
const STOPPED_CHARS = 50;

export class OdfLists {
  readonly #work: WorkBudget;
  readonly #styles = new Map<string, ListStyle>();
  readonly #open: OpenList[] = [];
  /** Where each style's outermost list has stopped, for one that continues it. */
  readonly #stoppedAt = new Map<string, number[]>();
  readonly #outline: number[] = [];
  #styleBeingRead: ListStyle = new Map();

  constructor(work: WorkBudget) {
    this.#work = work;
  }

  open(name: string, attributes: Attributes): void {
    switch (name) {
      case "list-style":
      case OUTLINE:
        this.#work.hold(STOPPED_CHARS);
        this.#styleBeingRead = new Map();
        this.#styles.set(
          name === OUTLINE ? OUTLINE : (attribute(attributes, "name") ?? ""),
          this.#styleBeingRead,
        );
        break;
      case "list-level-style-number":
      case "list-level-style-bullet":
      case "outline-level-style":
        this.#work.hold(0);
        this.#styleBeingRead.set(integer(attributes, "level", 1), readLevel(name, attributes));
        break;
      case "list":
        this.#openList(attributes);
        break;
      case "list-item":
        this.#openItem(attributes);
        break;
    }
  }

  close(name: string): void {
    if (name === "list") {
      const list = this.#open.pop();
      if (list?.level === 1 && !this.#stoppedAt.has(list.style)) {
        this.#work.hold(STOPPED_CHARS);
      }
      if (list?.level === 1) {
        this.#stoppedAt.set(list.style, list.counters);
      }
    }
  }

  /** The mark of the item that has just begun; null for its further paragraphs and outside of lists. */
  takeMark(): ListMark | null {
    const list = this.#open.at(-1);
    if (list === undefined || !list.isFresh) {
      return null;
    }
    list.isFresh = false;
    const text = this.#mark(list.style, list.counters, list.level);
    return text === "" ? null : { text, depth: list.level - 1 };
  }

  /** The number of a heading that is in no list; empty where headings are not numbered. */
  headingNumber(level: number): string {
    const format = this.#styles.get(OUTLINE)?.get(level)?.format ?? "none";
    if (format === "none") {
      return "";
    }
    this.#advance(OUTLINE, this.#outline, level);
    return this.#mark(OUTLINE, this.#outline, level);
  }

  #openList(attributes: Attributes): void {
    const outer = this.#open.at(-1);
    const style = attribute(attributes, "style-name") ?? outer?.style ?? "";
    const continues =
      attribute(attributes, "continue-numbering") === "true" ||
      attribute(attributes, "continue-list") !== undefined;
    const before = continues ? this.#stoppedAt.get(style) : undefined;
    this.#open.push({
      style,
      counters: outer?.counters ?? before ?? [],
      level: this.#open.length + 1,
      isFresh: false,
    });
  }

  #openItem(attributes: Attributes): void {
    const list = this.#open.at(-1);
    if (list === undefined) {
      return;
    }
    this.#advance(list.style, list.counters, list.level);
    list.counters[list.level] = integer(attributes, "start-value", list.counters[list.level] ?? 1);
    list.isFresh = true;
  }

  #advance(style: string, counters: number[], level: number): void {
    const { start } = this.#level(style, level);
    counters[level] = (counters[level] ?? start - 1) + 1;
    counters.length = level + 1;
  }

  #mark(style: string, counters: readonly number[], level: number): string {
    const { format, prefix, suffix, shownLevels } = this.#level(style, level);
    if (format === null) {
      return "-";
    }
    if (format === "none") {
      return "";
    }
    const numbers: string[] = [];
    for (let at = Math.max(level - shownLevels + 1, 1); at <= level; at += 1) {
      numbers.push(formatNumber(counters[at] ?? 1, this.#level(style, at).format ?? "decimal"));
    }
    return (prefix + numbers.join(".") + suffix).trim();
  }

  #level(style: string, level: number): Level {
    return this.#styles.get(style)?.get(level) ?? BULLET;
  }
}

function readLevel(name: string, attributes: Attributes): Level {
  if (name === "list-level-style-bullet") {
    return BULLET;
  }
  return {
    format: FORMATS.get(attribute(attributes, "num-format") ?? "") ?? "none",
    prefix: affix(attributes, "num-prefix"),
    suffix: affix(attributes, "num-suffix"),
    start: integer(attributes, "start-value", 1),
    shownLevels: integer(attributes, "display-levels", 1),
  };
}

function affix(attributes: Attributes, name: string): string {
  return (attribute(attributes, name) ?? "").slice(0, MAX_AFFIX_CHARS);
}

function integer(attributes: Attributes, name: string, fallback: number): number {
  const number = Number.parseInt(attribute(attributes, name) ?? "", 10);
  return Number.isSafeInteger(number) ? number : fallback;
}
