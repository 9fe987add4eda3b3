/**
 * `npm run build:pdfjs -- FOLDER`: takes out of pdf.js what reads text, and makes it count its work; the
 * result is committed. The folder is the npm package `pdfjs-dist` (`npm pack pdfjs-dist@6.1.200`), which
 * is no dependency: it weighs forty megabytes.
 *
 * As published, pdf.js computes for minutes on a few kilobytes of hostile PDF and cannot be stopped. Here
 * every step of its parsers and its evaluator goes by a meter (`src/documents/pdf/pdfjs/pdfjs.d.ts`), which may
 * throw; the evaluator waits for the meter now and then, so that others have their turn; and what draws is left out.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";

import { build } from "esbuild";
import * as z from "zod";

import { runCommand } from "./local/command.ts";
import { UserError } from "./local/settings.ts";
import { meterText } from "./pdfjs/patches.ts";

const VERSION = "6.1.200";
const TARGET = fileURLToPath(import.meta.resolve("../src/documents/pdf/pdfjs/pdfjs.js"));
const EXPORTS =
  "export { Dict, LocalPdfManager, Name, PasswordException, Ref, WorkerTask, XRefParseException, " +
  "clearGlobalCaches, setMeter, setVerbosityLevel, stringToPDFString };";
const LICENSE = `/*!
 * pdf.js ${VERSION}, Copyright Mozilla Foundation, Apache License 2.0 (https://www.apache.org/licenses/LICENSE-2.0).
 * Reduced to the reading of text and changed to count its work: written by scripts/build-pdfjs.ts, not by hand.
 */`;

await runCommand(async () => {
  const folder = process.argv[2];
  if (folder === undefined) {
    throw new UserError("Say in which folder the package pdfjs-dist is.");
  }
  const manifest: unknown = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
  const { version } = z.object({ version: z.string() }).parse(manifest);
  if (version !== VERSION) {
    throw new UserError(`This is pdfjs-dist ${version}; the changes are written for ${VERSION}.`);
  }
  const source = readFileSync(path.join(folder, "build/pdf.worker.mjs"), "utf8");
  await build({
    stdin: { contents: meterText(source) + EXPORTS, loader: "js" },
    outfile: TARGET,
    bundle: true,
    format: "esm",
    target: "es2024",
    minify: true,
    legalComments: "none",
    banner: { js: LICENSE },
  });
});
