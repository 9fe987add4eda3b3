/** A server of its own on an empty database, without wrangler's proxy, gone when the work is done. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";

import { DEMO } from "../scripts/local/demo-project.ts";
import { keptBundle } from "../scripts/local/keep-bundle.ts";
import { prepareDatabase } from "../scripts/local/prepare-database.ts";
import { serveBuilt } from "../scripts/local/serve-built.ts";
import { configPath, quietPlatform } from "../scripts/local/settings.ts";

export interface Served {
  url: string;
  db: D1Database;
  /** The parsed reply; anything but 200 is an error. */
  call: (method: "GET" | "POST" | "PUT", path: string, body?: object) => Promise<unknown>;
}

export interface RuntimeOptions {
  /** For V8, by its own names. */
  v8Flags?: string;
  /** Takes each line that the runtime writes; by default they are shown. */
  log?: (line: { level: string; message: string }) => void;
  /** Fills the SQLite file of D1 before anything serves it. */
  fill?: (file: string) => void;
}

export async function withServer(
  work: (served: Served) => Promise<void>,
  { v8Flags, log, fill }: RuntimeOptions = {},
): Promise<void> {
  quietPlatform();
  const stateDir = mkdtempSync(path.join(os.tmpdir(), "bobbin-bench-"));
  const settings = {
    config: configPath,
    host: "127.0.0.1",
    port: 0,
    stateDir,
    secrets: { KEY_RATE_LIMIT: "0", USER_RATE_LIMIT: "0", GUESS_RATE_LIMIT: "0", LOG_SAMPLE: "0" },
  } as const;
  await prepareDatabase(settings);
  fill?.(databaseFile(stateDir));
  if (v8Flags !== undefined) {
    // Miniflare hands them to workerd.
    process.env["MINIFLARE_WORKERD_V8_FLAGS"] = v8Flags;
  }
  const { url, miniflare } = await serveBuilt(settings, keptBundle(configPath), undefined, log);
  try {
    await work({
      url,
      db: await miniflare.getD1Database("DB"),
      call: (method, route, body) => call(new URL(route, url), method, body),
    });
  } finally {
    await miniflare.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  }
}

/** Of the one D1 database that a local server has. */
function databaseFile(stateDir: string): string {
  const folder = path.join(stateDir, "v3/d1/miniflare-D1DatabaseObject");
  const file = readdirSync(folder).find((name) => /^[0-9a-f]+\.sqlite$/.test(name));
  if (file === undefined) {
    throw new Error(`no database in ${folder}`);
  }
  return path.join(folder, file);
}

async function call(url: URL, method: string, body?: object): Promise<unknown> {
  const response = await fetch(url, {
    method,
    headers: {
      Authorization: `Bearer ${DEMO.key}`,
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  if (response.status !== 200) {
    throw new Error(`${method} ${url.pathname}: ${response.status} ${text.slice(0, 500)}`);
  }
  return JSON.parse(text);
}

/** Milliseconds: the fastest tenth, which a busy machine disturbs least, and the median. */
export async function timed(times: number, work: (n: number) => Promise<unknown>): Promise<string> {
  const samples: number[] = [];
  await work(0);
  for (let n = 0; n < times; n += 1) {
    const startedAt = performance.now();
    await work(n);
    samples.push(performance.now() - startedAt);
  }
  samples.sort((left, right) => left - right);
  const at = (share: number) => samples[Math.floor(samples.length * share)]?.toFixed(1) ?? "";
  return `${at(0.1)} (${at(0.5)})`;
}
