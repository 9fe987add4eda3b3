import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";

import { filesBelow, keptFolder } from "./keep-folder.ts";
import { root, UserError } from "./settings.ts";

const VITE = path.join(root, "node_modules/vite/bin/vite.js");

/** The folder of static assets with the studio's pages in `studio/`, built now or before. */
export function keptStudio(): string {
  return keptFolder({
    folder: path.join(root, ".wrangler/studio"),
    sources: [path.join(root, "package-lock.json"), import.meta.filename, ...filesBelow("studio")],
    build: buildStudio,
  });
}

function buildStudio(assets: string): void {
  const outdir = path.join(assets, "studio");
  const { status, stderr } = spawnSync(
    process.execPath,
    [VITE, "build", "studio", "--outDir", outdir, "--emptyOutDir", "--logLevel", "warn"],
    {
      cwd: root,
      encoding: "utf8",
      stdio: ["ignore", "inherit", "pipe"],
      // A test's own would make React's development build, which is then kept for all.
      env: { ...process.env, NODE_ENV: "production" },
    },
  );
  if (status !== 0) {
    throw new UserError(`${stderr}\nThe studio does not build: see above.`);
  }
}
