/** The steps with which a run begins, known before it does. */
import { kindOf } from "./actions/index";
import type { RunPlan } from "./contract";
import { firstReplyOf } from "./interpreter/step-context";

/**
 * Keys of the run's first chat and of its first reply, where what stands before them only reads and can
 * be done anew after a death: their begin can be noted with the run's, so that the request to the model
 * waits for no other write. Empty where the run begins otherwise.
 */
export function firstStepsOf({ actions, inputs }: Pick<RunPlan, "actions" | "inputs">): string[] {
  const first = actions.find(({ type }) => kindOf(type).notes === undefined);
  return first?.type === "chat" && inputs.length === 1 ? firstReplyOf(first.name) : [];
}
