/** The files of `src/` and what each imports, types included. */
import { globSync, readFileSync } from "node:fs";
import path from "node:path";

import { root } from "../local/settings.ts";

export interface SourceFile {
  /** Below the project's root, with slashes. */
  path: string;
  lines: number;
  /** Files of `src/` that it imports. */
  imports: string[];
  text: string;
}

const IMPORT = /(?:from|import)\s*\(?\s*["'](\.[^"']+)["']/g;

export function readSource(): SourceFile[] {
  const paths = globSync("src/**/*.{ts,tsx}", { cwd: root })
    .map((found) => found.split(path.sep).join("/"))
    .filter((found) => !found.endsWith(".d.ts"))
    .toSorted();
  const known = new Set(paths);
  return paths.map((from) => {
    const text = readFileSync(path.join(root, from), "utf8");
    const imports = [...text.matchAll(IMPORT)].flatMap(([, specifier = ""]) => {
      const base = path.posix.join(path.posix.dirname(from), specifier);
      const candidates = [base, `${base}.ts`, `${base}.tsx`, `${base}/index.ts`];
      const found = candidates.find((candidate) => known.has(candidate));
      return found === undefined || found === from ? [] : [found];
    });
    return { path: from, lines: text.split("\n").length, imports: [...new Set(imports)], text };
  });
}
