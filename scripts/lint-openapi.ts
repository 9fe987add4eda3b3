/** `npm run openapi:lint`: asks the built Worker for its OpenAPI document and has Redocly judge it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";

import { buildWorker } from "./local/build-worker.ts";
import { runCommand } from "./local/command.ts";
import { serveBuilt } from "./local/serve-built.ts";
import { configPath, quietPlatform, root, UserError } from "./local/settings.ts";

const REDOCLY = path.join(root, "node_modules/@redocly/cli/bin/cli.js");
/** Any free one. */
const PORT = 0;

await runCommand(async () => {
  quietPlatform();
  const folder = mkdtempSync(path.join(os.tmpdir(), "bobbin-openapi-"));
  try {
    const file = path.join(folder, "openapi.json");
    writeFileSync(file, await readDocument(folder));
    lint(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

async function readDocument(folder: string): Promise<string> {
  const outdir = path.join(folder, "bundle");
  buildWorker(configPath, outdir);
  const settings = { config: configPath, host: "127.0.0.1", port: PORT, stateDir: folder } as const;
  const { url, miniflare } = await serveBuilt({ ...settings, secrets: {} }, outdir);
  try {
    const response = await fetch(new URL("/openapi.json", url));
    return JSON.stringify(await response.json(), null, 2);
  } finally {
    await miniflare.dispose();
  }
}

/** Every warning counts: the rules are Redocly's own recommendations. */
function lint(file: string): void {
  const { status } = spawnSync(
    process.execPath,
    [REDOCLY, "lint", file, "--extends", "recommended-strict"],
    {
      cwd: path.dirname(file),
      env: { ...process.env, REDOCLY_TELEMETRY: "off", REDOCLY_SUPPRESS_UPDATE_NOTICE: "true" },
      stdio: "inherit",
    },
  );
  if (status !== 0) {
    throw new UserError("The OpenAPI document does not pass: see above.");
  }
}
