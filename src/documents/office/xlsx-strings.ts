/** Reads the shared strings of a workbook: texts that cells refer to by their index in one table. */
import type { ZipArchive } from "../package/zip";
import { raised } from "../text/raised";
import { shownIn } from "../text/symbol-fonts";
import type { TextBudget } from "../text/text-writer";
import { type Attributes, readXml } from "../text/xml";
import { CellText } from "./sheet-lines";
import { unescapeText } from "./xlsx-escapes";

interface Table {
  strings: readonly string[];
  rich: ReadonlySet<number>;
  /** The table goes on beyond what is kept. */
  isCut: boolean;
}

export class SharedStrings {
  readonly #strings: readonly string[];
  /** Indices of texts whose parts have fonts of their own. */
  readonly #rich: ReadonlySet<number>;
  readonly #isCut: boolean;
  readonly #budget: TextBudget;

  constructor({ strings, rich, isCut }: Table, budget: TextBudget) {
    this.#strings = strings;
    this.#rich = rich;
    this.#isCut = isCut;
    this.#budget = budget;
  }

  /**
   * The text of this index; empty where there is none. The table is in the order of the cells: a text beyond
   * its kept part lies beyond the kept text of the sheet as well, so that reading ends there.
   */
  get(index: number): string {
    const text = this.#strings[index];
    if (text === undefined && this.#isCut) {
      this.#budget.close();
    }
    return text ?? "";
  }

  /** Whether the text has fonts of its own, so that the cell's font does not count. */
  isRich(index: number): boolean {
    return this.#rich.has(index);
  }
}

/** Elements that are no part of the text: pronunciation guides and extensions. */
const SKIP = new Set(["rPh", "phoneticPr", "extLst"]);

/** Reads the table in `part`, each text joined of its runs; empty where the workbook has none. */
export async function readSharedStrings(
  zip: ZipArchive,
  part: string | undefined,
  budget: TextBudget,
): Promise<SharedStrings> {
  const strings: string[] = [];
  const current = new CellText();
  const rich = new Set<number>();
  let font: string | undefined;
  let isRaised = false;
  let isInText = false;
  let isFull = false;
  const events = {
    open(name: string, attributes: Attributes) {
      isInText = name === "t";
      if (name === "r") {
        font = undefined;
        isRaised = false;
        rich.add(strings.length);
      } else if (name === "rFont") {
        font = attributes["val"];
      } else if (name === "vertAlign") {
        isRaised = attributes["val"] === "superscript";
      }
    },
    text(text: string) {
      if (isInText) {
        const shown = shownIn(font, text);
        current.add(isRaised ? raised(shown) : shown);
      }
    },
    close(name: string) {
      isInText = false;
      if (name === "si") {
        const shown = unescapeText(String(current));
        isFull ||= !zip.work.tryHold(shown.length);
        if (!isFull) {
          strings.push(shown);
        }
        current.clear();
        font = undefined;
        isRaised = false;
      }
    },
  };
  if (part !== undefined) {
    await readXml(zip.stream(part), events, { skip: SKIP, isDone: () => isFull });
  }
  return new SharedStrings({ strings, rich, isCut: isFull }, budget);
}
