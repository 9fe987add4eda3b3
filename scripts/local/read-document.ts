import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";

import { keptBundle } from "./keep-bundle.ts";
import { serveBuilt } from "./serve-built.ts";
import { configPath } from "./settings.ts";

/** Any free one. */
const PORT = 0;

/** The OpenAPI document, as the Worker of the sources at hand answers it. */
export async function readDocument(): Promise<unknown> {
  const stateDir = mkdtempSync(path.join(os.tmpdir(), "bobbin-openapi-"));
  const settings = { config: configPath, host: "127.0.0.1", port: PORT, stateDir } as const;
  const { url, miniflare } = await serveBuilt({ ...settings, secrets: {} }, keptBundle(configPath));
  try {
    const response = await fetch(new URL("/openapi.json", url));
    return await response.json();
  } finally {
    await miniflare.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  }
}
