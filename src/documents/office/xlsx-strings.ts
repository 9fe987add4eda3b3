/** The texts of a workbook that cells refer to by their place in one table, each as a cell shows it. */
import type { ZipArchive } from "../package/zip";
import type { TextBudget } from "../text/text-writer";
import { readXml } from "../text/xml";
import { CellText } from "./sheet-lines";
import { unescapeText } from "./xlsx-escapes";

export class SharedStrings {
  readonly #strings: readonly string[];
  readonly #isCut: boolean;
  readonly #budget: TextBudget;

  constructor(strings: readonly string[], isCut: boolean, budget: TextBudget) {
    this.#strings = strings;
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
  let isInText = false;
  let isFull = false;
  const events = {
    open(name: string) {
      isInText = name === "t";
    },
    text(text: string) {
      if (isInText) {
        current.add(text);
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
      }
    },
  };
  if (part !== undefined) {
    await readXml(zip.stream(part), events, { skip: SKIP, isDone: () => isFull });
  }
  return new SharedStrings(strings, isFull, budget);
}
