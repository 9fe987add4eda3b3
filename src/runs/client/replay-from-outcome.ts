/** The events of a run whose journal is gone, told anew from its recorded outcome. */
import { type Run, isFinal } from "../../domain/run";
import type { RunEvent } from "../../domain/run-event";

/** Nothing of a run that has not ended: its object alone can tell of it. */
export function replayFromOutcome({ id: runId, status, error, traces }: Run): RunEvent[] {
  if (!isFinal(status)) {
    return [];
  }
  const actions = traces.flatMap(({ type, name, cells }): RunEvent[] => [
    { type: "action-start", action: { type, name } },
    { type: "action-end", action: { type, name }, cells },
  ]);
  return [{ type: "run-start", runId }, ...actions, { type: "run-end", status, error }];
}
