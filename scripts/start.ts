/** `npm start`: the Worker as a deploy would build it, served fast, on the state of `npm run dev`. */
import process from "node:process";

import { claim } from "./local/claim.ts";
import { runCommand, untilStopped } from "./local/command.ts";
import { keptAssets } from "./local/keep-assets.ts";
import { keptBundle } from "./local/keep-bundle.ts";
import { prepareDatabaseOnce } from "./local/prepare-database.ts";
import { serveBuilt } from "./local/serve-built.ts";
import { quietPlatform, readSettings } from "./local/settings.ts";
import { watchServer } from "./local/watch-server.ts";
import { welcome } from "./local/welcome.ts";

await runCommand(async () => {
  quietPlatform();
  const settings = readSettings();
  await claim(settings, "start");
  console.log("Building …");
  const bundle = keptBundle(settings.config);
  await prepareDatabaseOnce(settings);
  const assets = keptAssets();
  const { miniflare } = await serveBuilt({ ...settings, assets }, bundle);
  process.stdout.write(welcome(settings));
  await Promise.race([untilStopped(() => miniflare.dispose()), watchServer(settings)]);
});
