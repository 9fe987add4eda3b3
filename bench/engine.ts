/** `npm run bench:engine`: milliseconds of a code call and of a template, by the engine alone. */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";

import * as z from "zod";

import { buildWorker } from "../scripts/local/build-worker.ts";
import { runCommand } from "../scripts/local/command.ts";
import { serveBuilt } from "../scripts/local/serve-built.ts";
import { quietPlatform } from "../scripts/local/settings.ts";

const CONFIG = path.join(import.meta.dirname, "engine/wrangler.toml");
const WARM_UP = 5;
const SAMPLES = 51;
const Results = z.array(z.object({ name: z.string(), ms: z.number() }));

await runCommand(async () => {
  quietPlatform();
  const folder = mkdtempSync(path.join(os.tmpdir(), "bobbin-bench-"));
  const settings = {
    config: CONFIG,
    host: "127.0.0.1",
    port: 0,
    stateDir: folder,
    secrets: {},
  } as const;
  buildWorker(CONFIG, path.join(folder, "bundle"));
  const { url, miniflare } = await serveBuilt(settings, path.join(folder, "bundle"));
  try {
    await fetch(new URL(`?samples=${WARM_UP}`, url));
    const response = await fetch(new URL(`?samples=${SAMPLES}`, url));
    for (const { name, ms } of Results.parse(await response.json())) {
      console.log(name.padEnd(44) + `${ms.toFixed(3)} ms`.padStart(14));
    }
  } finally {
    await miniflare.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit(0);
});
