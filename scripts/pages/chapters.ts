/** The chapters of the guide, in the order of its table of contents, as /docs shows them. */
import { readFileSync } from "node:fs";
import path from "node:path";

import { root } from "../local/settings.ts";

export interface Chapter {
  /** Names it in addresses: `/docs#tag/guide-streams`. */
  tag: string;
  title: string;
  /** Without its own title; links to other chapters lead to their places on the page. */
  markdown: string;
}

const CONTENTS = "docs/guide/README.md";
const LINK = /(?<!!)\[([^\]]+)\]\(([^)\s]+)\)/g;
const CODE = /(```[\s\S]*?```|`[^`\n]*`)/;

/** Files of the chapters, from the root of the repository. */
export function chapterFiles(): string[] {
  const contents = readFileSync(path.join(root, CONTENTS), "utf8");
  const rows = contents.split("\n").filter((line) => line.startsWith("| ["));
  const files = rows.flatMap((row) =>
    [...row.matchAll(LINK)].slice(0, 1).map(([, , target = ""]) => resolved(CONTENTS, target)),
  );
  return [...new Set(files)];
}

export function readChapters(): Chapter[] {
  const files = chapterFiles();
  return files.map((file) => {
    const text = readFileSync(path.join(root, file), "utf8");
    const [, title = file, body = text] = /^# (.+)\n([\s\S]*)$/.exec(text) ?? [];
    return { tag: tagOf(file), title, markdown: linked(body.trim(), file, files) };
  });
}

function linked(markdown: string, file: string, files: readonly string[]): string {
  return markdown
    .split(CODE)
    .map((piece, index) => (index % 2 === 1 ? piece : piece.replaceAll(LINK, rewrite)))
    .join("");

  /** What is no chapter is a file of the repository, which a reader of the page may not have. */
  function rewrite(link: string, words: string, target: string): string {
    if (/^(?:https?:|\/)/.test(target)) {
      return link;
    }
    const [name = "", heading] = target.split("#");
    const chapter = name === "" ? file : resolved(file, name);
    if (!files.includes(chapter)) {
      return words;
    }
    return `[${words}](#tag/${tagOf(chapter)}${heading === undefined ? "" : `/description/${heading}`})`;
  }
}

function resolved(from: string, target: string): string {
  const [file = ""] = target.split("#");
  return path.posix.normalize(path.posix.join(path.posix.dirname(from), file));
}

function tagOf(file: string): string {
  return `guide-${path.basename(file, ".md").toLowerCase()}`;
}
