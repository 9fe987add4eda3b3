import type { ActionDefinition } from "../../domain/tool";
import { allActions } from "../all-actions";
import { executeOnRows } from "./execute-on-rows";
import { forget, type RowContext, type RunActions, type Scope } from "./row-context";

/** Afterwards each inner output is an array: of the one value, or empty where the action never ran. */
export async function runIf(
  scope: Scope,
  action: ActionDefinition,
  rows: readonly RowContext[],
  runActions: RunActions,
): Promise<void> {
  const inner = allActions([...(action.actions ?? []), ...(action.else ?? [])]);
  const names = inner.map(({ name }) => name);
  for (const [row, cell] of await executeOnRows(scope, action, rows)) {
    forget(row, names);
    row.state[action.name] = cell.value;
  }
  const holds = (row: RowContext): boolean => row.state[action.name] === true;
  await runActions(scope, action.actions ?? [], rows.filter(holds));
  const others = rows.filter((row) => !holds(row));
  await runActions(scope, action.else ?? [], others);
  for (const { state } of rows) {
    for (const name of names) {
      state[name] = name in state ? [state[name]] : [];
    }
  }
}
