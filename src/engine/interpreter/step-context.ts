import type { ActionPlace } from "../../domain/run-event";
import type { ActionDefinition } from "../../domain/tool";
import { kindOf } from "../actions/index";
import type { RowContext } from "./row-context";
import type { RunExecution } from "./run-execution";

/** Everything that sets one execution of an action apart from all others of its run. */
export interface StepContext {
  execution: RunExecution;
  action: ActionDefinition;
  row: RowContext;
  place: ActionPlace;
  /** Of its step: the same in each execution of the run. */
  key: string;
  /** Passes that the action, a loop, has made on this row. */
  pass: number;
  /** See `ActionContext.attempt`. */
  attempt: number;
  /** What it had told in an earlier execution is withdrawn and must be told again. */
  replays: boolean;
}

/** Names are unique in a tool, so name, row, iterations and passes are an address. */
export function stepKey(execution: RunExecution, name: string, row: RowContext): string {
  return `${execution.caller?.stepPrefix ?? ""}${name}:${addressOf(row)}`;
}

/** Keys of the steps that a chat of this name begins in the run's first row: itself, and its first reply. */
export function firstReplyOf(name: string): string[] {
  const key = `${name}:${addressOf({ index: 0, indices: [] })}`;
  return [key, `${key}/reply-1`];
}

/** Row, then the iterations and passes around it, outermost first: `0`, `0-3`, `2-3-1`. */
export function addressOf({ index, indices }: Pick<RowContext, "index" | "indices">): string {
  return [index, ...indices].join("-");
}

/** Events count iterations as the cells of their row do, through nested maps, too. */
export function placeOf(
  { type, name }: ActionDefinition,
  { index: row, slot, map }: RowContext,
): ActionPlace {
  return { type, name, row, map: map === null ? null : { name: map.name, iteration: slot } };
}

/** Whether the action tells its text as it comes: if its config says so, or the run and not its config. */
export function streamsText(
  { caller, config, plan }: RunExecution,
  action: ActionDefinition,
): boolean {
  if (caller !== null || kindOf(action.type).streams !== true) {
    return false;
  }
  const wish = config[action.name]?.["use_stream"];
  return typeof wish === "boolean" ? wish : plan.stream;
}
