import { cpSync, mkdirSync, writeFileSync } from "node:fs";
import path from "node:path";

import { buildSync } from "esbuild";

import { chapterFiles, readChapters } from "../pages/chapters.ts";
import { scalarScript } from "../pages/scalar.ts";
import { filesBelow, keptFolder } from "./keep-folder.ts";
import { keptStudio } from "./keep-studio.ts";
import { root } from "./settings.ts";

/** The folder of static assets: the studio's pages, and what the pages at / and /docs load. */
export function keptAssets(): string {
  const studio = keptStudio();
  return keptFolder({
    folder: path.join(root, ".wrangler/assets"),
    sources: [
      path.join(root, "package-lock.json"),
      import.meta.filename,
      path.join(root, "docs/guide/README.md"),
      ...["pages", "scripts/pages", "studio"].flatMap(filesBelow),
      ...chapterFiles().map((file) => path.join(root, file)),
    ],
    build: (assets) => {
      cpSync(studio, assets, { recursive: true });
      buildPages(path.join(assets, "docs"));
    },
  });
}

function buildPages(folder: string): void {
  mkdirSync(folder);
  buildSync({
    absWorkingDir: root,
    entryPoints: ["pages/docs.ts", "pages/demo.ts", "pages/docs.css"],
    outdir: folder,
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2023",
    logLevel: "warning",
  });
  writeFileSync(path.join(folder, "scalar.js"), scalarScript());
  writeFileSync(path.join(folder, "chapters.json"), JSON.stringify(readChapters()));
}
