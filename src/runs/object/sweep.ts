/** Forgets runs whose journals have been kept long enough. */
import { JOURNAL } from "../../limits";
import type { RunContext } from "./context";

type SweepParts = Pick<RunContext, "table" | "journal" | "steps" | "transaction">;

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
export function leavesNothing({ table }: Pick<RunContext, "table">, nowMs: number): boolean {
  return table.open().length === 0 && (table.lastEndAtMs() ?? nowMs) <= nowMs - JOURNAL.keepMs;
}
