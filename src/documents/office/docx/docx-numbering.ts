/** Automatic numbers of paragraphs: list items and numbered headings, as Word shows them. */
import type { ZipArchive } from "../../package/zip";
import { formatNumber } from "../../text/list-number";
import { attribute, type Attributes, readXml } from "../../text/xml";
import type { WorkBudget } from "../../work-budget";

interface Level {
  format: string;
  start: number;
  /** `%1.%2` stands for the numbers of the first and the second level. */
  text: string;
}

/** A list: its levels, and the counters that all lists of the same definition share. */
interface List {
  levels: Map<number, Level>;
  counters: Counters;
  /** Levels that this list starts anew. */
  restarts: Map<number, number>;
}

type Counters = (number | undefined)[];

const MAX_LEVEL = 8;
/** Of what stands before a paragraph. */
const MAX_MARK_CHARS = 255;
/** What a level that a list takes over weighs, in characters. */
const LEVEL_CHARS = 20;
const DEFAULT_LEVEL: Level = { format: "decimal", start: 1, text: "" };

export class Numbering {
  readonly #lists: ReadonlyMap<string, List>;

  constructor(lists: ReadonlyMap<string, List>) {
    this.#lists = lists;
  }

  /** The mark of the next paragraph of the list: `-`, `3.`, `1.2`; null where it has none. */
  next(listId: string, level: number): string | null {
    const list = this.#lists.get(listId);
    if (list === undefined || !isLevel(level)) {
      return null;
    }
    const { counters } = list;
    const restart = list.restarts.get(level);
    if (restart !== undefined) {
      list.restarts.delete(level);
      counters[level] = restart - 1;
    }
    const levelOf = (at: number) => list.levels.get(at) ?? DEFAULT_LEVEL;
    counters[level] = (counters[level] ?? levelOf(level).start - 1) + 1;
    counters.length = level + 1;
    const { format, text } = levelOf(level);
    if (format === "none") {
      return null;
    }
    if (format === "bullet") {
      return "-";
    }
    const mark = text.replace(/%([1-9])/g, (_, digit: string) => {
      const at = Number(digit) - 1;
      return formatNumber(counters[at] ?? levelOf(at).start, levelOf(at).format);
    });
    return mark.trim() === "" ? null : mark.trim();
  }
}

function isLevel(level: number): boolean {
  return Number.isInteger(level) && level >= 0 && level <= MAX_LEVEL;
}

export async function readNumbering(zip: ZipArchive, part: string | undefined): Promise<Numbering> {
  const reader = new NumberingReader(zip.work);
  if (part !== undefined) {
    await readXml(zip.stream(part), reader);
  }
  return new Numbering(reader.lists);
}

class NumberingReader {
  readonly lists = new Map<string, List>();
  readonly #work: WorkBudget;
  readonly #definitions = new Map<string, { levels: Map<number, Level>; counters: Counters }>();
  #levels = new Map<number, Level>();
  #level: Level = { ...DEFAULT_LEVEL };
  #listId = "";
  #overridden = 0;

  constructor(work: WorkBudget) {
    this.#work = work;
  }

  open(name: string, attributes: Attributes): void {
    const value = attribute(attributes, "val") ?? "";
    switch (name) {
      case "abstractNum":
        this.#work.hold(0);
        this.#levels = new Map();
        this.#definitions.set(attribute(attributes, "abstractNumId") ?? "", {
          levels: this.#levels,
          counters: [],
        });
        break;
      case "lvl":
        this.#addLevel(Number(attribute(attributes, "ilvl")));
        break;
      case "start":
        this.#level.start = Number.parseInt(value, 10) || 0;
        break;
      case "numFmt":
        this.#level.format = value;
        break;
      case "lvlText":
        this.#level.text = value.slice(0, MAX_MARK_CHARS);
        break;
      default:
        this.#openList(name, value, attributes);
    }
  }

  #openList(name: string, value: string, attributes: Attributes): void {
    switch (name) {
      case "num":
        this.#listId = attribute(attributes, "numId") ?? "";
        break;
      case "abstractNumId":
        this.#addList(value);
        break;
      case "lvlOverride":
        this.#overridden = Number(attribute(attributes, "ilvl"));
        break;
      case "startOverride":
        this.lists
          .get(this.#listId)
          ?.restarts.set(this.#overridden, Number.parseInt(value, 10) || 0);
        break;
    }
  }

  #addLevel(at: number): void {
    this.#level = { ...DEFAULT_LEVEL };
    if (isLevel(at)) {
      this.#work.hold(0);
      this.#levels.set(at, this.#level);
    }
  }

  #addList(definitionId: string): void {
    const definition = this.#definitions.get(definitionId);
    if (definition !== undefined) {
      // A level that this list redefines is its own and must not reach the definition's other lists.
      this.#work.hold(definition.levels.size * LEVEL_CHARS);
      this.#levels = new Map(definition.levels);
      this.lists.set(this.#listId, {
        levels: this.#levels,
        counters: definition.counters,
        restarts: new Map(),
      });
    }
  }
}
