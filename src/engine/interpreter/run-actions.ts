/**
 * Runs a list of actions over frames in lockstep: each action on all frames at hand, then the next.
 * A failure anywhere ends the run after the action in which it happened.
 */
import type { ActionDefinition } from "../../domain/tool";
import type { Frame, Stage } from "./frame";
import { runHead } from "./run-head";
import { runIf } from "./run-if";
import { runLoop } from "./run-loop";
import { runMap } from "./run-map";

export type RunActions = (
  stage: Stage,
  actions: readonly ActionDefinition[],
  frames: readonly Frame[],
) => Promise<void>;

export const runActions: RunActions = async (stage, actions, frames) => {
  for (const action of actions) {
    const atHand = frames.filter(({ result }) => result === null);
    if (atHand.length === 0) {
      return;
    }
    await runAction(stage, action, atHand, frames);
  }
};

async function runAction(
  stage: Stage,
  action: ActionDefinition,
  atHand: readonly Frame[],
  frames: readonly Frame[],
): Promise<void> {
  if (action.type === "if") {
    await runIf(stage, action, atHand, runActions);
  } else if (action.type === "loop") {
    await runLoop(stage, action, atHand, runActions);
  } else if (action.type === "map") {
    await runMap(stage, action, atHand, runActions);
  } else if (action.type === "output") {
    await runOutput(stage, action, atHand, frames);
  } else {
    for (const [frame, cell] of await runHead(stage, action, atHand)) {
      frame.state[action.name] = cell.value;
      frame.lastOutput = cell.value;
      frame.result = action.type === "return" ? cell : null;
    }
  }
}

/** The last trace of a run is its results: rows that ended before show there what they ended with. */
async function runOutput(
  stage: Stage,
  action: ActionDefinition,
  atHand: readonly Frame[],
  frames: readonly Frame[],
): Promise<void> {
  const cells = await runHead(stage, action, atHand, {
    amend(arranged) {
      for (const frame of frames) {
        if (frame.result !== null) {
          arranged.set(frame, frame.result);
        }
      }
    },
  });
  for (const [frame, cell] of cells) {
    frame.result = cell;
  }
}
