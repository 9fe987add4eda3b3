/**
 * The built Worker in Miniflare alone: the same state as `npm run dev`, without wrangler's proxy in
 * front, without inspector and without rebuilding. Two to five times faster.
 */
import path from "node:path";
import process from "node:process";

import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import * as z from "zod";

import { builtModules } from "./built-modules.ts";
import type { LocalSettings } from "./settings.ts";

/** Those of wrangler.toml and of `.dev.vars`. */
const Vars = z.record(z.string(), z.json()).default({});

/** Serves what `buildWorker` left in `outdir`; a runtime that dies is started again. */
export async function serveBuilt(
  settings: LocalSettings,
  outdir: string,
  onRestart: () => void = tellOfRestart,
): Promise<Miniflare> {
  const { name } = unstable_readConfig({ config: settings.config });
  const { workerOptions, externalWorkers } = unstable_getMiniflareWorkerOptions(settings.config);
  const { modulesRules: _, ...worker } = workerOptions;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: settings.host,
      port: settings.port,
      cf: false,
      log: new Log(LogLevel.ERROR),
      unsafeHandleRuntimeRestart: onRestart,
      resourcePersistencePath: path.join(settings.stateDir, "v3"),
      workers: [
        {
          ...worker,
          bindings: { ...Vars.parse(worker["bindings"]), ...settings.secrets },
          // The name is part of where an object's data lives: it must be the one of `wrangler dev`.
          name,
          ...builtModules(outdir),
        },
        ...externalWorkers,
      ],
    }),
  );
  await miniflare.ready;
  return miniflare;
}

function tellOfRestart(): void {
  process.stderr.write("The runtime died and was started again; runs go on by themselves.\n");
}
