/** Reads sources as the sandbox would, and runs nothing of them. */
import { SANDBOX } from "../limits";
import { FuelTank } from "./fuel";
import { SOURCE_NAME } from "./prelude";
import { EngineException, QuickJs } from "./quickjs";
import { wordSyntaxError } from "./read-reply";
import { sandboxSlots } from "./run-in-sandbox";
import { toScript } from "./to-script";

/** All deploys together: each is short, and they take turns with the runs. */
const DEPLOY = { projectId: "deploy", toolId: "deploy", runId: "deploy" };

/**
 * Of each source what keeps it from being a script, with its line and column; null for what is one.
 * Throws ActionFailure `code_timeout` where all of them take longer to read than code may compute.
 */
export async function findSyntaxErrors(sources: readonly string[]): Promise<(string | null)[]> {
  if (sources.length === 0) {
    return [];
  }
  return sandboxSlots.run(DEPLOY, async () => {
    const tank = new FuelTank({ timeoutMs: SANDBOX.maxTimeoutMs });
    const engine = await QuickJs.start(tank, tank.portion());
    const errors: (string | null)[] = [];
    for (const source of sources) {
      errors.push(await findSyntaxError(engine, source));
    }
    return errors;
  });
}

async function findSyntaxError(engine: QuickJs, source: string): Promise<string | null> {
  const { text, columnShift } = toScript(source);
  try {
    await engine.compile(text, SOURCE_NAME);
    return null;
  } catch (error) {
    if (error instanceof EngineException) {
      return wordSyntaxError(error.message, columnShift);
    }
    throw error;
  }
}
