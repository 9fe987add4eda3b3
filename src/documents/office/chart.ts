/** A chart as the tables that it is drawn from: a row a category, a column a series, the titles before them. */
import { DOCUMENT } from "../../limits";
import { appendCapped } from "../text/text-writer";
import type { Attributes } from "../text/xml";
import type { WorkBudget } from "../work-budget";
import { showNumber } from "./xlsx-format";

/** Values by their place in the chart's cache. */
type Points = Map<number, string>;

interface Series {
  name: string;
  categories: Points;
  values: Points;
}

/** The role of a value by the element around it; scatter charts have `xVal` and `yVal`, newer charts dimensions. */
const ROLES: ReadonlyMap<string, keyof Series> = new Map([
  ["tx", "name"],
  ["cat", "categories"],
  ["xVal", "categories"],
  ["strDim", "categories"],
  ["val", "values"],
  ["yVal", "values"],
  ["numDim", "values"],
]);
const VALUES = new Set(["pt", "v", "t", "formatCode"]);
/** Characters that a series is counted for besides its points; programs draw at most 255 series. */
const SERIES_CHARS = 1000;
/** The share of filled cells below which each series gets a table of its own. */
const MIN_FILLED = 0.25;

/** Reads a chart's part, in the elements of 2007 or of 2016. */
export class ChartReader {
  readonly #work: WorkBudget;
  readonly #titles: string[] = [];
  readonly #series: Series[] = [];
  /** Series whose name was read: newer charts give all names after all data. */
  #namedSeries = 0;
  #title: string | null = null;
  #role: keyof Series | null = null;
  #index = 0;
  #format = "";
  #value = "";
  #isInValue = false;

  constructor(work: WorkBudget) {
    this.#work = work;
  }

  open(name: string, attributes: Attributes): void {
    if (VALUES.has(name)) {
      this.#value = "";
      this.#isInValue = true;
    }
    switch (name) {
      case "title":
        this.#title = "";
        break;
      case "ser":
      case "data":
        this.#work.hold(SERIES_CHARS);
        this.#series.push({ name: "", categories: new Map(), values: new Map() });
        break;
      case "series":
        this.#namedSeries += 1;
        break;
      case "pt":
        this.#index = Number(attributes["idx"]);
        break;
      case "lvl":
        this.#format = attributes["formatCode"] ?? "";
        break;
      default:
        if (ROLES.has(name)) {
          this.#role = ROLES.get(name) ?? null;
          this.#format = "";
        }
    }
  }

  text(text: string): void {
    if (this.#isInValue) {
      this.#value = appendCapped(this.#value, text, DOCUMENT.metadataMaxChars);
    }
  }

  close(name: string): void {
    if (name === "title") {
      this.#addTitle((this.#title ?? "").trim());
    } else if (this.#title !== null && (name === "t" || name === "v")) {
      this.#title = appendCapped(this.#title, this.#value, DOCUMENT.metadataMaxChars);
    } else if (name === "formatCode") {
      this.#format = this.#value;
    } else if (name === "v" || name === "pt") {
      this.#addValue(this.#value.trim());
    } else if (ROLES.has(name)) {
      this.#role = null;
    }
    if (VALUES.has(name)) {
      this.#value = "";
      this.#isInValue = false;
    }
  }

  /** The titles, a line each. */
  titles(): string {
    return this.#titles.filter((title) => title !== "").join("\n");
  }

  /** The titles and the tables as text; empty where the chart has neither. */
  table(): string {
    const tables = tablesOf(this.#series.filter(({ values }) => values.size > 0));
    return [this.titles(), ...tables.map(tableText)].filter((part) => part !== "").join("\n");
  }

  #addTitle(title: string): void {
    this.#work.hold(title.length);
    this.#titles.push(title);
    this.#title = null;
  }

  #addValue(value: string): void {
    const series = this.#series.at(this.#namedSeries - 1);
    const role = this.#role;
    if (value === "" || series === undefined || role === null) {
      return;
    }
    this.#work.hold(value.length);
    if (role === "name") {
      series.name ||= value;
    } else if (Number.isInteger(this.#index)) {
      // Categories of several levels come the innermost first.
      const inner = series[role].get(this.#index);
      const shown = showNumber(value, this.#format);
      series[role].set(this.#index, inner === undefined ? shown : `${shown} ${inner}`);
    }
  }
}

/** Groups series over the same categories into one table each. */
function tablesOf(series: readonly Series[]): Series[][] {
  const tables = new Map<string, Series[]>();
  for (const one of series) {
    const key = JSON.stringify([...one.categories]);
    const table = tables.get(key);
    if (table === undefined) {
      tables.set(key, [one]);
    } else {
      table.push(one);
    }
  }
  return [...tables.values()].flatMap((table) =>
    isFilled(table) ? [table] : table.map((one) => [one]),
  );
}

function isFilled(series: readonly Series[]): boolean {
  const indices = new Set(series.flatMap(({ values }) => [...values.keys()]));
  const points = series.reduce((sum, { values }) => sum + values.size, 0);
  return points >= indices.size * series.length * MIN_FILLED;
}

function tableText(series: readonly Series[]): string {
  const [first] = series;
  const indices = new Set(series.flatMap(({ values }) => [...values.keys()]));
  const rows = [...indices]
    .toSorted((a, b) => a - b)
    .map((index) => {
      const category = first?.categories.get(index) ?? String(index + 1);
      return [category, ...series.map(({ values }) => values.get(index) ?? "")];
    });
  const names = series.map(({ name }) => name);
  const head = names.some((name) => name !== "") ? [["", ...names]] : [];
  return [...head, ...rows].map((cells) => cells.join("\t").trimEnd()).join("\n");
}
