import path from "node:path";

import { buildWorker } from "./build-worker.ts";
import { filesBelow, keptFolder } from "./keep-folder.ts";
import { root } from "./settings.ts";

/** What a build reads beside `src`: the lock file stands for `node_modules`. */
const SOURCES = ["package.json", "package-lock.json", "tsconfig.json"];

/** The folder with what `buildWorker` leaves, built now or before by any server of this checkout. */
export function keptBundle(config: string): string {
  return keptFolder({
    folder: path.join(root, ".wrangler/bundles"),
    sources: [config, ...SOURCES.map((name) => path.join(root, name)), ...filesBelow("src")],
    build: (outdir) => buildWorker(config, outdir),
  });
}
