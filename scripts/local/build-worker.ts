import { rmSync } from "node:fs";

import { UserError } from "./settings.ts";
import { wrangler } from "./wrangler.ts";

/** Builds into `outdir`, emptied first, exactly what a deploy uploads. Errors of the build go to stderr. */
export function buildWorker(config: string, outdir: string, options: readonly string[] = []): void {
  rmSync(outdir, { recursive: true, force: true });
  const build = ["deploy", "--dry-run", "--minify", "--outdir", outdir, "--config", config];
  if (!wrangler([...build, ...options], "errors").ok) {
    throw new UserError("The Worker does not build: see above.");
  }
}
