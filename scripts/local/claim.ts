/**
 * Two servers on one state folder would each believe that they hold the only copy of a thread's
 * object, and lock each other out of the database; two on one port cannot be. Both are refused here,
 * before anything starts, with what to do about it.
 */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import process from "node:process";

import * as z from "zod";

import { addressOf, UserError } from "./settings.ts";
import type { LocalSettings } from "./settings.ts";

const ANSWER_WITHIN_MS = 2000;

const Claim = z.object({ pid: z.int(), url: z.url() });
type Claim = z.infer<typeof Claim>;

/** Claims port and state folder for `command`, an npm script; gives the claim up at exit. */
export async function claim(settings: LocalSettings, command: string): Promise<void> {
  await requireFreePort(settings, command);
  const file = path.join(settings.stateDir, "server.json");
  const holder = readClaim(file);
  if (holder !== null && (await isServing(holder))) {
    throw new UserError(
      `${settings.stateDir} is in use by the server at ${holder.url} (process ${holder.pid}).\n` +
        `Stop that one first, or give this one its own data: STATE_DIR=.wrangler/other npm run ${command}`,
    );
  }
  mkdirSync(settings.stateDir, { recursive: true });
  writeFileSync(file, JSON.stringify({ pid: process.pid, url: addressOf(settings) }));
  process.once("exit", () => rmSync(file, { force: true }));
}

async function requireFreePort({ host, port }: LocalSettings, command: string): Promise<void> {
  const probe = createServer();
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  probe.once("error", reject);
  probe.listen({ host, port, exclusive: true }, resolve);
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "EADDRINUSE") {
      throw new UserError(
        `Port ${port} is in use. Stop what is using it, or choose another: PORT=${port + 1} npm run ${command}`,
        { cause: error },
      );
    }
    throw error;
  }
  const closed = Promise.withResolvers<void>();
  probe.close(() => closed.resolve());
  await closed.promise;
}

function readClaim(file: string): Claim | null {
  try {
    return Claim.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch {
    // No file, or one cut short when its server was killed while writing: nobody holds the folder.
    return null;
  }
}

/** A killed server leaves its claim behind, and its process id may be another's by now: both must answer. */
async function isServing({ pid, url }: Claim): Promise<boolean> {
  try {
    process.kill(pid, 0);
    await fetch(url, { signal: AbortSignal.timeout(ANSWER_WITHIN_MS) });
    return true;
  } catch {
    return false;
  }
}
