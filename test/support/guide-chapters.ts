/**
 * Chapters of docs/guide as their reader uses them: a block whose first line names a file is saved under
 * that name, the shell's blocks are pasted one after the other, and beneath each stands what it prints.
 */
import { execFile } from "node:child_process";
import { mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";

import { root } from "../../scripts/local/settings.ts";
import { withoutIdsAndTimes } from "./readme.ts";

const FOLDER = path.join(root, "docs/guide");
const SEPARATOR = "----- next block -----";
const FENCE = /^```(\w*)\n([\s\S]*?)^```\n/gm;
const FILE_NAME = /^(?:\/\/|#) (\w+\.(?:mjs|py|sh))\n/;
const PROGRAMS = new Set(["js", "python"]);
/** What chapters tell their reader to install, and what it is called among this project's packages. */
const PACKAGES = {
  ai: "ai",
  hono: "hono",
  openai: "openai-7",
  "@hono/node-server": "@hono/node-server",
};
const OUTPUT = new Set(["text", "json"]);

/** Where a chapter says a reader's servers are, and where those of this run are. */
export type Addresses = Record<string, string>;

export interface Pasted {
  script: string;
  /** What the chapter shows beneath; "" where it shows nothing. */
  shown: string;
  printed: string;
}

interface Block {
  language: string;
  content: string;
  start: number;
  end: number;
}

export async function readChapter(name: string): Promise<string> {
  return readFile(path.join(FOLDER, name), "utf8");
}

/** The programs of a chapter, by the name of their file; null: one that names none. */
export function programsOf(chapter: string): { name: string | null; content: string }[] {
  return blocksOf(chapter)
    .filter(({ language, content }) => PROGRAMS.has(language) || FILE_NAME.test(content))
    .map(({ content }) => ({ name: FILE_NAME.exec(content)?.[1] ?? null, content }));
}

/** Runs a chapter in a folder of its own, behind the settings with which the first one begins. */
export async function pasteChapter(
  name: string,
  { folder, addresses, env }: { folder: string; addresses: Addresses; env: NodeJS.ProcessEnv },
): Promise<Pasted[]> {
  const cwd = path.join(folder, path.basename(name, ".md"));
  await install(path.join(cwd, "node_modules"));
  const chapter = await readChapter(name);
  for (const program of programsOf(chapter)) {
    if (program.name !== null) {
      await writeFile(path.join(cwd, program.name), moved(program.content, addresses));
    }
  }
  const settings = shellBlocks(await readChapter("quickstart.md"))[0]?.script ?? "";
  const blocks = shellBlocks(chapter);
  const script = [settings, ...blocks.map((block) => block.script)]
    .map((block) => moved(block, addresses))
    .join(`\nprintf '\\n${SEPARATOR}\\n'\n`);
  // What a command that failed prints is what counts.
  const { stdout } = await promisify(execFile)("sh", ["-c", `exec 2>&1\n${script}\ntrue`], {
    cwd,
    env,
  });
  const printed = stdout.split(SEPARATOR).slice(1);
  return blocks.map((block, index) => ({
    ...block,
    printed: movedBack(printed[index] ?? "", addresses).trim(),
  }));
}

async function install(folder: string): Promise<void> {
  for (const [name, here] of Object.entries(PACKAGES)) {
    await mkdir(path.join(folder, path.dirname(name)), { recursive: true });
    await symlink(path.join(root, "node_modules", here), path.join(folder, name));
  }
}

/** Puts what was printed beneath its block, where it differs in more than ids and times. */
export async function writeOutputs(name: string, pasted: readonly Pasted[]): Promise<void> {
  let chapter = await readChapter(name);
  const blocks = blocksOf(chapter);
  const shells = blocks.filter(isPasted);
  for (const [index, { shown, printed }] of [...pasted.entries()].toReversed()) {
    const shell = shells[index];
    if (shell !== undefined && comparable(shown) !== comparable(printed)) {
      const next = blocks[blocks.indexOf(shell) + 1];
      const end = shown === "" ? shell.end : (next?.end ?? shell.end);
      const fence = printed === "" ? "" : `\n\`\`\`text\n${printed}\n\`\`\`\n`;
      chapter = `${chapter.slice(0, shell.end)}${fence}${chapter.slice(end)}`;
    }
  }
  await writeFile(path.join(FOLDER, name), chapter);
}

/** The text without what differs from one run to the next: ids, secrets, times. */
export function comparable(text: string): string {
  return withoutIdsAndTimes(
    text
      .replaceAll(/\beyJ[\w-]+\.[\w-]+\.[\w-]+/g, "<token>")
      .replaceAll(/\b(?:whsec|msg|thread|run|asst|step|call|req|vs)_[\w+/=-]{12,}/g, "<id>")
      .replaceAll(/\bsk-[\w-]{16,}/g, "<key>")
      .replaceAll(/\bfile-[\w-]{12,}/g, "<id>")
      .replaceAll(/^[\w-]{21}$|^[0-9a-f]{20}$/gm, "<id>"),
  );
}

function shellBlocks(chapter: string): { script: string; shown: string }[] {
  const blocks = blocksOf(chapter);
  return blocks.filter(isPasted).map((block) => {
    const next = blocks[blocks.indexOf(block) + 1];
    const isBeneath =
      next !== undefined &&
      OUTPUT.has(next.language) &&
      chapter.slice(block.end, next.start).trim() === "";
    return { script: block.content, shown: isBeneath ? next.content.trim() : "" };
  });
}

function isPasted({ language, content }: Block): boolean {
  return language === "sh" && !FILE_NAME.test(content);
}

function blocksOf(chapter: string): Block[] {
  return [...chapter.matchAll(FENCE)].map(
    ({ 0: whole, 1: language = "", 2: content = "", index }) => ({
      language,
      content,
      start: index,
      end: index + whole.length,
    }),
  );
}

function moved(text: string, addresses: Addresses): string {
  return Object.entries(addresses).reduce((said, [from, to]) => said.replaceAll(from, to), text);
}

function movedBack(text: string, addresses: Addresses): string {
  return Object.entries(addresses).reduce((said, [from, to]) => said.replaceAll(to, from), text);
}
