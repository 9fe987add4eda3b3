/**
 * Runs a list of actions over rows in lockstep: each action on all rows at hand, then the next.
 * A failure anywhere ends the run after the action in which it happened.
 */
import type { ActionDefinition } from "../../domain/tool";
import { executeOnRows } from "./execute-on-rows";
import type { RowContext, RunActions, Scope } from "./row-context";
import { runIf } from "./run-if";
import { runLoop } from "./run-loop";
import { runMap } from "./run-map";

export const runActions: RunActions = async (scope, actions, rows) => {
  for (const action of actions) {
    const atHand = rows.filter(({ result }) => result === null);
    if (atHand.length === 0) {
      return;
    }
    await runAction(scope, action, atHand, rows);
  }
};

async function runAction(
  scope: Scope,
  action: ActionDefinition,
  atHand: readonly RowContext[],
  rows: readonly RowContext[],
): Promise<void> {
  if (action.type === "if") {
    await runIf(scope, action, atHand, runActions);
  } else if (action.type === "loop") {
    await runLoop(scope, action, atHand, runActions);
  } else if (action.type === "map") {
    await runMap(scope, action, atHand, runActions);
  } else if (action.type === "output") {
    await runOutput(scope, action, atHand, rows);
  } else {
    for (const [row, cell] of await executeOnRows(scope, action, atHand)) {
      row.state[action.name] = cell.value;
      row.lastOutput = cell.value;
      row.result = action.type === "return" ? cell : null;
    }
  }
}

/** The last trace of a run is its results: rows that ended before show there what they ended with. */
async function runOutput(
  scope: Scope,
  action: ActionDefinition,
  atHand: readonly RowContext[],
  rows: readonly RowContext[],
): Promise<void> {
  const cells = await executeOnRows(scope, action, atHand, {
    amend(arranged) {
      for (const row of rows) {
        if (row.result !== null) {
          arranged.set(row, row.result);
        }
      }
    },
  });
  for (const [row, cell] of cells) {
    row.result = cell;
  }
}
