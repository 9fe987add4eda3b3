import { ActionFailure } from "../../src/domain/action-failure";
import type { SandboxResult } from "../../src/sandbox/read-reply";
import { runInSandbox } from "../../src/sandbox/run-in-sandbox";

export const OWNER = { projectId: "project", toolId: "tool", runId: "run" };

/** Enough for honest code on a busy machine. */
const TIMEOUT_MS = 1000;

export function run(
  source: string,
  env: unknown = {},
  timeoutMs = TIMEOUT_MS,
): Promise<SandboxResult> {
  return runInSandbox({ source, env, budget: { timeoutMs }, owner: OWNER });
}

export async function failureOf(call: Promise<unknown>): Promise<ActionFailure> {
  const error = await call.then(
    (value) => new Error(`expected a failure, got ${JSON.stringify(value)}`),
    (reason: unknown) => reason,
  );
  if (error instanceof ActionFailure) {
    return error;
  }
  throw error;
}
