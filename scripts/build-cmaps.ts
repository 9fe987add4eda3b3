/**
 * `npm run build:cmaps -- FOLDER`: packs the character maps by which PDFs name the characters of Asian
 * fonts that they do not embed; the result is committed. The folder is `cmaps` of the npm package
 * `pdfjs-dist` in the version that `build-pdfjs.ts` takes (`npm pack pdfjs-dist@6.1.200`), which is no
 * dependency: it weighs forty megabytes.
 */
import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import process from "node:process";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";

import { runCommand } from "./local/command.ts";
import { UserError } from "./local/settings.ts";

const TARGET = import.meta.resolve("../src/documents/pdf/cmaps/cmaps.bin");

/** Each is 20 to 50 KB, so only what PDFs are known to name; `-V` is vertical writing, a small supplement. */
const NAMES = [
  ...["GB1", "CNS1", "Japan1", "Korea1"].map((collection) => `Adobe-${collection}-UCS2`),
  ...["GB", "CNS", "JIS", "KS"].flatMap((script) => [
    ...bothWays(`Uni${script}-UCS2`),
    ...bothWays(`Uni${script}-UTF16`),
  ]),
  ...["GB-EUC", "GBpc-EUC", "GBK-EUC", "GBKp-EUC", "GBK2K"].flatMap(bothWays),
  ...["B5pc", "ETen-B5", "ETenms-B5", "HKscs-B5"].flatMap(bothWays),
  ...["90ms-RKSJ", "90msp-RKSJ", "EUC"].flatMap(bothWays),
  ...["KSC-EUC", "KSCms-UHC"].flatMap(bothWays),
  "90pv-RKSJ-H",
  "KSCpc-EUC-H",
  "H",
  "V",
];

function bothWays(name: string): string[] {
  return [`${name}-H`, `${name}-V`];
}

await runCommand(async () => {
  const folder = process.argv[2];
  if (folder === undefined) {
    throw new UserError("Say in which folder the maps are.");
  }
  const index: Record<string, [offset: number, length: number]> = {};
  const maps: Buffer[] = [];
  let offset = 0;
  for (const name of NAMES) {
    const map = readFileSync(path.join(folder, `${name}.bcmap`));
    index[name] = [offset, map.length];
    maps.push(map);
    offset += map.length;
  }
  // One line of JSON tells where each map begins in what follows.
  const packed = Buffer.concat([Buffer.from(`${JSON.stringify(index)}\n`), ...maps]);
  writeFileSync(fileURLToPath(TARGET), gzipSync(packed, { level: 9 }));
});
