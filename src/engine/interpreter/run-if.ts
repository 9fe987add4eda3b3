import type { ActionDefinition } from "../../domain/tool";
import { allActions } from "../all-actions";
import { executeOnRows } from "./execute-on-rows";
import { forget, type RowContext, type RunActions, type Scope } from "./row-context";

/** Afterwards each inner output is an array: of the one value, or empty where the action never ran. */
export async function runIf(
  scope: Scope,
  action: ActionDefinition,
  frames: readonly RowContext[],
  runActions: RunActions,
): Promise<void> {
  const inner = allActions([...(action.actions ?? []), ...(action.else ?? [])]);
  const names = inner.map(({ name }) => name);
  for (const [frame, cell] of await executeOnRows(scope, action, frames)) {
    forget(frame, names);
    frame.state[action.name] = cell.value;
  }
  const holds = (frame: RowContext): boolean => frame.state[action.name] === true;
  await runActions(scope, action.actions ?? [], frames.filter(holds));
  const others = frames.filter((frame) => !holds(frame));
  await runActions(scope, action.else ?? [], others);
  for (const { state } of frames) {
    for (const name of names) {
      state[name] = name in state ? [state[name]] : [];
    }
  }
}
