import type { ActionDefinition } from "../../domain/tool";
import { allActions } from "../all-actions";
import { forget, type Frame, type Stage } from "./frame";
import type { RunActions } from "./run-actions";
import { runHead } from "./run-head";

/** Afterwards each inner output is an array: of the one value, or empty where the action never ran. */
export async function runIf(
  stage: Stage,
  action: ActionDefinition,
  frames: readonly Frame[],
  runActions: RunActions,
): Promise<void> {
  const inner = allActions([...(action.actions ?? []), ...(action.else ?? [])]);
  const names = inner.map(({ name }) => name);
  for (const [frame, cell] of await runHead(stage, action, frames)) {
    forget(frame, names);
    frame.state[action.name] = cell.value;
  }
  const holds = (frame: Frame): boolean => frame.state[action.name] === true;
  await runActions(stage, action.actions ?? [], frames.filter(holds));
  const others = frames.filter((frame) => !holds(frame));
  await runActions(stage, action.else ?? [], others);
  for (const { state } of frames) {
    for (const name of names) {
      state[name] = name in state ? [state[name]] : [];
    }
  }
}
