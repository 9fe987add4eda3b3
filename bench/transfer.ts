/** A large file there and back: how long, and by how much the server's process grows. */
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { performance } from "node:perf_hooks";
import process from "node:process";

import * as z from "zod";

import { answered } from "./answered.ts";
import type { Side } from "./measure.ts";

const MB = 1_000_000;
const FILE_BYTES = 100 * MB;
const CHUNK = Buffer.alloc(64 * 1024, "bobbin ");
const SAMPLE_EVERY_MS = 25;
const BOUNDARY = "bobbin-bench";
const HEAD = Buffer.from(
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n` +
    "Content-Type: application/octet-stream\r\n\r\n",
);
const TAIL = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

const Uploaded = z.object({ fileId: z.uuid() });

/** Prints time and growth of an upload and a download, each against the process warmed up by a small one. */
export async function transfer(side: Side): Promise<void> {
  const warmUp = await upload(side, MB);
  await download(side, warmUp);
  let fileId = warmUp;
  const up = await watched(async () => {
    fileId = await upload(side, FILE_BYTES);
  });
  const down = await watched(() => download(side, fileId));
  console.log(`\n${FILE_BYTES / MB} MB there and back, aim: growth below 64 MB`);
  for (const [name, { seconds, growthBytes }] of Object.entries({ upload: up, download: down })) {
    const growth = growthBytes === null ? "not known here" : `${(growthBytes / MB).toFixed(0)} MB`;
    console.log(`${name.padEnd(10)} ${seconds.toFixed(1)} s, process grows by ${growth}`);
  }
}

async function upload(side: Side, bytes: number): Promise<string> {
  const sent = request(new URL("/api/sdk/files", side.url).href, {
    method: "POST",
    headers: {
      Authorization: `Bearer ${side.key}`,
      "Content-Type": `multipart/form-data; boundary=${BOUNDARY}`,
      "Content-Length": HEAD.length + bytes + TAIL.length,
    },
  });
  sent.write(HEAD);
  for (let left = bytes; left > 0; left -= CHUNK.length) {
    if (!sent.write(CHUNK.subarray(0, left))) {
      await once(sent, "drain");
    }
  }
  sent.end(TAIL);
  let text = "";
  for await (const chunk of (await answered(sent)).setEncoding("utf8")) {
    text += String(chunk);
  }
  return Uploaded.parse(JSON.parse(text)).fileId;
}

async function download(side: Side, fileId: string): Promise<void> {
  const url = new URL(`/api/sdk/files/${fileId}/content`, side.url).href;
  const sent = request(url, { headers: { Authorization: `Bearer ${side.key}` } });
  sent.end();
  for await (const _ of await answered(sent)) {
    // Read to the end and forgotten: only the time and the server's memory count.
  }
}

async function watched(work: () => Promise<void>) {
  const before = residentBytes();
  let peak = before;
  const timer = setInterval(() => {
    peak = peak === null ? null : Math.max(peak, residentBytes() ?? 0);
  }, SAMPLE_EVERY_MS);
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(timer);
  const growthBytes = before === null || peak === null ? null : peak - before;
  return { seconds, growthBytes };
}

/** Of all workerd processes that this one started; null where there is no /proc. */
function residentBytes(): number | null {
  try {
    return readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((pid) => residentBytesOf(pid))
      .reduce((sum, bytes) => sum + bytes, 0);
  } catch {
    return null;
  }
}

function residentBytesOf(pid: string): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, "utf8");
    const isOurs = status.includes(`\nPPid:\t${process.pid}\n`) && status.includes("workerd");
    return isOurs ? Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1] ?? 0) * 1024 : 0;
  } catch {
    // It ended between the listing and the reading.
    return 0;
  }
}
