/** Reads README and docs/ as their reader does: sections, shell blocks, and the output shown beneath each. */
import { readFile } from "node:fs/promises";
import path from "node:path";

import { root } from "../../scripts/local/settings.ts";

export interface ShellBlock {
  script: string;
  /** The text block that follows directly, if one does. */
  shownOutput: string | null;
}

const FENCE = /^```(\w*)\n([\s\S]*?)^```$/gm;
/** Languages of blocks that show what the shell block above them prints. */
const OUTPUT = new Set(["text", "json"]);

/** The text beneath a `## heading` of README or another page, up to the next of its rank. */
export async function readSection(heading: string, page = "README.md"): Promise<string> {
  const text = await readFile(path.join(root, page), "utf8");
  const section = `\n${text}`.split("\n## ").find((one) => one.startsWith(`${heading}\n`));
  if (section === undefined) {
    throw new Error(`${page} has no section "${heading}".`);
  }
  return section;
}

export function shellBlocks(section: string): ShellBlock[] {
  const blocks: ShellBlock[] = [];
  for (const [, language = "", content = ""] of section.matchAll(FENCE)) {
    const previous = blocks.at(-1);
    if (language === "sh") {
      blocks.push({ script: content, shownOutput: null });
    } else if (OUTPUT.has(language) && previous !== undefined) {
      previous.shownOutput ??= content;
    }
  }
  return blocks;
}

/** Puts a name in place of what differs from one run to the next: ids, times, durations. */
export function withoutIdsAndTimes(text: string): string {
  return text
    .replaceAll(/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, "<uuid>")
    .replaceAll(/\b[0-9a-f]{64}\b/g, "<run id>")
    .replaceAll(/"(?:[\w-]{21}|[0-9a-f]{20})"/g, '"<id>"')
    .replaceAll(/\d{4}-\d\d-\d\dT[\d:.]+Z/g, "<time>")
    .replaceAll(/\b1\d{9}(?:\d{3})?\b/g, "<time>")
    .replaceAll(/"duration":\d+/g, '"duration":<ms>')
    .trim();
}
