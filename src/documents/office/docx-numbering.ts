import type { ZipArchive } from "../package/zip";
/** Automatic numbers of paragraphs: list items and numbered headings, as Word shows them. */
import { formatNumber } from "../text/list-number";
import { attribute, type Attributes, readXml } from "../text/xml";

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
const DEFAULT_LEVEL: Level = { format: "decimal", start: 1, text: "" };

export class Numbering {
  readonly #lists: ReadonlyMap<string, List>;

  constructor(lists: ReadonlyMap<string, List>) {
    this.#lists = lists;
  }

  /** The mark of the next paragraph of the list: `-`, `3.`, `1.2`; null where it has none. */
  next(listId: string, level: number): string | null {
    const list = this.#lists.get(listId);
    if (list === undefined || level < 0 || level > MAX_LEVEL) {
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

export async function readNumbering(zip: ZipArchive, part: string | undefined): Promise<Numbering> {
  const reader = new NumberingReader();
  if (part !== undefined) {
    await readXml(zip.stream(part), reader);
  }
  return new Numbering(reader.lists);
}

class NumberingReader {
  readonly lists = new Map<string, List>();
  readonly #definitions = new Map<string, { levels: Map<number, Level>; counters: Counters }>();
  #levels = new Map<number, Level>();
  #level: Level = { ...DEFAULT_LEVEL };
  #listId = "";
  #overridden = 0;

  open(name: string, attributes: Attributes): void {
    const value = attribute(attributes, "val") ?? "";
    switch (name) {
      case "abstractNum":
        this.#levels = new Map();
        this.#definitions.set(attribute(attributes, "abstractNumId") ?? "", {
          levels: this.#levels,
          counters: [],
        });
        break;
      case "lvl":
        this.#level = { ...DEFAULT_LEVEL };
        this.#levels.set(Number(attribute(attributes, "ilvl")), this.#level);
        break;
      case "start":
        this.#level.start = Number.parseInt(value, 10) || 0;
        break;
      case "numFmt":
        this.#level.format = value;
        break;
      case "lvlText":
        this.#level.text = value;
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
        this.lists.get(this.#listId)?.restarts.set(this.#overridden, Number(value));
        break;
    }
  }

  #addList(definitionId: string): void {
    const definition = this.#definitions.get(definitionId);
    if (definition !== undefined) {
      // A level that this list redefines is its own and must not reach the definition's other lists.
      this.#levels = new Map(definition.levels);
      this.lists.set(this.#listId, {
        levels: this.#levels,
        counters: definition.counters,
        restarts: new Map(),
      });
    }
  }
}
