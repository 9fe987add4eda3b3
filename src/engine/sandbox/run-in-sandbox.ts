import { ActionFailure } from "../action-failure";

export interface SandboxCall {
  /** A function expression, `(env) => value`; it may be async. */
  source: string;
  /** JSON; the code gets a copy of its own. */
  env: unknown;
  budget: SandboxBudget;
}

export interface SandboxBudget {
  /** Milliseconds of computing, compiling included; 1 to `SANDBOX.maxTimeoutMs`. */
  timeoutMs: number;
}

export interface SandboxResult {
  /** JSON. */
  value: unknown;
  /** One entry a `console` call, oldest first. */
  logs: string[];
}

/**
 * Runs a project's own JavaScript with nothing in reach but `env`, and answers with what it returns.
 *
 * Throws ActionFailure `code_syntax_error`, `code_not_a_function`, `code_error`, `code_timeout`,
 * `code_out_of_memory`, `code_output_too_large` or `code_output_not_json`.
 */
export async function runInSandbox(_call: SandboxCall): Promise<SandboxResult> {
  throw new ActionFailure("code_error", "This build has no sandbox.");
}
