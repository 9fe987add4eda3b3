/** The texts of a workbook that cells refer to by their place in one table, each as a cell shows it. */
import type { ZipArchive } from "../package/zip";
import { shownIn } from "../text/symbol-fonts";
import type { TextBudget } from "../text/text-writer";
import { type Attributes, readXml } from "../text/xml";
import { CellText } from "./sheet-lines";
import { unescapeText } from "./xlsx-escapes";

interface Table {
  strings: readonly string[];
  rich: ReadonlySet<number>;
  /** It goes on beyond what is kept. */
  isCut: boolean;
}

export class SharedStrings {
  readonly #strings: readonly string[];
  /** Places of those whose parts have fonts of their own. */
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
   * Empty where there is none. The table is in the order of the cells, so what is beyond its kept part
   * is beyond the text that is kept as well.
   */
  get(index: number): string {
    const text = this.#strings[index];
    if (text === undefined && this.#isCut) {
      this.#budget.close();
    }
    return text ?? "";
  }

  /** Whether the cell's own font says nothing about the text. */
  isRich(index: number): boolean {
    return this.#rich.has(index);
  }
}

/** Pronunciation guides. */
const SKIP = new Set(["rPh", "phoneticPr", "extLst"]);

/** One text may be made of several runs. */
export async function readSharedStrings(
  zip: ZipArchive,
  part: string | undefined,
  budget: TextBudget,
): Promise<SharedStrings> {
  const strings: string[] = [];
  const current = new CellText();
  const rich = new Set<number>();
  let font: string | undefined;
  let isInText = false;
  let isFull = false;
  const events = {
    open(name: string, attributes: Attributes) {
      isInText = name === "t";
      if (name === "r") {
        font = undefined;
        rich.add(strings.length);
      } else if (name === "rFont") {
        font = attributes["val"];
      }
    },
    text(text: string) {
      if (isInText) {
        current.add(shownIn(font, text));
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
      }
    },
  };
  if (part !== undefined) {
    await readXml(zip.stream(part), events, { skip: SKIP, isDone: () => isFull });
  }
  return new SharedStrings({ strings, rich, isCut: isFull }, budget);
}
