/** Builds are kept by what they are made of, so that a start without a change of the sources builds nothing. */
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
} from "node:fs";
import path from "node:path";

import { buildWorker } from "./build-worker.ts";
import { root } from "./settings.ts";

const FOLDER = path.join(root, ".wrangler/bundles");
/** A branch or two to switch between. An older one that has just been read is not in use any more. */
const KEPT = 4;

/** All that a build reads: the lock file stands for `node_modules`. */
const SOURCES = ["package.json", "package-lock.json", "tsconfig.json"];

/** The folder with what `buildWorker` leaves, built now or before by any server of this checkout. */
export function keptBundle(config: string): string {
  const kept = path.join(FOLDER, hashSources(config));
  if (existsSync(kept)) {
    const now = new Date();
    utimesSync(kept, now, now);
    return kept;
  }
  mkdirSync(FOLDER, { recursive: true });
  const building = mkdtempSync(path.join(FOLDER, "building-"));
  try {
    buildWorker(config, building);
    if (!existsSync(kept)) {
      renameSync(building, kept);
    }
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  forgetOldest();
  return kept;
}

function hashSources(config: string): string {
  const hash = createHash("sha256");
  const sources = readdirSync(path.join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
  for (const file of [config, ...SOURCES.map((name) => path.join(root, name)), ...sources]) {
    const content = readFileSync(file);
    hash.update(`${path.relative(root, file)} ${content.length}\n`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}

function forgetOldest(): void {
  const oldest = readdirSync(FOLDER)
    .filter((name) => !name.startsWith("building-"))
    .map((name) => path.join(FOLDER, name))
    .toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
    .slice(KEPT);
  for (const folder of oldest) {
    rmSync(folder, { recursive: true, force: true });
  }
}
