import { execFileSync } from "node:child_process";
/** `npm run build:client`: the package `@bobbin/client` in dist/client, as it is packed and installed. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";

import { build } from "esbuild";

import manifest from "../package.json" with { type: "json" };
import { runCommand } from "./local/command.ts";
import { root } from "./local/settings.ts";

const OUT = path.join(root, "dist/client");

const PACKAGE = {
  name: "@bobbin/client",
  version: manifest.version,
  description: "A client of Bobbin: typed calls, and streams that go on where a connection broke.",
  license: manifest.license,
  type: "module",
  sideEffects: false,
  exports: { ".": { types: "./types/index.d.ts", default: "./index.js" } },
  files: ["index.js", "types"],
  engines: { node: ">=20" },
};

await runCommand(async () => {
  rmSync(OUT, { recursive: true, force: true });
  await build({
    entryPoints: [path.join(root, "client/index.ts")],
    outfile: path.join(OUT, "index.js"),
    bundle: true,
    format: "esm",
    platform: "neutral",
    mainFields: ["module", "main"],
    target: "es2022",
    logLevel: "warning",
  });
  execFileSync(path.join(root, "node_modules/.bin/tsc"), ["-p", path.join(root, "client")]);
  nameFiles(path.join(OUT, "types"));
  writeFileSync(path.join(OUT, "package.json"), `${JSON.stringify(PACKAGE, null, 2)}\n`);
});

/** Node's rules of modules name the file that is imported. */
function nameFiles(folder: string): void {
  for (const name of readdirSync(folder)) {
    const file = path.join(folder, name);
    const text = readFileSync(file, "utf8");
    writeFileSync(file, text.replaceAll(/(from "\.\/[\w.-]+)"/g, '$1.js"'));
  }
}
