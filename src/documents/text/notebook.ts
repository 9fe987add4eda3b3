/**
 * Jupyter's notebooks (nbformat 3 and 4): what their cells say and what their code has put out as text. Pictures and
 * what draws itself in a page are left out.
 */
import { DOCUMENT } from "../../limits";
import type { DocumentSource, Extraction } from "../extractor";
import { SourceText } from "./charset";
import { type JsonEvents, JsonWalk } from "./json-walk";
import { BlockJoiner, TextPieces } from "./text-pieces";
import { headingPrefix, TextBudget } from "./text-writer";

export async function readNotebook(
  source: DocumentSource,
  budget: TextBudget,
): Promise<Extraction> {
  const content = await SourceText.open(source);
  const notebook = new Notebook(budget);
  const walk = new JsonWalk(notebook);
  for await (const piece of content.pieces()) {
    walk.write(piece);
    if (budget.isExceeded) {
      break;
    }
  }
  const isCut = walk.isOpen && !budget.isExceeded;
  return { text: notebook.finish(), metadata: { charset: content.charset }, isCut };
}

/** Where a notebook's cells stand: at its top, or in each sheet of an older one. */
const CELL_PATHS: ReadonlySet<string> = new Set(["cells", "worksheets/cells"]);
/** Of an output that is told in several ways, the first that it has. */
const WAYS = ["text/markdown", "text/plain", "text/latex"];
/** What is read of a cell, and of each of its outputs. */
const CELL_FIELDS: ReadonlySet<string> = new Set(["cell_type", "level", "source", "input"]);
const OUTPUT_FIELDS: ReadonlySet<string> = new Set([
  "text",
  "ename",
  "evalue",
  ...WAYS.map((way) => `data/${way}`),
]);
const OUTPUTS = "outputs";

/** Texts by their names inside a cell or an output. */
type Fields = Map<string, TextPieces>;

class Notebook implements JsonEvents {
  readonly #budget: TextBudget;
  /** For what is held of a cell until it has ended. */
  readonly #held = new TextBudget(DOCUMENT.maxChars);
  readonly #blocks = new BlockJoiner();
  #cellPath = "";
  #cell: Fields | null = null;
  #output: Fields = new Map();
  /** Of the open cell, those that have ended. */
  #outputs: string[] = [];

  constructor(budget: TextBudget) {
    this.#budget = budget;
  }

  openObject(path: string): void {
    if (CELL_PATHS.has(path)) {
      this.#cellPath = path;
      this.#cell = new Map();
      this.#outputs = [];
    } else if (path === `${this.#cellPath}/${OUTPUTS}`) {
      this.#output = new Map();
    }
  }

  closeObject(path: string): void {
    if (CELL_PATHS.has(path)) {
      this.#endCell();
    } else if (path === `${this.#cellPath}/${OUTPUTS}`) {
      this.#endOutput();
    }
  }

  text(path: string, piece: string): void {
    if (this.#cell === null) {
      return;
    }
    const name = path.slice(this.#cellPath.length + 1);
    const outputName = name.slice(OUTPUTS.length + 1);
    if (CELL_FIELDS.has(name)) {
      this.#add(this.#cell, name, piece);
    } else if (name.startsWith(OUTPUTS) && OUTPUT_FIELDS.has(outputName)) {
      this.#add(this.#output, outputName, piece);
    }
  }

  /** A cell that the file breaks off in counts as far as it goes. */
  finish(): string {
    this.#endOutput();
    this.#endCell();
    return this.#blocks.join();
  }

  #add(fields: Fields, name: string, piece: string): void {
    const pieces = fields.get(name) ?? new TextPieces();
    pieces.add(this.#held.take(piece));
    fields.set(name, pieces);
  }

  #endOutput(): void {
    const texts = new Map([...this.#output].map(([name, pieces]) => [name, pieces.take()]));
    const [ename, evalue] = [texts.get("ename"), texts.get("evalue")];
    const text =
      ename === undefined
        ? ["text", ...WAYS.map((way) => `data/${way}`)].map((name) => texts.get(name)).find(Boolean)
        : `${ename}: ${evalue ?? ""}`;
    const shown = shownByTerminal(text ?? "");
    if (shown !== "") {
      this.#outputs.push(shown);
    }
    this.#output = new Map();
  }

  #endCell(): void {
    const cell = this.#cell;
    this.#cell = null;
    if (cell === null) {
      return;
    }
    const take = (name: string) => cell.get(name)?.take() ?? "";
    const type = take("cell_type");
    const source = (take("source") || take("input")).trimEnd();
    const level = take("level");
    if (type === "code") {
      this.#write(source === "" ? "" : `\`\`\`\n${source}\n\`\`\``);
    } else {
      this.#write(type === "heading" ? headingPrefix(Number(level) || 1) + source : source);
    }
    this.#outputs.forEach((output) => this.#write(output));
    this.#outputs = [];
  }

  #write(text: string): void {
    const kept = this.#budget.take(text);
    if (kept.trim() !== "") {
      this.#blocks.add("verbatim", kept);
    }
  }
}

/** Colours of a terminal, and other words to it. */
// oxlint-disable-next-line no-control-regex
const TERMINAL_WORDS = /\u001b\[[\d;?]*[A-Za-z]/g;

/** What a terminal shows in the end: a bar of progress is written over itself. */
function shownByTerminal(text: string): string {
  return text
    .replaceAll(TERMINAL_WORDS, "")
    .split("\n")
    .map((line) => {
      const seen = line.trimEnd();
      return seen.slice(seen.lastIndexOf("\r") + 1);
    })
    .join("\n")
    .replace(/^\n+/, "")
    .trimEnd();
}
