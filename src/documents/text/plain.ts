import type { DocumentSource, Extraction } from "../document";
import { decodeText } from "./charset";
import type { TextBudget } from "./text-writer";

/** Text that is its own best rendering: TXT, Markdown, reStructuredText, CSV, JSON, JSONL. */
export async function readPlain(source: DocumentSource, budget: TextBudget): Promise<Extraction> {
  const pieces: string[] = [];
  for await (const piece of decodeText(await source.stream())) {
    pieces.push(budget.take(piece));
    if (budget.isExceeded) {
      break;
    }
  }
  return { text: pieces.join(""), metadata: {} };
}
