/** Starts Bobbin as README tells a newcomer to, on a free port and data of its own, for tests over real HTTP. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { createServer } from "node:net";
import os from "node:os";
import path from "node:path";
import process from "node:process";

import { root } from "../../scripts/local/settings.ts";

const READY = /^Ready on (http:\S+)$/m;
/** Two seconds on an idle machine; 88 were measured on one with eight times as much work as cores. */
const READY_WITHIN_MS = 110_000;

export interface LocalServer {
  url: string;
  /** What it has printed so far. */
  output: () => string;
  /** As Ctrl-C and a process manager do: resolves when every process has ended. */
  stop: () => Promise<void>;
  /** `kill -9` of the whole process group. */
  kill: () => Promise<void>;
}

export interface ServerOptions {
  script: "dev" | "start";
  stateDir: string;
  port?: number;
  env?: Record<string, string>;
  /** The checkout, where it is not this one. */
  cwd?: string;
}

export async function startServer(options: ServerOptions): Promise<LocalServer> {
  const env = {
    PORT: String(options.port ?? (await freePort())),
    STATE_DIR: options.stateDir,
    ...options.env,
  };
  const { child, output, exitCode } = runScript(["run", options.script], env, options.cwd);
  const url = await readyUrl(child, output);
  return {
    url,
    output,
    stop: async () => {
      child.kill("SIGTERM");
      await exitCode;
    },
    kill: async () => {
      killGroup(child);
      await exitCode;
    },
  };
}

/** Runs npm in a process group of its own. `printed` is its stdout so far, `output` that and stderr. */
export function runScript(args: string[], env: Record<string, string>, cwd: string = root) {
  const child = spawn("npm", args, {
    cwd,
    detached: true,
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  let output = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    printed += text;
    output += text;
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    output += text;
  });
  const exitCode = once(child, "close").then(() => child.exitCode);
  return { child, printed: () => printed, output: () => output, exitCode };
}

/** A checkout of its own in `folder`, whose sources a test may change. */
export async function copyCheckout(folder: string): Promise<void> {
  const parts = [
    "src",
    "scripts",
    "studio",
    "pages",
    "docs",
    "package.json",
    "package-lock.json",
    "tsconfig.json",
  ];
  for (const part of [...parts, "README.md", "CHANGELOG.md", "wrangler.toml", ".npmrc"]) {
    await cp(path.join(root, part), path.join(folder, part), { recursive: true });
  }
  await symlink(path.join(root, "node_modules"), path.join(folder, "node_modules"));
}

/** A folder for one server's data, and the function that removes it. */
export async function temporaryStateDir(): Promise<{ dir: string; remove: () => Promise<void> }> {
  const dir = await mkdtemp(path.join(os.tmpdir(), "bobbin-"));
  return { dir, remove: () => rm(dir, { recursive: true, force: true, maxRetries: 5 }) };
}

export async function freePort(): Promise<number> {
  const probe = createServer().listen(0, "127.0.0.1");
  await once(probe, "listening");
  const address = probe.address();
  if (address === null || typeof address === "string") {
    throw new Error("A TCP server on loopback has an address with a port.");
  }
  probe.close();
  await once(probe, "close");
  return address.port;
}

function killGroup(child: ChildProcess): void {
  if (child.pid !== undefined && child.exitCode === null) {
    process.kill(-child.pid, "SIGKILL");
  }
}

async function readyUrl(child: ChildProcess, output: () => string): Promise<string> {
  const { promise, resolve, reject } = Promise.withResolvers<string>();
  const look = () => {
    const url = READY.exec(output())?.[1];
    if (url !== undefined) {
      resolve(url);
    }
  };
  const giveUp = (why: string) => reject(new Error(`The server ${why}. It said:\n${output()}`));
  const timer = setTimeout(giveUp, READY_WITHIN_MS, "is not ready in time");
  const exited = () => giveUp("ended before it was ready");
  child.stdout?.on("data", look);
  child.once("close", exited);
  try {
    return await promise;
  } catch (error) {
    killGroup(child);
    throw error;
  } finally {
    clearTimeout(timer);
    child.stdout?.off("data", look);
    child.off("close", exited);
  }
}
