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

import { root } from "./settings.ts";

/** A branch or two to switch between. An older one that has just been read is not in use any more. */
const KEPT = 4;

export interface Kept {
  /** Where the builds of this kind stand, each in a folder named by its sources. */
  folder: string;
  /** All files that a build reads. */
  sources: readonly string[];
  /** Builds into the folder it is handed, which is empty. */
  build: (outdir: string) => void;
}

/** The folder with what `build` leaves, built now or before by any server of this checkout. */
export function keptFolder({ folder, sources, build }: Kept): string {
  const kept = path.join(folder, hashFiles(sources));
  if (existsSync(kept)) {
    const now = new Date();
    utimesSync(kept, now, now);
    return kept;
  }
  mkdirSync(folder, { recursive: true });
  const building = mkdtempSync(path.join(folder, "building-"));
  try {
    build(building);
    if (!existsSync(kept)) {
      renameSync(building, kept);
    }
  } finally {
    rmSync(building, { recursive: true, force: true });
  }
  forgetOldest(folder);
  return kept;
}

/** All files below a folder of the repository. */
export function filesBelow(folder: string): string[] {
  return readdirSync(path.join(root, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.join(entry.parentPath, entry.name))
    .toSorted();
}

function hashFiles(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    const content = readFileSync(file);
    hash.update(`${path.relative(root, file)} ${content.length}\n`).update(content);
  }
  return hash.digest("hex").slice(0, 16);
}

function forgetOldest(folder: string): void {
  const oldest = readdirSync(folder)
    .filter((name) => !name.startsWith("building-"))
    .map((name) => path.join(folder, name))
    .toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
    .slice(KEPT);
  for (const old of oldest) {
    rmSync(old, { recursive: true, force: true });
  }
}
