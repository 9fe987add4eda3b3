/** `npm start`: the Worker as a deploy would build it, served fast, on the state of `npm run dev`. */
import path from "node:path";
import process from "node:process";

import { buildWorker } from "./local/build-worker.ts";
import { claim } from "./local/claim.ts";
import { runCommand, untilStopped } from "./local/command.ts";
import { prepareDatabase } from "./local/prepare-database.ts";
import { serveBuilt } from "./local/serve-built.ts";
import { quietPlatform, readSettings } from "./local/settings.ts";
import { watchServer } from "./local/watch-server.ts";
import { welcome } from "./local/welcome.ts";

await runCommand(async () => {
  quietPlatform();
  const settings = readSettings();
  await claim(settings, "start");
  await prepareDatabase(settings);
  const outdir = path.join(settings.stateDir, "bundle");
  buildWorker(settings.config, outdir);
  const miniflare = await serveBuilt(settings, outdir);
  process.stdout.write(welcome(settings));
  await Promise.race([untilStopped(() => miniflare.dispose()), watchServer(settings)]);
});
