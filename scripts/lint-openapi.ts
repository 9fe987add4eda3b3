/** `npm run openapi:lint`: asks the built Worker for its OpenAPI document and has Redocly judge it. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";

import { runCommand } from "./local/command.ts";
import { readDocument } from "./local/read-document.ts";
import { quietPlatform, root, UserError } from "./local/settings.ts";

const REDOCLY = path.join(root, "node_modules/@redocly/cli/bin/cli.js");

await runCommand(async () => {
  quietPlatform();
  const folder = mkdtempSync(path.join(os.tmpdir(), "bobbin-openapi-"));
  try {
    const file = path.join(folder, "openapi.json");
    writeFileSync(file, JSON.stringify(await readDocument(), null, 2));
    lint(file);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});

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
