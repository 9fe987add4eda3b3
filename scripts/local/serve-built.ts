/**
 * The built Worker in Miniflare alone: the same state as `npm run dev`, without wrangler's proxy in
 * front, without inspector and without rebuilding. Two to five times faster.
 *
 * The runtime hands requests to the Worker itself. Miniflare's own entry stays on a port of loopback
 * that nobody is told: it answers 500 to a `Host` that is none, lets headers rewrite a request's URL,
 * and gives out the bucket's files without a key.
 */
import path from "node:path";
import process from "node:process";

import { convertV4MiniflareOptions, Log, LogLevel, Miniflare } from "miniflare";
import { unstable_getMiniflareWorkerOptions, unstable_readConfig } from "wrangler";
import * as z from "zod";

import { builtModules } from "./built-modules.ts";
import { runtimeLog } from "./runtime-log.ts";
import type { LocalSettings } from "./settings.ts";

const LOOPBACK = "127.0.0.1";

/** Those of wrangler.toml and of `.dev.vars`. */
const Vars = z.record(z.string(), z.json()).default({});

export interface BuiltServer {
  url: string;
  miniflare: Miniflare;
}

/**
 * Serves what `buildWorker` left in `outdir`, at a free port where `settings.port` is 0; a runtime
 * that dies is started again, at the same port.
 */
export async function serveBuilt(
  settings: LocalSettings,
  outdir: string,
  onRestart: () => void = tellOfRestart,
): Promise<BuiltServer> {
  const { name } = unstable_readConfig({ config: settings.config });
  const { workerOptions, externalWorkers } = unstable_getMiniflareWorkerOptions(
    settings.config,
    undefined,
    settings.assets === undefined ? {} : { overrides: { assets: { directory: settings.assets } } },
  );
  const { modulesRules: _, ...worker } = workerOptions;
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: LOOPBACK,
      cf: false,
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: runtimeLog(),
      unsafeHandleRuntimeRestart: onRestart,
      resourcePersistencePath: path.join(settings.stateDir, "v3"),
      workers: [
        {
          ...worker,
          bindings: { ...Vars.parse(worker["bindings"]), ...settings.secrets },
          // The name is part of where an object's data lives: it must be the one of `wrangler dev`.
          name,
          ...builtModules(outdir),
          unsafeDirectSockets: [{ host: settings.host, port: settings.port }],
        },
        ...externalWorkers,
      ],
    }),
  );
  return { url: String(await miniflare.unsafeGetDirectURL()), miniflare };
}

function tellOfRestart(): void {
  process.stderr.write("The runtime died and was started again; runs go on by themselves.\n");
}
