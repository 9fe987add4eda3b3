/**
 * Reads XML of any vocabulary as an outline: one line for each element, indented by depth, as
 * `name attribute=value: text`. Elements inside running text (`<p>see <b>here</b></p>`) stay in its line.
 */
import { DOCUMENT } from "../../limits";
import type { DocumentSource, Extraction } from "../extractor";
import { declaredCharset, SourceText } from "./charset";
import { type TextBudget, TextWriter } from "./text-writer";
import { type Attributes, readXmlText } from "./xml";

const MAX_INDENT = 20;

/** The outline of the file, cut at the budget's end, with the charset it was read in. */
export async function readXmlOutline(
  source: DocumentSource,
  budget: TextBudget,
): Promise<Extraction> {
  const head = await source.read(0, DOCUMENT.sniffBytes);
  const outline = new Outline(budget);
  const text = await SourceText.open(source, declaredCharset(head));
  await readXmlText(text.pieces(), outline, {
    isDone: () => budget.isExceeded,
    onMarkup: (count) => budget.followMarkup(count),
  });
  return { text: outline.finish(), metadata: { charset: text.charset } };
}

class Outline {
  readonly #writer: TextWriter;
  /** For each open element: whether it has had text, so that its inner elements stand in a line. */
  readonly #hasText: boolean[] = [];
  /** How many open elements are inside running text. */
  #inline = 0;

  constructor(budget: TextBudget) {
    this.#writer = new TextWriter(budget);
  }

  open(name: string, attributes: Attributes): void {
    if (this.#inline > 0 || this.#hasText.at(-1) === true) {
      this.#inline += 1;
      return;
    }
    const indent = "  ".repeat(Math.min(this.#hasText.length, MAX_INDENT));
    this.#hasText.push(false);
    const described = Object.entries(attributes)
      .filter(([key]) => !key.startsWith("xmlns"))
      .map(([key, value]) => ` ${key}=${value.trim()}`);
    this.#writer.startBlock("item", indent);
    this.#writer.add(`${name}${described.join("")}:`);
  }

  close(): void {
    if (this.#inline > 0) {
      this.#inline -= 1;
      return;
    }
    this.#hasText.pop();
    this.#writer.endBlock();
  }

  text(text: string): void {
    if (this.#hasText.length === 0) {
      // Before the root there is no text; what looks like it is left over from a document type.
      return;
    }
    if (this.#inline === 0 && this.#hasText.at(-1) === false) {
      if (text.trim() === "") {
        return;
      }
      this.#hasText[this.#hasText.length - 1] = true;
      this.#writer.add(" ");
    }
    this.#writer.addCollapsed(text);
  }

  finish(): string {
    return this.#writer.finish();
  }
}
