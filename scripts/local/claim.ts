/**
 * Two servers on one state folder would each believe that they hold the only copy of a thread's
 * object, and lock each other out of the database; two on one port cannot be. Both are refused here,
 * before anything starts, with what to do about it.
 */
import { spawnSync } from "node:child_process";
import {
  accessSync,
  constants,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import process from "node:process";
import { DatabaseSync } from "node:sqlite";

import * as z from "zod";

import { listenerAt } from "./listener.ts";
import { addressOf, UserError } from "./settings.ts";
import type { LocalSettings } from "./settings.ts";

const ANSWER_WITHIN_MS = 2000;
/** The process that takes in those whose parent has ended. */
const INIT = "1";

const Claim = z.object({ pid: z.int(), url: z.url() });
type Claim = z.infer<typeof Claim>;

/** Claims port and state folder for `command`, an npm script; gives the claim up at exit. */
export async function claim(settings: LocalSettings, command: string): Promise<void> {
  requireUsableFolder(settings.stateDir);
  await requireFreePort(settings, command);
  const file = path.join(settings.stateDir, "server.json");
  const lock = lockFolder(settings.stateDir);
  const holder = readClaim(file);
  if (lock === null || (holder !== null && (await isLeftServing(holder)))) {
    throw new UserError(
      `${settings.stateDir} is in use by ${describe(holder)}.\n` +
        `Stop that one first, or give this one its own data: STATE_DIR=.wrangler/other npm run ${command}`,
    );
  }
  writeFileSync(file, JSON.stringify({ pid: process.pid, url: addressOf(settings) }));
  process.once("exit", () => {
    rmSync(file, { force: true });
    lock.close();
  });
}

function requireUsableFolder(folder: string): void {
  try {
    makeFolder(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    throw unusable(folder, error);
  }
}

/** Step by step: with `recursive` Node tries for ever below `/proc`. */
function makeFolder(folder: string): void {
  if (isFolder(folder)) {
    return;
  }
  makeFolder(path.dirname(folder));
  try {
    mkdirSync(folder);
  } catch (error) {
    // Another start may have made it meanwhile.
    if (!isFolder(folder)) {
      throw error;
    }
  }
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
}

/**
 * Holds the folder for as long as this process lives, however it ends: SQLite's lock of a file is the
 * operating system's. Null where another process holds it.
 */
function lockFolder(folder: string): DatabaseSync | null {
  const lock = openLock(folder);
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch (error) {
    lock.close();
    if (error instanceof Error && error.message.includes("locked")) {
      return null;
    }
    throw unusable(folder, error);
  }
}

function openLock(folder: string): DatabaseSync {
  try {
    return new DatabaseSync(path.join(folder, "server.lock"));
  } catch (error) {
    throw unusable(folder, error);
  }
}

const REASONS: Record<string, string> = {
  EACCES: "it may not be written to",
  EPERM: "it may not be written to",
  EROFS: "it is on a file system that is read-only",
  EEXIST: "it is a file",
  ENOTDIR: "a part of its path is a file",
  ENOENT: "it cannot be created there",
  ENOSPC: "there is no room left",
};

function unusable(folder: string, cause: unknown): UserError {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : "";
  const why = REASONS[code] ?? (cause instanceof Error ? cause.message : String(cause));
  return new UserError(
    `STATE_DIR is ${folder}, which cannot be used: ${why}. Name a folder that can: STATE_DIR=.wrangler/state`,
    { cause },
  );
}

async function requireFreePort({ host, port }: LocalSettings, command: string): Promise<void> {
  const probe = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  probe.once("error", reject);
  probe.listen({ host, port, exclusive: true }, resolve);
  try {
    await promise;
  } catch (error) {
    throw portError(error, port, command);
  }
  const closed = Promise.withResolvers<void>();
  probe.close(() => closed.resolve());
  await closed.promise;
}

function portError(error: unknown, port: number, command: string): unknown {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  const another = `choose another: PORT=${port + 1} npm run ${command}`;
  if (code === "EADDRINUSE") {
    const runtime = runtimeAt(port);
    const holder = runtime === undefined ? "" : ` (a server's workerd, process ${runtime.pid})`;
    return new UserError(`Port ${port} is in use. Stop what is using it${holder}, or ${another}`, {
      cause: error,
    });
  }
  if (code === "EACCES") {
    return new UserError(`Port ${port} may not be listened to here; ${another}`, { cause: error });
  }
  return error;
}

function readClaim(file: string): Claim | null {
  try {
    return Claim.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // No file yet, or one cut short when its server was killed while writing.
    return null;
  }
}

/**
 * A killed server may leave its workerd behind, which goes on serving the folder. What answers at the
 * address and has a parent is another server, on a folder of its own.
 */
async function isLeftServing({ url }: Claim): Promise<boolean> {
  const runtime = runtimeAt(portOf(url));
  return runtime?.hasParent !== true && (await answers(url));
}

function portOf(url: string): number {
  return Number(new URL(url).port);
}

async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return true;
  } catch {
    return false;
  }
}

function describe(holder: Claim | null): string {
  if (holder === null) {
    return "another server, which is starting";
  }
  const alive = isAlive(holder.pid);
  const pid = alive ? holder.pid : (runtimeAt(portOf(holder.url))?.pid ?? holder.pid);
  return `the server at ${holder.url} (process ${pid}${alive ? "" : ", left behind by one that was killed"})`;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** The workerd that listens at the port; undefined where none is to be seen. */
function runtimeAt(port: number): { pid: number; hasParent: boolean } | undefined {
  const pid = listenerAt(port);
  const [, parent = "", args = ""] = /^ *(\d+) +(.*)$/m.exec(describeProcess(pid)) ?? [];
  if (pid === undefined || !args.includes("workerd")) {
    return undefined;
  }
  return { pid, hasParent: parent !== INIT && describeProcess(parent).includes("node") };
}

/** Its parent's id and its command line; empty where there is no such process. */
function describeProcess(pid: number | string | undefined): string {
  const args = ["-o", "ppid=,args=", "-p", String(pid)];
  return pid === undefined ? "" : (spawnSync("ps", args, { encoding: "utf8" }).stdout ?? "");
}
