/**
 * `npm run bench:peak`: what the whole built Worker takes of memory at its largest inputs, in a workerd whose
 * JavaScript heap is held below what an isolate has (HEAP_MB). Linux only. A peak is that of the process's
 * resident pages above what it held before the first input: what it keeps of earlier ones is in it, and the
 * simulated R2 and D1, which on the platform are elsewhere. A process whose heap is exhausted dies, and the line says so.
 */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import process from "node:process";

import * as z from "zod";

import { runCommand } from "../../scripts/local/command.ts";
import { DEMO } from "../../scripts/local/demo-project.ts";
import { pagesPdf, rawPdf, stream } from "../../test/support/raw-pdf.ts";
import { type Served, withServer } from "../served.ts";

const MIB = 2 ** 20;
/**
 * JavaScript's own heap; an isolate has 128 MB in all, bytes outside the heap included. What the work needs
 * shows in a small heap: in one of 96 the same inputs leave garbage until 150 MB, as they may.
 */
const HEAP_MB = process.env["HEAP_MB"] ?? "40";
const PDF_BYTES = 30 * MIB;
const UPLOAD_BYTES = 95 * MIB;
const LINES_PER_PAGE = 100;

const Uploaded = z.object({ fileId: z.string() });

await runCommand(() => {
  // Miniflare hands them to workerd.
  process.env["MINIFLARE_WORKERD_V8_FLAGS"] = `--max-heap-size=${HEAP_MB}`;
  return withServer(async (served) => {
    await addTool(served.db);
    const restKb = memoryKb(workerdPid(), "VmRSS");
    console.log(`heap ${HEAP_MB} MB            peak MB   then`);
    await measure("upload of 95 MiB", restKb, () => upload(served, "a.txt", textOf(UPLOAD_BYTES)));
    for (const [name, bytes] of [
      ["PDF of text", textPdf()],
      ["PDF of pictures", picturesPdf()],
    ] as const) {
      const id = await upload(served, "a.pdf", new Blob([bytes]));
      await measure(`${name}, 30 MiB`, restKb, () => readFile(served, id));
      await measure("  its pages 7 and 8", restKb, () => readFile(served, id, "7-8"));
    }
  });
});

async function measure(name: string, restKb: number, work: () => Promise<string>): Promise<void> {
  const pid = workerdPid();
  // Begins a new peak.
  writeFileSync(`/proc/${pid}/clear_refs`, "5");
  const told = await work().catch((error: unknown) => `failed: ${String(error)}`);
  const peak = pid === workerdPid() ? (memoryKb(pid, "VmHWM") - restKb) / 1024 : Number.NaN;
  console.log(`${name.padEnd(22)} ${peak.toFixed(0).padStart(8)}   ${told}`);
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

async function upload({ url }: Served, name: string, content: Blob): Promise<string> {
  const form = new FormData();
  form.append("file", content, name);
  const response = await fetch(new URL("/api/sdk/files", url), {
    method: "POST",
    headers: { Authorization: `Bearer ${DEMO.key}` },
    body: form,
  });
  if (!response.ok) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
  return Uploaded.parse(await response.json()).fileId;
}

/** A tool that tells how long the text is that it takes of a file. */
async function addTool(db: D1Database): Promise<void> {
  const actions = [
    { name: "INPUT", type: "input" },
    { name: "FILE", type: "file", spec: { file_id: "{{ INPUT.id }}" } },
    { name: "OUTPUT", type: "output", spec: { value: "{{ FILE.text | length }}" } },
  ];
  await db
    .prepare("UPDATE tool_versions SET actions = ? WHERE project_id = ? AND tool_id = ?")
    .bind(JSON.stringify(actions), DEMO.projectId, DEMO.toolId)
    .run();
}

async function readFile({ call }: Served, id: string, pages?: string): Promise<string> {
  const config = pages === undefined ? {} : { config: { FILE: { pages } } };
  const body = { inputs: [{ id }], blocking: true, ...config };
  const told = JSON.stringify(
    await call("POST", `/api/sdk/p/${DEMO.projectId}/a/${DEMO.toolId}/r`, body),
  );
  return told.slice(-90);
}

function line(number: number): string {
  return `${number} the harbour was reopened in May, and its traffic has doubled since`;
}

function textOf(size: number): Blob {
  const block = new TextEncoder().encode(`${line(1)}\n`.repeat(1000));
  return new Blob(Array.from({ length: Math.floor(size / block.length) }, () => block));
}

/** Some four thousand full pages, not packed. */
function textPdf(): Uint8Array<ArrayBuffer> {
  const page = Array.from({ length: LINES_PER_PAGE }, (_, at) => line(at)).join("\n");
  const count = Math.floor(PDF_BYTES / (page.length + 9 * LINES_PER_PAGE));
  return new Uint8Array(pagesPdf(Array.from({ length: Math.min(count, 5000) }, () => page)));
}

/** Thirty pages with a picture of a megabyte each. */
function picturesPdf(): Uint8Array<ArrayBuffer> {
  const pages = Array.from({ length: PDF_BYTES / MIB }, (_, at) => at);
  const kids = pages.map((at) => `${3 + 3 * at} 0 R`).join(" ");
  const font = "/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>";
  return new Uint8Array(
    rawPdf([
      "<</Type/Catalog/Pages 2 0 R>>",
      `<</Type/Pages/Kids[${kids}]/Count ${pages.length}/MediaBox[0 0 600 800]>>`,
      ...pages.flatMap((at) => [
        `<</Type/Page/Parent 2 0 R/Contents ${4 + 3 * at} 0 R/Resources<<${font}/XObject<</P ${5 + 3 * at} 0 R>>>>>>`,
        stream(`/P Do BT/F 10 Tf 9 700 Td(${line(at)})Tj ET`),
        stream(
          crypto.getRandomValues(new Uint8Array(65_536)).toString().slice(0, MIB),
          "/Type/XObject/Subtype/Image/Width 1024/Height 1024/BitsPerComponent 8/ColorSpace/DeviceGray",
        ),
      ]),
    ]),
  );
}
