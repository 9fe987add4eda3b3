/** A run of some actions, as the engine is handed it. */
import type { ActionDefinition } from "../../src/domain/tool";
import type { RunPlan } from "../../src/engine/contract";

/** One row without inputs, on no thread, not streamed; `given` says what is otherwise. */
export function plan(actions: ActionDefinition[], given: Partial<RunPlan> = {}): RunPlan {
  return {
    runId: "f".repeat(64),
    projectId: "p".repeat(20),
    toolId: "a".repeat(20),
    actions,
    config: {},
    inputs: [{}],
    threadIds: null,
    stream: false,
    depth: 0,
    ...given,
  };
}
