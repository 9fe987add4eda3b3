/**
 * Runs a project's own JavaScript. A call has an engine of its own and shares nothing with any
 * other; nothing is in its reach but `env` and the language itself: no network, no timers, no
 * bindings, no modules. It computes in slices of about 10 ms; between them the Worker serves others.
 */
import { ActionFailure } from "../domain/action-failure";
import { SANDBOX } from "../limits";
import { pauseAfter } from "../yield-to-event-loop";
import { writeEnv } from "./env-text";
import { FairSlots, type SlotOwner } from "./fair-slots";
import { FuelTank } from "./fuel";
import { PRELUDE } from "./prelude";
import { EngineException, NO_MEMORY, QuickJs } from "./quickjs";
import { OUT_OF_MEMORY, type SandboxResult, readReply } from "./read-reply";
import { type SourceForm, toScript } from "./to-script";

export interface SandboxCall {
  /** A function expression, `(env) => value`; it may be async. A script that ends in one will do. */
  source: string;
  /** `body`: the source is what stands in the function, which is async and is given nothing. By default `function`. */
  form?: SourceForm;
  /** JSON; the code gets a copy of its own. */
  env: unknown;
  budget: SandboxBudget;
  /** By whom it waits its turn where others compute. */
  owner: SlotOwner;
  /** Stops the code at its next pause; the signal's reason is thrown. */
  signal?: AbortSignal | undefined;
}

interface SandboxBudget {
  /** Milliseconds of computing, compiling included; 1 to `SANDBOX.maxTimeoutMs`. */
  timeoutMs: number;
}

/** Engines at work in this isolate. */
export const sandboxSlots = new FairSlots(SANDBOX.maxConcurrentCalls);

/**
 * Runs the code and answers with what it returns.
 *
 * Throws ActionFailure `code_syntax_error`, `code_not_a_function`, `code_error`, `code_timeout`,
 * `code_out_of_memory`, `code_output_too_large` or `code_output_not_json`.
 */
export async function runInSandbox(call: SandboxCall): Promise<SandboxResult> {
  return sandboxSlots.run(call.owner, async () => {
    call.signal?.throwIfAborted();
    const tank = new FuelTank({ timeoutMs: call.budget.timeoutMs, signal: call.signal });
    const script = toScript(call.source, call.form);
    let engine: QuickJs | null = null;
    try {
      engine = await QuickJs.start(tank, tank.portion());
      const prelude = await engine.evaluate(PRELUDE);
      const reply = await engine.call(prelude, script.text, await writeEnv(call.env));
      await engine.runJobs();
      const json = await engine.text(await engine.call(reply));
      await pauseAfter(json.length);
      const result = readReply(json, engine.isFull, script.columnShift);
      await pauseAfter(json.length);
      return result;
    } catch (error) {
      throw asFailure(error, engine);
    }
  });
}

/** What ended the engine from outside of the project's code, where that code can catch nothing. */
function asFailure(error: unknown, engine: QuickJs | null): unknown {
  if (error instanceof EngineException) {
    const isMemory = error.message === NO_MEMORY || error.message.includes("out of memory");
    return isMemory
      ? new ActionFailure(...OUT_OF_MEMORY)
      : new ActionFailure("code_error", error.message);
  }
  // An allocation that failed deep inside the engine ends in one of its own assertions.
  if (error instanceof WebAssembly.RuntimeError) {
    return engine?.isFull
      ? new ActionFailure(...OUT_OF_MEMORY)
      : new ActionFailure("code_error", "The engine gave up.");
  }
  if (error instanceof RangeError) {
    return error.message.includes("call stack")
      ? new ActionFailure("code_error", "InternalError: stack overflow")
      : new ActionFailure("code_out_of_memory", "No memory was left for the code to run in.");
  }
  return error;
}
