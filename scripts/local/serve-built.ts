/**
 * The built Worker in Miniflare alone: the same state as `npm run dev`, without wrangler's proxy in
 * front, without inspector and without rebuilding. Two to five times faster.
 *
 * The runtime hands requests to the Worker itself. Miniflare's own entry stays on a port of loopback
 * that nobody is told: it answers 500 to a `Host` that is none, lets headers rewrite a request's URL,
 * and gives out the bucket's files without a key. The assets are a Worker of their own for the same
 * reason: on the Worker itself Miniflare puts two of its Workers before each request.
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

/** Those of wrangler.toml, as Miniflare takes them. */
const Services = z.record(z.string(), z.string()).default({});

/** All but how it is asked, which is for the Worker beside it: `run_worker_first` and its binding. */
const Assets = z.object({ directory: z.string(), assetConfig: z.looseObject({}) });

/** A Worker with assets needs a script; it is asked for what is none of them. */
const NO_WORKER = "export default { fetch: () => new Response(null, { status: 404 }) };";

export interface BuiltServer {
  url: string;
  miniflare: Miniflare;
}

/**
 * Serves what `buildWorker` left in `outdir`, at a free port where `settings.port` is 0; a runtime
 * that dies is started again, at the same port.
 * @param log Takes each line that the runtime writes.
 */
export async function serveBuilt(
  settings: LocalSettings,
  outdir: string,
  onRestart: () => void = tellOfRestart,
  log = runtimeLog(),
): Promise<BuiltServer> {
  const { name } = unstable_readConfig({ config: settings.config });
  const { workerOptions, externalWorkers } = unstable_getMiniflareWorkerOptions(
    settings.config,
    undefined,
    settings.assets === undefined ? {} : { overrides: { assets: { directory: settings.assets } } },
  );
  const { modulesRules: _, assets, ...worker } = workerOptions;
  const assetsWorker = assets === undefined ? null : assetsWorkerOf(String(name), assets);
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      host: LOOPBACK,
      cf: false,
      log: new Log(LogLevel.ERROR),
      handleStructuredLogs: log,
      unsafeHandleRuntimeRestart: onRestart,
      resourcePersistencePath: path.join(settings.stateDir, "v3"),
      workers: [
        {
          ...worker,
          bindings: { ...Vars.parse(worker["bindings"]), ...settings.secrets },
          // The name is part of where an object's data lives: it must be the one of `wrangler dev`.
          name,
          ...builtModules(outdir),
          serviceBindings: {
            ...Services.parse(worker["serviceBindings"]),
            ...(assetsWorker === null ? {} : { ASSETS: assetsWorker.name }),
          },
          unsafeDirectSockets: [{ host: settings.host, port: settings.port }],
        },
        ...(assetsWorker === null ? [] : [assetsWorker]),
        ...externalWorkers,
      ],
    }),
  );
  return { url: String(await miniflare.unsafeGetDirectURL()), miniflare };
}

/** Beside the Worker of this name. */
function assetsWorkerOf(name: string, assets: unknown) {
  return {
    name: `${name}-assets`,
    modules: true as const,
    script: NO_WORKER,
    assets: { ...Assets.parse(assets), routerConfig: { has_user_worker: true } },
  };
}

function tellOfRestart(): void {
  process.stderr.write("The runtime died and was started again; runs go on by themselves.\n");
}
