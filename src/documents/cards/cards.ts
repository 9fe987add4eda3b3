/** Reads calendars (ICS) and address cards (VCF). */
import { DOCUMENT } from "../../limits";
import type { DocumentSource, Extraction } from "../extractor";
import { SourceText } from "../text/charset";
import type { TextBudget } from "../text/text-writer";
import { ContentLines } from "./content-lines";
import { unfolded } from "./unfold";

/** Versions of cards that fold a line at a space and keep that space. */
const KEEPS_SPACE = /^VERSION:(?:2\.1|1\.0)\s*$/im;

/** The text of all lines, unfolded; cut at the budget's end. */
export async function readCards(source: DocumentSource, budget: TextBudget): Promise<Extraction> {
  const head = new TextDecoder("latin1").decode(await source.read(0, DOCUMENT.sniffBytes));
  const lines = new ContentLines();
  const content = await SourceText.open(unfolded(source, KEEPS_SPACE.test(head)));
  let chars = 0;
  for await (const piece of content.pieces()) {
    lines.write(piece);
    chars += piece.length;
    // The text is cut to the budget anyway; this bounds what is read of data that is left out.
    if (chars > MAX_READ_CHARS) {
      break;
    }
  }
  return { text: budget.take(lines.end()), metadata: { charset: content.charset } };
}

const MAX_READ_CHARS = 4 * DOCUMENT.maxChars;
