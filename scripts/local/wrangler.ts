import { spawnSync } from "node:child_process";
import path from "node:path";
import process from "node:process";

import { root } from "./settings.ts";

const WRANGLER = path.join(root, "node_modules/wrangler/bin/wrangler.js");

/** What wrangler said and whether it succeeded; nothing was said where its output was shown. */
export interface WranglerResult {
  ok: boolean;
  stdout: string;
  stderr: string;
}

/** `capture` keeps both streams for the caller; `errors` and `all` show them to the user instead. */
export type Show = "capture" | "errors" | "all";

/** Runs the project's own wrangler, with this Node and through no shell. */
export function wrangler(args: readonly string[], show: Show): WranglerResult {
  const result = spawnSync(process.execPath, [WRANGLER, ...args], {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", show === "all" ? "inherit" : "pipe", show === "capture" ? "pipe" : "inherit"],
  });
  return { ok: result.status === 0, stdout: result.stdout ?? "", stderr: result.stderr ?? "" };
}
