/**
 * The built Worker in Miniflare alone: the same state as `npm run dev`, without wrangler's proxy in
 * front, without inspector and without rebuilding. Two to five times faster.
 */
import { readdirSync } from "node:fs";
import path from "node:path";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import * as z from "zod";

import type { LocalSettings } from "./settings.ts";

/** How the modules that a build may leave beside `index.js` are loaded, as wrangler does by default. */
const MODULE_TYPES: Record<string, "ESModule" | "CompiledWasm" | "Text" | "Data"> = {
  ".js": "ESModule",
  ".mjs": "ESModule",
  ".wasm": "CompiledWasm",
  ".txt": "Text",
  ".html": "Text",
  ".sql": "Text",
  ".bin": "Data",
};

/** Those of wrangler.toml and of `.dev.vars`. */
const Vars = z.record(z.string(), z.json()).default({});

/** Serves what `buildWorker` left in `outdir`. */
export async function serveBuilt(settings: LocalSettings, outdir: string): Promise<Miniflare> {
  const { name } = unstable_readConfig({ config: settings.config });
  const { workerOptions, externalWorkers } = unstable_getMiniflareWorkerOptions(settings.config);
  const { modulesRules: _, ...worker } = workerOptions;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: settings.host,
      port: settings.port,
      cf: false,
      resourcePersistencePath: path.join(settings.stateDir, "v3"),
      workers: [
        {
          ...worker,
          bindings: { ...Vars.parse(worker["bindings"]), ...settings.secrets },
          // The name is part of where an object's data lives: it must be the one of `wrangler dev`.
          name,
          modulesRoot: outdir,
          modules: modulesIn(outdir),
        },
        ...externalWorkers,
      ],
    }),
  );
  await miniflare.ready;
  return miniflare;
}

function modulesIn(outdir: string) {
  return readdirSync(outdir, { recursive: true, encoding: "utf8" })
    .flatMap((file) => {
      const type = MODULE_TYPES[path.extname(file)];
      return type === undefined ? [] : [{ type, path: path.join(outdir, file) }];
    })
    .toSorted((a, b) => Number(isEntry(b.path)) - Number(isEntry(a.path)));
}

/** Miniflare takes the first module for the Worker's entry. */
function isEntry(file: string): boolean {
  return path.basename(file) === "index.js";
}
