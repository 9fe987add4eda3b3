import { readdirSync } from "node:fs";
import path from "node:path";

/** How the modules that a build may leave beside `index.js` are loaded, as wrangler does by default. */
const TYPES: Record<string, "ESModule" | "CompiledWasm" | "Text" | "Data"> = {
  ".js": "ESModule",
  ".mjs": "ESModule",
  ".wasm": "CompiledWasm",
  ".txt": "Text",
  ".html": "Text",
  ".sql": "Text",
  ".bin": "Data",
};

/** What `buildWorker` has left in `outdir`, as Miniflare takes it. */
export function builtModules(outdir: string) {
  const modules = readdirSync(outdir, { recursive: true, encoding: "utf8" })
    .flatMap((file) => {
      const type = TYPES[path.extname(file)];
      return type === undefined ? [] : [{ type, path: path.join(outdir, file) }];
    })
    .toSorted((a, b) => Number(isEntry(b.path)) - Number(isEntry(a.path)));
  return { modulesRoot: outdir, modules };
}

/** Miniflare takes the first module for the Worker's entry. */
function isEntry(file: string): boolean {
  return path.basename(file) === "index.js";
}
