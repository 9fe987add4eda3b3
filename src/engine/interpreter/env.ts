/** What a project's own JavaScript is called with. */
import type { CodeEnv } from "../actions/action";
import type { ThreadView } from "../ports";
import type { RunExecution } from "./run-execution";
import type { StepContext } from "./step-context";

export async function envOf({ execution, row }: StepContext): Promise<CodeEnv> {
  const { inputs } = execution.plan;
  const thread = await readThread(execution, threadIdOf(execution, row.index));
  return {
    state: row.state,
    input: { value: inputs[row.index] ?? {}, index: row.index },
    map: row.repeat,
    config: { blocks: execution.config },
    thread: thread === null ? null : { id: thread.id, metadata: thread.metadata ?? {} },
  };
}

export function threadIdOf({ plan }: RunExecution, row: number): string | null {
  return plan.threadIds?.[row] ?? null;
}

/** Once a run: actions of one run see one state of the thread. */
async function readThread(
  execution: RunExecution,
  threadId: string | null,
): Promise<ThreadView | null> {
  if (threadId === null) {
    return null;
  }
  const known = execution.threads.get(threadId);
  if (known !== undefined) {
    return known;
  }
  const reading = execution.ports.threads.read(threadId);
  execution.threads.set(threadId, reading);
  return reading;
}
