/**
 * `npm run bundle`: builds the Worker as a deploy does, tells what it is made of, package by
 * package, and fails above the budget.
 */
import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { gzipSync } from "node:zlib";

import * as z from "zod";

import { buildWorker } from "./local/build-worker.ts";
import { runCommand } from "./local/command.ts";
import { configPath, root, UserError } from "./local/settings.ts";

/** Cloudflare's limit for a Worker on its free plan, compressed. */
const BUDGET_BYTES = 3 * 1024 * 1024;
/** What an alias of wrangler.toml keeps out: zod's messages in languages other than English. */
const LEFT_OUT = /node_modules\/zod\/v4\/locales\/(?!en\.js$)/;
/** Packages below this share a line. */
const LISTED_FROM_BYTES = 10 * 1024;
const KIB = 1024;

const MODULE = /\.(js|mjs|wasm|txt|html|sql|bin)$/;
const PACKAGE = /^.*node_modules\/((?:@[^/]+\/)?[^/]+)\//;

const Metafile = z.object({
  outputs: z.record(
    z.string(),
    z.object({ inputs: z.record(z.string(), z.object({ bytesInOutput: z.int() })) }),
  ),
});

await runCommand(async () => {
  const outdir = path.join(root, "dist");
  const metafile = path.join(outdir, "bundle-meta.json");
  buildWorker(configPath, outdir, ["--metafile", metafile]);
  const modules = readdirSync(outdir, { recursive: true, encoding: "utf8" })
    .filter((name) => MODULE.test(name))
    .map((name) => weigh(name, readFileSync(path.join(outdir, name))));
  const gzipBytes = modules.reduce((sum, module) => sum + module.gzipBytes, 0);

  console.log("Minified bytes by package, before compression:");
  for (const [name, bytes] of shares(metafile)) {
    console.log(`${kib(bytes)}  ${name}`);
  }
  console.log("\nModules, minified and gzipped:");
  for (const module of modules) {
    console.log(`${kib(module.bytes)} ${kib(module.gzipBytes)}  ${module.name}`);
  }
  console.log(`\nBundle: ${kib(gzipBytes).trim()} gzip of a budget of ${kib(BUDGET_BYTES).trim()}`);
  const strays = inputsOf(metafile).filter(([input]) => LEFT_OUT.test(input));
  if (strays.length > 0) {
    throw new UserError(`The bundle holds what is to be left out, e.g. ${strays[0]?.[0]}.`);
  }
  if (gzipBytes > BUDGET_BYTES) {
    throw new UserError("The bundle is over its budget.");
  }
});

function weigh(name: string, content: Buffer) {
  return { name, bytes: content.length, gzipBytes: gzipSync(content).length };
}

/** The files that went into the bundle, and their bytes in it. */
function inputsOf(metafile: string): [string, number][] {
  const { outputs } = Metafile.parse(JSON.parse(readFileSync(metafile, "utf8")));
  return Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).map(([input, { bytesInOutput }]): [string, number] => [
      input,
      bytesInOutput,
    ]),
  );
}

/** Bytes of each package in the bundle, largest first; what is Bobbin's own under its own name. */
function shares(metafile: string): [string, number][] {
  const byPackage = new Map<string, number>();
  for (const [input, bytes] of inputsOf(metafile)) {
    const name = PACKAGE.exec(input)?.[1] ?? (input.startsWith("src/") ? "bobbin" : "(runtime)");
    byPackage.set(name, (byPackage.get(name) ?? 0) + bytes);
  }
  const listed = [...byPackage].filter(([, bytes]) => bytes >= LISTED_FROM_BYTES);
  const rest = [...byPackage].filter(([, bytes]) => bytes < LISTED_FROM_BYTES);
  const restBytes = rest.reduce((sum, [, bytes]) => sum + bytes, 0);
  return [
    ...listed.toSorted(([, a], [, b]) => b - a),
    [`(${rest.length} packages below ${LISTED_FROM_BYTES / KIB} KiB)`, restBytes],
  ];
}

function kib(bytes: number): string {
  return `${(bytes / KIB).toFixed(1).padStart(8)} KiB`;
}
