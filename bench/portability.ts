/**
 * `npm run bench:portability -- [MESSAGES]`: a project of so many messages (100 000 unless said) and a
 * hundredth of files goes into an account with the Free plan's limits, is backed up, restored into
 * another project and compared, and goes again by erasure and by the sweep. Prints what each took per
 * 1 000 records.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";

import * as z from "zod";

import { buildWorker } from "../scripts/local/build-worker.ts";
import { runCommand } from "../scripts/local/command.ts";
import { prepareDatabase } from "../scripts/local/prepare-database.ts";
import { serveBuilt } from "../scripts/local/serve-built.ts";
import { quietPlatform, root, UserError } from "../scripts/local/settings.ts";
import { ADMIN_KEY, Account } from "./portability/account.ts";
import { portableRecords, THREAD_MESSAGES, USERS } from "./portability/records.ts";

const CONFIG = path.join(import.meta.dirname, "portability/wrangler.toml");
const DEFAULT_MESSAGES = 100_000;
const FILES_SHARE = 100;
const BODY_LINES = 4000;
const MAX_PASSES = 500;
const YEAR_MS = 365 * 24 * 60 * 60 * 1000;

const Receipt = z.object({ complete: z.boolean(), next_line: z.int().nullable() });
const Erasure = z.object({
  complete: z.boolean(),
  erased: z.object({ threads: z.int(), messages: z.int() }),
});
const Sweep = z.object({
  projects: z.object({
    behind: z.int(),
    erased: z.object({ threads: z.int(), messages: z.int(), files: z.int() }),
  }),
});

await runCommand(async () => {
  quietPlatform();
  const messages = Number(process.argv[2] ?? DEFAULT_MESSAGES);
  if (!Number.isInteger(messages) || messages < 1) {
    throw new UserError("npm run bench:portability -- [MESSAGES]");
  }
  const folder = mkdtempSync(path.join(os.tmpdir(), "bobbin-portability-"));
  const settings = {
    config: CONFIG,
    host: "127.0.0.1",
    port: 0,
    stateDir: folder,
    secrets: { ADMIN_KEY, LOG_SAMPLE: "off", CORS_ORIGINS: "" },
  } as const;
  await prepareDatabase(settings);
  buildWorker(CONFIG, path.join(folder, "bundle"));
  const { url, miniflare } = await serveBuilt(settings, path.join(folder, "bundle"));
  try {
    await measure(
      new Account(url.replace(/\/$/, "")),
      messages,
      path.join(folder, "backup.ndjson"),
    );
  } finally {
    await miniflare.dispose();
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit(0);
});

async function measure(account: Account, messages: number, file: string): Promise<void> {
  const files = Math.ceil(messages / FILES_SHARE);
  const threads = Math.ceil(messages / THREAD_MESSAGES);
  const records = messages + files + threads;
  const [source, target] = [await account.makeProject(), await account.makeProject()];
  console.log(`${messages} messages, ${threads} threads, ${files} files`);
  console.log("per 1 000 records  calls  queries  subrequests  rows read  rows written  seconds");
  await account.told("import", records, () => fill(account, source.key, messages, files));
  await account.told("export: backup", records, () => script("backup", account, source.key, file));
  await account.told("restore, compare", records, () =>
    script("restore", account, target.key, file),
  );
  let erased = 0;
  const erase = async () => {
    for (let isDone = false; !isDone;) {
      const route = "/api/sdk/end-users/user-0";
      const reply = Erasure.parse(await account.call("DELETE", route, source.key));
      erased += reply.erased.threads + reply.erased.messages;
      isDone = reply.complete;
    }
  };
  await account.told("erasure", Math.ceil(records / USERS), erase);
  const { id } = target;
  await account.call("PUT", `/admin/projects/${id}/retention`, ADMIN_KEY, '{"keep_idle_days":1}');
  await account.spent();
  let swept = 0;
  const passes = async () => {
    for (let pass = 0; pass < MAX_PASSES; pass += 1) {
      const now = Date.now() + YEAR_MS;
      const { projects } = Sweep.parse(await account.call("POST", `/bench/sweep?now=${now}`, ""));
      swept += projects.erased.threads + projects.erased.messages + projects.erased.files;
      if (projects.behind === 0 && swept >= records) {
        return;
      }
    }
  };
  await account.told("sweep", records, passes);
  console.log(`The backup has ${(statSync(file).size / 1e6).toFixed(1)} MB; digests were equal.`);
  console.log(`Erased ${erased} threads and messages of one end user, swept ${swept} records.`);
}

async function fill(account: Account, key: string, messages: number, files: number): Promise<void> {
  const all = portableRecords(messages, files);
  for (let lines = take(all, []); lines.length > 0;) {
    const receipt = Receipt.parse(
      await account.call("POST", "/api/sdk/import", key, lines.join("")),
    );
    const rest = receipt.complete ? [] : lines.slice((receipt.next_line ?? 1) - 1);
    lines = take(all, rest);
  }
}

function take(all: Iterator<string>, lines: string[]): string[] {
  while (lines.length < BODY_LINES) {
    const { done, value } = all.next();
    if (done === true) {
      break;
    }
    lines.push(...value.split(/(?<=\n)/));
  }
  return lines;
}

async function script(
  name: "backup" | "restore",
  { url }: Account,
  key: string,
  file: string,
): Promise<void> {
  const child = spawn(
    process.execPath,
    [path.join(root, `scripts/${name}.ts`), file, "--url", url],
    {
      env: { ...process.env, BOBBIN_KEY: key },
      stdio: ["ignore", "ignore", "inherit"],
    },
  );
  await once(child, "close");
  if (child.exitCode !== 0) {
    throw new Error(`${name} failed`);
  }
}
