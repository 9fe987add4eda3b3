/**
 * `npm run bench:peak`: what the whole built Worker takes of memory at its largest inputs, in a workerd whose
 * JavaScript heap is held below what an isolate has (HEAP_MB). Linux only. Of an isolate it is what V8 says at
 * each collection, in all. Of the process it is the peak of resident pages above those of the start: the simulated
 * R2 and D1 are in it, which on the platform are elsewhere, and what the last lines show: a Worker that does
 * nothing but hand the same bytes to R2 and read them. A process whose heap is exhausted dies, and the line says so.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";
import { setTimeout as sleep } from "node:timers/promises";

import { convertV4MiniflareOptions, Miniflare } from "miniflare";

import { runCommand } from "../../scripts/local/command.ts";
import { IsolateMemory, tracingFlags } from "../../test/support/isolate-memory.ts";
import { withServer } from "../served.ts";
import { addTool, largestText, picturesPdf, readFile, textPdf, upload } from "./large-inputs.ts";

/**
 * JavaScript's own heap; an isolate has 128 MB in all, bytes outside the heap included. With the 30 MiB of a
 * PDF beside it no isolate of 96 can pass that.
 */
const HEAP_MB = Number(process.env["HEAP_MB"] ?? 96);
/** Until the runtime's last lines have come through their pipe. */
const DRAIN_MS = 300;

const memory = new IsolateMemory();

const BARE_WORKER = `
const PART = 8 * 2 ** 20;
export default {
  async fetch(request, { FILES }) {
    if (request.method === "PUT") {
      const upload = await FILES.createMultipartUpload("file");
      const parts = [];
      const reader = request.body.getReader({ mode: "byob" });
      for (let buffer = new ArrayBuffer(PART), isDone = false; !isDone; ) {
        const { value } = await reader.readAtLeast(PART, new Uint8Array(buffer));
        isDone = value.byteLength < PART;
        if (value.byteLength > 0) {
          parts.push(await upload.uploadPart(parts.length + 1, value));
        }
        buffer = value.buffer;
      }
      await upload.complete(parts);
      return new Response("stored");
    }
    const file = await FILES.get("file");
    const reader = file.body.getReader({ mode: "byob" });
    const { value } = await reader.readAtLeast(file.size, new Uint8Array(file.size));
    return new Response(value.byteLength + " bytes");
  },
};`;

await runCommand(async () => {
  console.log(`heap ${HEAP_MB} MB           isolate: heap   bytes    both   process   then`);
  await withServer(
    async (served) => {
      await addTool(served.db);
      const measure = await startMeasuring();
      await measure("upload of 95 MiB", () => upload(served, "a.txt", largestText()));
      for (const [name, bytes] of [
        ["PDF of text", textPdf()],
        ["PDF of pictures", picturesPdf()],
      ] as const) {
        const id = await upload(served, "a.pdf", new Blob([bytes]));
        await measure(`${name}, 30 MiB`, () => readFile(served, id));
        await measure("  its pages 7 and 8", () => readFile(served, id, "7-8"));
      }
    },
    { v8Flags: tracingFlags(HEAP_MB), log: memory.add },
  );
  await measureBareWorker();
});

/** A Worker of R2 alone, which keeps one buffer for what it sends and one for what it reads. */
async function measureBareWorker(): Promise<void> {
  const miniflare = new Miniflare(
    convertV4MiniflareOptions({
      modules: true,
      cf: false,
      compatibilityDate: "2026-10-23",
      r2Buckets: ["FILES"],
      handleStructuredLogs: memory.add,
      script: BARE_WORKER,
    }),
  );
  try {
    const url = await miniflare.ready;
    const measure = await startMeasuring();
    const call = async (method: string, body?: Blob) => {
      const reply = await fetch(url, { method, ...(body && { body }) });
      return `${reply.status} ${await reply.text()}`;
    };
    await measure("bare: upload of 95 MiB", () => call("PUT", largestText()));
    await call("PUT", new Blob([textPdf()]));
    await measure("bare: 30 MiB read", () => call("GET"));
  } finally {
    await miniflare.dispose();
  }
}

type Measure = (name: string, work: () => Promise<string>) => Promise<void>;

async function startMeasuring(): Promise<Measure> {
  const pid = workerdPid();
  await sleep(DRAIN_MS);
  memory.take();
  const restKb = memoryKb(pid, "VmRSS");
  return async (name, work) => {
    // Begins a new peak.
    writeFileSync(`/proc/${pid}/clear_refs`, "5");
    const told = await work().catch((error: unknown) => `failed: ${String(error)}`);
    const resident = pid === workerdPid() ? (memoryKb(pid, "VmHWM") - restKb) / 1024 : Number.NaN;
    await sleep(DRAIN_MS);
    const { heap, bytes, sum } = memory.take();
    const figures = [heap, bytes, sum, resident].map((figure) => figure.toFixed(0).padStart(8));
    console.log(`${name.padEnd(26)}${figures.join("")}    ${told.slice(-60)}`);
  };
}

/** The child of this process that serves: its newest. */
function workerdPid(): number {
  const pids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
  const children = pids.filter((pid) => {
    try {
      const [, name, parent] =
        /\((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, "utf8")) ?? [];
      return name === "workerd" && Number(parent) === process.pid;
    } catch {
      return false;
    }
  });
  return Math.max(0, ...children.map(Number));
}

function memoryKb(pid: number, field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
}
