import type { ActionDefinition } from "../../domain/tool";
import { loopAction, LoopOutput } from "../actions/loop";
import { allActions } from "../all-actions";
import { executeOnRows } from "./execute-on-rows";
import { forget, type RowContext, type RunActions, type Scope } from "./row-context";

interface Pass {
  frame: RowContext;
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
  frames: readonly RowContext[],
  runActions: RunActions,
): Promise<void> {
  const names = allActions(action.actions).map(({ name }) => name);
  const turns = frames.map((frame) => beginTurn(frame, names));
  const limit = loopAction.config.parse(scope.execution.config[action.name] ?? {}).max_iterations;
  let turning = turns;
  for (let pass = 0; pass < limit && turning.length > 0; pass += 1) {
    const passStage = { ...scope, passes: [...scope.passes, pass] };
    turning = await askAgain(passStage, action, turning, pass);
    await runActions(
      passStage,
      action.actions ?? [],
      turning.map(({ frame }) => frame),
    );
    keepOutputs(turning);
    turning = turning.filter(({ frame }) => frame.result === null);
  }
  for (const { frame } of turning) {
    frame.state[action.name] = { iteration: limit, continues: true } satisfies LoopOutput;
  }
  for (const { frame, indices, repeat, made } of turns) {
    frame.indices = indices;
    frame.repeat = repeat;
    Object.assign(frame.state, Object.fromEntries(made));
  }
}

function beginTurn(frame: RowContext, names: readonly string[]): Pass {
  forget(frame, names);
  return {
    frame,
    indices: frame.indices,
    repeat: frame.repeat,
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
  for (const { frame, indices } of turns) {
    frame.indices = [...indices, pass];
    frame.repeat = { name: action.name, iteration: pass };
    frame.state[action.name] = { iteration: pass, continues: true } satisfies LoopOutput;
  }
  const cells = await executeOnRows(
    scope,
    action,
    turns.map(({ frame }) => frame),
    { pass },
  );
  return turns.filter(({ frame }) => {
    const output = LoopOutput.parse(cells.get(frame)?.value);
    frame.state[action.name] = output;
    return output.continues;
  });
}

function keepOutputs(turns: readonly Pass[]): void {
  for (const { frame, made } of turns) {
    for (const [name, values] of made) {
      if (name in frame.state) {
        values.push(frame.state[name]);
      }
    }
  }
}
