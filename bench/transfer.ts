/** A large file there and back: how long, and by how much the server's process grows. */
import { once } from "node:events";
import { request } from "node:http";
import { performance } from "node:perf_hooks";

import * as z from "zod";

import { answered } from "./answered.ts";
import type { Side } from "./measure.ts";
import { residentBytes } from "./process.ts";

export const MB = 1_000_000;
export const FILE_BYTES = 100 * MB;
const CHUNK = Buffer.alloc(64 * 1024, "bobbin ");
const SAMPLE_EVERY_MS = 25;
const BOUNDARY = "bobbin-bench";
const HEAD = Buffer.from(
  `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\n` +
    "Content-Type: application/octet-stream\r\n\r\n",
);
const TAIL = Buffer.from(`\r\n--${BOUNDARY}--\r\n`);

const Uploaded = z.object({ fileId: z.uuid() });

export interface Growth {
  name: string;
  seconds: number;
  /** Of the server's process at its peak. */
  growthBytes: number;
}

/**
 * Twice there and back. The first time shows what a fresh process takes for good: its heap, and the
 * buffers of the R2 that Miniflare plays inside it.
 */
export async function transfer(side: Side): Promise<Growth[]> {
  const growths: Growth[] = [];
  for (const time of ["first", "again"]) {
    let fileId = "";
    growths.push(
      await watch(`upload, ${time}`, side.pid, async () => {
        fileId = await upload(side, FILE_BYTES);
      }),
      await watch(`download, ${time}`, side.pid, () => download(side, fileId)),
    );
  }
  return growths;
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

async function watch(name: string, pid: number, work: () => Promise<void>): Promise<Growth> {
  const before = residentBytes(pid);
  let peak = before;
  const timer = setInterval(() => {
    peak = Math.max(peak, residentBytes(pid));
  }, SAMPLE_EVERY_MS);
  const startedAt = performance.now();
  await work();
  const seconds = (performance.now() - startedAt) / 1000;
  clearInterval(timer);
  return { name, seconds, growthBytes: peak - before };
}
