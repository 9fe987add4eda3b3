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
import { configPath, quietPlatform, readSettings } from "../scripts/local/settings.ts";
import { CASES, listMessages } from "./cases.ts";
import { compare } from "./measure.ts";
import type { Cost, Side } from "./measure.ts";
import { workerdPids } from "./process.ts";
import { LONG, SHORT, seed } from "./seed.ts";
import { type Figures, relay, together } from "./streams.ts";
import { FILE_BYTES, MB, transfer } from "./transfer.ts";

const FLOOR_CONFIG = path.join(import.meta.dirname, "floor/wrangler.toml");

const PAGES_PER_ROUND = 100;
const STREAMS_AT_ONCE = [1, 200, 1000];

interface Served {
  side: Side;
  miniflare: Miniflare;
}

await runCommand(async () => {
  quietPlatform();
  const folder = mkdtempSync(path.join(os.tmpdir(), "bobbin-bench-"));
  const floor = await serve("floor", FLOOR_CONFIG, folder);
  const bobbin = await serve("bobbin", configPath, folder);
  try {
    await compareAll(bobbin.side, floor.side);
    await measureStreams(bobbin.side);
    await compareTransfers(bobbin.side, floor.side);
  } finally {
    await Promise.all([bobbin.miniflare.dispose(), floor.miniflare.dispose()]);
    rmSync(folder, { recursive: true, force: true });
  }
  process.exit(0);
});

async function serve(name: string, config: string, folder: string): Promise<Served> {
  const stateDir = path.join(folder, name);
  const settings = { ...readSettings({}), config, port: 0, stateDir };
  await prepareDatabase(settings);
  buildWorker(config, path.join(stateDir, "bundle"));
  const before = workerdPids();
  const { url, miniflare } = await serveBuilt(settings, path.join(stateDir, "bundle"));
  await seed(await miniflare.getD1Database("DB"));
  const pid = workerdPids().find((candidate) => !before.includes(candidate)) ?? Number.NaN;
  return { miniflare, side: { name, url, key: DEMO.key, pid } };
}

async function compareAll(bobbin: Side, floor: Side): Promise<void> {
  printHead("bobbin", "floor");
  for (const { name, perRound, aim, call } of CASES) {
    const costs = await compare({ side: bobbin, call }, { side: floor, call }, perRound);
    printCosts(name, costs, aim);
  }
  console.log();
  printHead("long", "short");
  const pages = await compare(
    { side: bobbin, call: () => listMessages(LONG.id) },
    { side: bobbin, call: () => listMessages(SHORT.id) },
    PAGES_PER_ROUND,
  );
  printCosts(`a page of ${LONG.messages} messages, of ${SHORT.messages}`, pages, "1.1");
}

function printHead(a: string, b: string): void {
  printRow("ms: median wait, processor time", a, b, "ratio", a, b, "ratio", "aim");
}

function printCosts(name: string, [a, b]: [Cost, Cost], aim: string): void {
  const waits = [a.wait, b.wait, a.wait / b.wait].map((value) => value.toFixed(2));
  const works = [a.work, b.work, a.work / b.work].map((value) => value.toFixed(2));
  printRow(name, ...waits, ...works, aim);
}

/** The floor tells one token: these are read against each other, from one release to the next. */
async function measureStreams(bobbin: Side): Promise<void> {
  console.log();
  printRow("streams: ms, and processor time of one", "first", "all", "tok/s", "CPU");
  printFigures(await relay(bobbin));
  for (const count of STREAMS_AT_ONCE) {
    printFigures(await together(bobbin, count));
  }
}

function printFigures(figures: Figures): void {
  const { name, firstTokenMs, wallMs, tokensPerSecond, processorMs } = figures;
  const whole = [firstTokenMs, wallMs, tokensPerSecond].map((value) => value.toFixed(0));
  printRow(name, ...whole, processorMs.toFixed(1));
}

async function compareTransfers(bobbin: Side, floor: Side): Promise<void> {
  const ofBobbin = await transfer(bobbin);
  const ofFloor = await transfer(floor);
  console.log();
  printRow(
    `${FILE_BYTES / MB} MB: s, MB grown`,
    "bobbin",
    "floor",
    "",
    "bobbin",
    "floor",
    "",
    "aim",
  );
  for (const [index, a] of ofBobbin.entries()) {
    const b = ofFloor[index] ?? a;
    const seconds = [a, b].map((transferred) => transferred.seconds.toFixed(1));
    const grown = [a, b].map((transferred) => (transferred.growthBytes / MB).toFixed(0));
    printRow(a.name, ...seconds, "", ...grown, "", "64");
  }
}

function printRow(name: string, ...cells: string[]): void {
  console.log(name.padEnd(44) + cells.map((cell) => cell.padStart(8)).join(""));
}
