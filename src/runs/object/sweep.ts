/** Forgets runs whose journals have been kept long enough. */
import { JOURNAL } from "../../limits";
import type { Journal } from "../events/journal";
import type { RunTable } from "../queue/object-run-table";
import type { StepTable } from "../queue/step-log";
import type { RunState } from "./run-state";

interface SweepParts extends Pick<RunState, "table" | "transaction"> {
  journal: Journal;
  steps: StepTable;
}

export function sweep({ table, journal, steps, transaction }: SweepParts, nowMs: number): void {
  transaction(() => {
    for (const id of table.endedBy(nowMs - JOURNAL.keepMs)) {
      journal.remove(id);
      steps.remove(id);
      table.remove(id);
    }
  });
}

/** Whether the sweep would leave nothing: the object is then forgotten as a whole, at no cost by the row. */
export function leavesNothing(table: RunTable, nowMs: number): boolean {
  return table.open().length === 0 && (table.lastEndAtMs() ?? nowMs) <= nowMs - JOURNAL.keepMs;
}
