/** What every command of `scripts/` has in common: how it fails and how it is stopped. */
import { enableCompileCache } from "node:module";
import process from "node:process";

import { UserError } from "./settings.ts";

// Keeps what Node makes of wrangler's sources: half a second of every start.
enableCompileCache();

const PARENT_CHECK_MS = 250;
/** Read at once: a command that is ready may have lost it before anybody asks. */
const PARENT = process.ppid;

/** Runs a command, or a step of one; its failure is an exit code of 1 and, for the user's own mistakes, one clear line. */
export async function runCommand<Result>(command: () => Promise<Result> | Result): Promise<Result> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof UserError) {
      console.error(error.message);
    } else {
      console.error(error);
    }
    process.exit(1);
  }
}

/** Waits for Ctrl-C or a SIGTERM, lets `close` end what was started, and exits. */
export async function untilStopped(close: () => Promise<void>): Promise<never> {
  const stopped = Promise.withResolvers<void>();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) {
    process.once(signal, () => stopped.resolve());
  }
  if (process.env["npm_lifecycle_event"] !== undefined) {
    onParentGone(() => stopped.resolve());
  }
  await stopped.promise;
  await close();
  process.exit(0);
}

/**
 * npm hands a SIGTERM to the shell it runs a script in, and a shell does not hand it on: that this
 * process has got another parent is then the only sign.
 */
function onParentGone(stop: () => void): void {
  setInterval(() => {
    if (process.ppid !== PARENT) {
      stop();
    }
  }, PARENT_CHECK_MS).unref();
}
