/** `npm run dev`: the Worker on this machine, rebuilt whenever a source changes. */
import process from "node:process";

import { unstable_DevEnv } from "wrangler";

import { answerBuildErrors } from "./local/build-error.ts";
import { claim } from "./local/claim.ts";
import { runCommand, untilStopped } from "./local/command.ts";
import { keptAssets } from "./local/keep-assets.ts";
import { prepareDatabase } from "./local/prepare-database.ts";
import { runtimeLog } from "./local/runtime-log.ts";
import { quietPlatform, readSettings, UserError } from "./local/settings.ts";
import type { LocalSettings } from "./local/settings.ts";
import { welcome } from "./local/welcome.ts";

await runCommand(async () => {
  quietPlatform();
  const settings = readSettings();
  await claim(settings, "dev");
  console.log("Building …");
  await prepareDatabase(settings);
  const devEnv = new unstable_DevEnv();
  const stopped = untilStopped(() => devEnv.teardown());
  await Promise.race([stopped, serve(settings, devEnv)]);
  await answerBuildErrors(devEnv);
  await stopped;
});

/** Resolves when the first request is answered. */
async function serve(settings: LocalSettings, devEnv: unstable_DevEnv): Promise<void> {
  const broken = Promise.withResolvers<never>();
  devEnv.once("buildFailed", () =>
    broken.reject(new UserError("The Worker does not build: see above. Mend it and start again.")),
  );
  const worker = await devEnv.startWorker({
    config: settings.config,
    assets: keptAssets(),
    bindings: Object.fromEntries(
      Object.entries(settings.secrets).map(([name, value]) => [
        name,
        { type: "secret_text", value },
      ]),
    ),
    dev: {
      server: { hostname: settings.host, port: settings.port },
      inspector: false,
      persist: settings.stateDir,
      remote: false,
      watch: true,
      structuredLogsHandler: runtimeLog(),
    },
  });
  await Promise.race([worker.fetch("http://localhost/health"), broken.promise]);
  process.stdout.write(welcome(settings));
}
