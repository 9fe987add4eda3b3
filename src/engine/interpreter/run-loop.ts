import type { ActionDefinition } from "../../domain/tool";
import { loopAction, LoopOutput } from "../actions/loop";
import { allActions } from "../all-actions";
import { executeOnRows } from "./execute-on-rows";
import { forget, type RowContext, type RunActions, type Scope } from "./row-context";

interface Pass {
  row: RowContext;
  /** Indices of the iterations around the loop: the address of its steps, and `env.map` outside of it. */
  indices: readonly number[];
  repeat: RowContext["repeat"];
  /** The outputs of the passes so far, by the action's name. */
  made: Map<string, unknown[]>;
}

/**
 * Runs the passes one after the other. A pass reads the outputs of the pass before until it has made its own;
 * after the loop, each inner output is the array over the passes.
 */
export async function runLoop(
  scope: Scope,
  action: ActionDefinition,
  rows: readonly RowContext[],
  runActions: RunActions,
): Promise<void> {
  const names = allActions(action.actions).map(({ name }) => name);
  const turns = rows.map((row) => beginTurn(row, names));
  const limit = loopAction.config.parse(scope.execution.config[action.name] ?? {}).max_iterations;
  let turning = turns;
  for (let pass = 0; pass < limit && turning.length > 0; pass += 1) {
    const passScope = { ...scope, passes: [...scope.passes, pass] };
    turning = await askAgain(passScope, action, turning, pass);
    await runActions(
      passScope,
      action.actions ?? [],
      turning.map(({ row }) => row),
    );
    keepOutputs(turning);
    turning = turning.filter(({ row }) => row.result === null);
  }
  for (const { row } of turning) {
    row.state[action.name] = { iteration: limit, continues: true } satisfies LoopOutput;
  }
  for (const { row, indices, repeat, made } of turns) {
    row.indices = indices;
    row.repeat = repeat;
    Object.assign(row.state, Object.fromEntries(made));
  }
}

function beginTurn(row: RowContext, names: readonly string[]): Pass {
  forget(row, names);
  return {
    row,
    indices: row.indices,
    repeat: row.repeat,
    made: new Map(names.map((name) => [name, []])),
  };
}

/** The rows whose condition asks for another pass. */
async function askAgain(
  scope: Scope,
  action: ActionDefinition,
  turns: readonly Pass[],
  pass: number,
): Promise<Pass[]> {
  for (const { row, indices } of turns) {
    row.indices = [...indices, pass];
    row.repeat = { name: action.name, iteration: pass };
    row.state[action.name] = { iteration: pass, continues: true } satisfies LoopOutput;
  }
  const cells = await executeOnRows(
    scope,
    action,
    turns.map(({ row }) => row),
    { pass },
  );
  return turns.filter(({ row }) => {
    const output = LoopOutput.parse(cells.get(row)?.value);
    row.state[action.name] = output;
    return output.continues;
  });
}

function keepOutputs(turns: readonly Pass[]): void {
  for (const { row, made } of turns) {
    for (const [name, values] of made) {
      if (name in row.state) {
        values.push(row.state[name]);
      }
    }
  }
}
