/**
 * `npm run bench`: what Bobbin costs above a bare Hono route with the same SQL, both served without
 * wrangler's proxy and timed in turns. Medians of one machine: read the ratios, not the milliseconds.
 */
import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import process from "node:process";

import type { Miniflare } from "miniflare";

import { buildWorker } from "../scripts/local/build-worker.ts";
import { runCommand } from "../scripts/local/command.ts";
import { DEMO } from "../scripts/local/demo-project.ts";
import { prepareDatabase } from "../scripts/local/prepare-database.ts";
import { serveBuilt } from "../scripts/local/serve-built.ts";
import { configPath, quietPlatform } from "../scripts/local/settings.ts";
import { CASES, listMessages } from "./cases.ts";
import { compare } from "./measure.ts";
import type { Side } from "./measure.ts";
import { LONG, SHORT, seed } from "./seed.ts";
import { FILE_BYTES, MB, transfer, workerdPids } from "./transfer.ts";

const FLOOR_CONFIG = path.join(import.meta.dirname, "floor/wrangler.toml");

const PAGES_PER_ROUND = 100;

interface Served {
  side: Side;
  /** Of its workerd; NaN where it cannot be known. */
  pid: number;
  miniflare: Miniflare;
}

await runCommand(async () => {
  quietPlatform();
  const folder = mkdtempSync(path.join(os.tmpdir(), "bobbin-bench-"));
  const floor = await serve("floor", FLOOR_CONFIG, folder);
  const bobbin = await serve("bobbin", configPath, folder);
  try {
    await compareAll(bobbin.side, floor.side);
    await compareTransfers(bobbin, floor);
  } finally {
    await Promise.all([bobbin.miniflare.dispose(), floor.miniflare.dispose()]);
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit(0);
});

async function serve(name: string, config: string, folder: string): Promise<Served> {
  const stateDir = path.join(folder, name);
  const settings = { config, host: "127.0.0.1", port: 0, stateDir, secrets: {} } as const;
  await prepareDatabase(settings);
  buildWorker(config, path.join(stateDir, "bundle"));
  const before = workerdPids();
  const miniflare = await serveBuilt(settings, path.join(stateDir, "bundle"));
  await seed(await miniflare.getD1Database("DB"));
  const url = String(await miniflare.ready);
  const pid = workerdPids().find((candidate) => !before.includes(candidate)) ?? Number.NaN;
  return { miniflare, pid, side: { name, url, key: DEMO.key } };
}

async function compareAll(bobbin: Side, floor: Side): Promise<void> {
  console.log(row("median, ms", "bobbin", "floor", "ratio", "aim"));
  for (const { name, perRound, aim, call } of CASES) {
    const { a, b } = await compare({ side: bobbin, call }, { side: floor, call }, perRound);
    console.log(row(name, a.toFixed(2), b.toFixed(2), (a / b).toFixed(2), aim));
  }
  console.log(`\n${row("median, ms", "long", "short", "ratio", "aim")}`);
  const { a, b } = await compare(
    { side: bobbin, call: () => listMessages(LONG.id) },
    { side: bobbin, call: () => listMessages(SHORT.id) },
    PAGES_PER_ROUND,
  );
  const name = `a page of ${LONG.messages} messages, of ${SHORT.messages}`;
  console.log(row(name, a.toFixed(2), b.toFixed(2), (a / b).toFixed(2), "1.1"));
}

async function compareTransfers(bobbin: Served, floor: Served): Promise<void> {
  const ofBobbin = await transfer(bobbin.side, bobbin.pid);
  const ofFloor = await transfer(floor.side, floor.pid);
  const title = `${FILE_BYTES / MB} MB`;
  console.log(`\n${row(title, "s", "floor, s", "grows by", "floor by", "aim, MB")}`);
  for (const [index, { name, seconds, growthBytes }] of ofBobbin.entries()) {
    const other = ofFloor[index];
    const times = [seconds, other?.seconds].map((time) => time?.toFixed(1) ?? "");
    const growths = [growthBytes, other?.growthBytes].map((bytes) => inMegabytes(bytes));
    console.log(row(name, ...times, ...growths, "64"));
  }
}

function inMegabytes(bytes: number | null | undefined): string {
  return typeof bytes === "number" ? (bytes / MB).toFixed(0) : "unknown";
}

function row(name: string, ...cells: string[]): string {
  return name.padEnd(44) + cells.map((cell) => cell.padStart(9)).join("");
}
