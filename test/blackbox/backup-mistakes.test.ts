/** What `npm run backup` and `npm run restore` say before they have asked any server. */
import { writeFile } from "node:fs/promises";
import path from "node:path";

import { afterAll, beforeAll, expect, it } from "vitest";

import { BackupWriter } from "../../scripts/portability/backup-writer.ts";
import { runScript, temporaryStateDir } from "../support/local-server.ts";

const URL_OF_NOBODY = "https://chat.example.com";

let folder: Awaited<ReturnType<typeof temporaryStateDir>>;
beforeAll(async () => {
  folder = await temporaryStateDir();
});
afterAll(() => folder.remove());

async function refused(verb: "backup" | "restore", args: readonly string[]): Promise<string> {
  const { exitCode, output } = runScript(["run", "--silent", verb, "--", ...args], {
    ADMIN_KEY: "secret",
  });
  expect(await exitCode).toBe(1);
  expect(output()).not.toMatch(/^\s+at /m);
  return output();
}

it("a file that is no backup", async () => {
  const empty = path.join(folder.dir, "empty.ndjson");
  await writeFile(empty, "");
  const zeros = path.join(folder.dir, "zeros.ndjson");
  await writeFile(zeros, Buffer.alloc(17 * 1024 * 1024));
  const cases: [file: string, words: string][] = [
    [empty, "is empty: take another copy of the backup"],
    [zeros, "cannot be read (a line is longer than 16777216 bytes): name a file that"],
    [folder.dir, "cannot be read (EISDIR): name a file that a backup has written"],
    [path.join(folder.dir, "no"), "name one that npm run backup has written"],
  ];
  for (const [file, words] of cases) {
    expect(await refused("restore", [file, "--url", URL_OF_NOBODY])).toContain(words);
  }
});

it("a backup that was begun and is broken", async () => {
  const begun = path.join(folder.dir, "begun.ndjson");
  const of = { url: URL_OF_NOBODY, of: "all" };
  const head = JSON.stringify({ type: "bobbin_backup", version: 1, ...of });
  await writeFile(`${begun}.part`, `${head}\n{"type":"project","id":3}\n`);
  await expect(BackupWriter.open(begun, of)).rejects.toThrow(
    `${begun}.part is not as it was written: remove it, and the backup begins anew.`,
  );
});

it("a command line that is none, or names no server", async () => {
  const cases: [args: string[], words: string][] = [
    [[], "Name a FILE.\n\nnpm run backup -- FILE"],
    [["a", "b"], "Name one FILE, not 2."],
    [["a", "--fast"], "Unknown option '--fast'"],
    [["a", "--url", "localhost:8787"], '--url is "localhost:8787"; it must be an address'],
  ];
  for (const [args, words] of cases) {
    expect(await refused("backup", args)).toContain(words);
  }
});
