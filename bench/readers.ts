/**
 * `npm run bench:readers`: how long after the first reader of a run the last one hears each event,
 * with 1, 100 and 1000 readers on one run; all in one process beside the server, on loopback.
 */
import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import os from "node:os";
import path from "node:path";

import { buildWorker } from "../scripts/local/build-worker.ts";
import { runCommand } from "../scripts/local/command.ts";
import { DEMO } from "../scripts/local/demo-project.ts";
import { prepareDatabase } from "../scripts/local/prepare-database.ts";
import { serveBuilt } from "../scripts/local/serve-built.ts";
import { configPath, quietPlatform } from "../scripts/local/settings.ts";

const READERS = [1, 100, 1000];
const WORDS = 500;
/** Ten words a second: as a model on a busy day. */
const WORD_MS = 100;
/** Opened at a time: more would wait in the server's backlog and measure that. */
const OPENED_AT_ONCE = 50;

/** When each event came, by its number. */
type Heard = Map<string, number>;

await runCommand(async () => {
  quietPlatform();
  const stateDir = mkdtempSync(path.join(os.tmpdir(), "bobbin-readers-"));
  const settings = {
    config: configPath,
    host: "127.0.0.1",
    port: 0,
    stateDir,
    secrets: {},
  } as const;
  await prepareDatabase(settings);
  buildWorker(configPath, path.join(stateDir, "bundle"));
  const { url, miniflare } = await serveBuilt(settings, path.join(stateDir, "bundle"));
  try {
    for (const count of READERS) {
      console.log(await measure(url, count));
    }
  } finally {
    await miniflare.dispose();
    rmSync(stateDir, { recursive: true, force: true });
  }
  process.exit(0);
});

async function measure(url: string, count: number): Promise<string> {
  const runs = `${url}api/sdk/p/${DEMO.projectId}/a/${DEMO.toolId}/r`;
  const offline = { text: "word ".repeat(WORDS).trim(), delay_ms: WORD_MS };
  const started = await fetch(runs, {
    method: "POST",
    headers: { Authorization: `Bearer ${DEMO.key}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      blocking: false,
      config: { MODEL_CALL: { offline, use_stream: true } },
    }),
  });
  const { run_id: runId }: { run_id: string } = JSON.parse(await started.text());
  const readers: Promise<Heard>[] = [];
  const openings: Promise<unknown>[] = [];
  for (let index = 0; index < count; index += 1) {
    const opened = Promise.withResolvers<void>();
    readers.push(listen(`${runs}/${runId}/stream`, opened.resolve));
    openings.push(opened.promise);
    if (openings.length % OPENED_AT_ONCE === 0) {
      await Promise.all(openings);
    }
  }
  await Promise.all(openings);
  const allOpenAt = performance.now();
  return report(count, await Promise.all(readers), allOpenAt);
}

/** Delays behind the reader who heard an event first, of the events told while all were listening. */
function report(count: number, heard: readonly Heard[], allOpenAt: number): string {
  const ids = [...(heard[0]?.keys() ?? [])];
  const delays = ids.flatMap((id) => {
    const times = heard.map((one) => one.get(id) ?? Infinity);
    const firstAt = Math.min(...times);
    return firstAt < allOpenAt ? [] : times.map((at) => at - firstAt);
  });
  const complete = heard.filter((one) => one.size === ids.length).length;
  return `${count} readers: ${complete} heard all of ${ids.length} events; behind the first by ${of(delays)}`;
}

function of(delays: readonly number[]): string {
  const sorted = delays.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * (sorted.length - 1))] ?? 0).toFixed(0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms, most ${at(1)} ms (${sorted.length} samples)`;
}

function listen(url: string, onOpen: () => void): Promise<Heard> {
  return new Promise((resolve, reject) => {
    const heard: Heard = new Map();
    const headers = { Authorization: `Bearer ${DEMO.key}` };
    const request = http.get(url, { headers, agent: false }, (response) => {
      onOpen();
      response.setEncoding("utf8");
      let rest = "";
      response.on("data", (text: string) => {
        const frames = (rest + text).split("\n\n");
        rest = frames.pop() ?? "";
        for (const frame of frames) {
          const id = /^id: (\d+)$/m.exec(frame)?.[1];
          if (id !== undefined) {
            heard.set(id, performance.now());
          }
        }
      });
      response.on("end", () => resolve(heard));
      response.on("error", reject);
    });
    request.on("error", reject);
  });
}
