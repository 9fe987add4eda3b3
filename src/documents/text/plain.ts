import type { DocumentSource, Extraction } from "../extractor";
import { SourceText } from "./charset";
import type { TextBudget } from "./text-writer";

/** Text that is its own best rendering: TXT, Markdown, reStructuredText, CSV, JSON, JSONL. */
export async function readPlain(source: DocumentSource, budget: TextBudget): Promise<Extraction> {
  const pieces: string[] = [];
  const content = await SourceText.open(source);
  for await (const piece of content.pieces()) {
    pieces.push(budget.take(piece));
    if (budget.isExceeded) {
      break;
    }
  }
  return { text: pieces.join(""), metadata: { charset: content.charset } };
}
