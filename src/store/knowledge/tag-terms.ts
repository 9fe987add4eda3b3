/** Tags as the index of passages holds them: `#` and hex, so that any tag is one term, compared exactly. */
import { toHex } from "../../domain/ids";

const encoder = new TextEncoder();

export function tagTerms(tags: readonly string[]): string[] {
  return tags.map((tag) => `#${toHex(encoder.encode(tag))}`);
}
