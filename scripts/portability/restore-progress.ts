/** How far a restore has come, beside the backup in `FILE.progress`: found again after a kill. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";

import * as z from "zod";

import { diskError } from "./backup-writer.ts";

const Progress = z.object({
  /** Of the backup; another backup begins anew. */
  sha256: z.string(),
  url: z.string(),
  /** By the project's id: the byte up to which everything is there. */
  reached: z.record(z.string(), z.int()),
  /** Projects that the restore has made: their settings come last. */
  made: z.array(z.string()),
});
export type Progress = z.output<typeof Progress>;

export async function readProgress(
  file: string,
  { sha256, url }: Pick<Progress, "sha256" | "url">,
): Promise<Progress> {
  const fresh: Progress = { sha256, url, reached: {}, made: [] };
  const text = await readFile(pathOf(file), "utf8").catch(() => "null");
  try {
    const found = Progress.parse(JSON.parse(text));
    return found.sha256 === sha256 && found.url === url ? found : fresh;
  } catch {
    return fresh;
  }
}

export async function keepProgress(file: string, progress: Progress): Promise<void> {
  const next = `${pathOf(file)}.next`;
  try {
    await writeFile(next, JSON.stringify(progress));
    await rename(next, pathOf(file));
  } catch (error) {
    throw diskError(pathOf(file), error);
  }
}

export async function forgetProgress(file: string): Promise<void> {
  await rm(pathOf(file), { force: true });
}

function pathOf(file: string): string {
  return `${file}.progress`;
}
