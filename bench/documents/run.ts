/**
 * `npm run bench:documents -- FOLDER`: time and memory of taking the text out of each file of a folder
 * (`make-files.sh` fills one), in a fresh workerd a file whose heap is held below what an isolate has.
 * Linux only. Time is the processor's, of the first reading with the parser's loading in it and of the best of
 * two more; memory is the process's peak of resident pages above what it holds at rest.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import process from "node:process";

import * as z from "zod";

import { buildWorker } from "../../scripts/local/build-worker.ts";
import { runCommand } from "../../scripts/local/command.ts";
import { root, UserError } from "../../scripts/local/settings.ts";

/** JavaScript's own heap; an isolate has 128 MB in all, bytes outside the heap included. */
const HEAP_MB = Number(process.env["HEAP_MB"] ?? 96);
const WORKERD = path.join(root, "node_modules/@cloudflare/workerd-linux-64/bin/workerd");
const CONFIG = path.join(import.meta.dirname, "wrangler.toml");
const TRIES = 3;
/** Of one tick of /proc/PID/stat. */
const TICK_MS = 10;

const Told = z.object({
  chars: z.number(),
  truncated: z.boolean(),
  pages: z.number().nullable(),
});

await runCommand(async () => {
  const folder = process.argv[2];
  if (folder === undefined) {
    throw new UserError("Say in which folder the files are.");
  }
  const build = mkdtempSync(path.join(os.tmpdir(), "bobbin-documents-"));
  try {
    buildWorker(CONFIG, build);
    console.log("file                 MB     CPU ms   then ms   peak MB      chars   pages");
    for (const name of readdirSync(folder).toSorted()) {
      console.log(await measure(path.resolve(folder), name, build));
    }
  } finally {
    rmSync(build, { recursive: true, force: true });
  }
});

async function measure(folder: string, name: string, build: string): Promise<string> {
  const megabytes = (statSync(path.join(folder, name)).size / 1e6).toFixed(1);
  const server = await serve(folder, build);
  const idleKb = memoryKb(server.pid, "VmRSS");
  try {
    const cpuMs: number[] = [];
    let told: z.infer<typeof Told> | null = null;
    for (let round = 0; round < TRIES; round += 1) {
      const before = cpuTimeMs(server.pid);
      const response = await fetch(`${server.url}/${name}`);
      if (!response.ok) {
        throw new Error(await response.text());
      }
      told = Told.parse(await response.json());
      cpuMs.push(cpuTimeMs(server.pid) - before);
    }
    const [first, ...then] = cpuMs;
    const columns = [
      megabytes.padStart(6),
      String(first).padStart(11),
      String(Math.min(...then)).padStart(10),
      peakMb(server.pid, idleKb).padStart(10),
      `${told?.chars}${told?.truncated === true ? "+" : ""}`.padStart(11),
      String(told?.pages ?? "").padStart(8),
    ];
    return name.padEnd(17) + columns.join("");
  } catch (error) {
    return `${name.padEnd(17)}${megabytes.padStart(6)}  failed: ${String(error)} ${peakMb(server.pid, idleKb)}`;
  } finally {
    process.kill(server.pid, "SIGKILL");
  }
}

function peakMb(pid: number, idleKb: number): string {
  return ((memoryKb(pid, "VmHWM") - idleKb) / 1024).toFixed(0);
}

interface Server {
  pid: number;
  url: string;
}

async function serve(folder: string, build: string): Promise<Server> {
  const port = await freePort();
  const config = path.join(build, "config.capnp");
  writeFileSync(config, configText(folder, build, port));
  const child = spawn(WORKERD, ["serve", config, "--experimental"], { stdio: "ignore" });
  await once(child, "spawn");
  const url = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + 20_000;
  while (Date.now() < deadline) {
    try {
      await fetch(url);
      return { pid: child.pid ?? 0, url };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  child.kill("SIGKILL");
  throw new Error("workerd does not answer.");
}

function configText(folder: string, build: string, port: number): string {
  const modules = readdirSync(build)
    .filter((name) => /\.(?:js|bin)$/.test(name))
    .toSorted((a, b) => Number(b === "index.js") - Number(a === "index.js"))
    .map((name) => {
      const kind = name.endsWith(".bin") ? "data" : "esModule";
      return `(name = "${name}", ${kind} = embed "${name}")`;
    });
  return `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "folder", disk = (path = "${folder}")),
  ],
  sockets = [(name = "http", address = "127.0.0.1:${port}", http = (), service = "main")],
  v8Flags = ["--max-heap-size=${HEAP_MB}"],
);
const worker :Workerd.Worker = (
  modules = [${modules.join(", ")}],
  compatibilityDate = "2026-10-23",
  compatibilityFlags = ["nodejs_compat"],
  bindings = [(name = "FOLDER", service = "folder")],
);
`;
}

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** Of all threads: the clock of a shared machine says less. */
function cpuTimeMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}

function memoryKb(pid: number, field: "VmRSS" | "VmHWM"): number {
  const status = readFileSync(`/proc/${pid}/status`, "utf8");
  return Number(new RegExp(`^${field}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0);
}
