/** RTF (1.9.1): text in the order of the body, footnotes after it, headers and pictures left out. */
import type { DocumentSource, Extraction } from "../extractor";
import type { TextBudget } from "../text/text-writer";
import { RtfReader } from "./rtf-reader";
import { readRtfTokens } from "./rtf-tokens";

export async function readRtf(source: DocumentSource, budget: TextBudget): Promise<Extraction> {
  const reader = new RtfReader(budget);
  await readRtfTokens(await source.stream(), reader, () => budget.isExceeded);
  return reader.finish();
}
