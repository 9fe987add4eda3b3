/** Which alarms the object needs, read off where its runs stand. Called after every change of that. */
import { JOURNAL, RUN } from "../../limits";
import type { RunRow } from "../queue/run-table";
import type { RunContext } from "./context";

export function armAlarms({ table, alarms, clock }: RunContext): void {
  const open = table.open();
  const deadlines = open.filter(({ phase }) => phase === "recorded").map((row) => row.deadlineAtMs);
  if (deadlines.length > 0) {
    alarms.set("deadline", Math.min(...deadlines));
  } else {
    alarms.clear("deadline");
  }
  if (isUnderWay(open)) {
    // Ends that D1 did not take are tried ever more seldom.
    const failures = Math.max(
      ...open.map(({ phase, attempts }) => (phase === "finalizing" ? attempts : 0)),
    );
    const delayMs = Math.min(RUN.watchMs * 2 ** failures, RUN.maxRetryMs);
    alarms.setLatest("watch", clock.now() + delayMs);
  } else {
    alarms.clear("watch");
  }
  const [oldest] = table.ended();
  if (oldest === undefined) {
    alarms.clear("sweep");
  } else {
    alarms.set("sweep", (oldest.endedAtMs ?? 0) + JOURNAL.keepMs);
  }
}

/** Whether anything is for this object to do, as opposed to for the client that a run waits for. */
function isUnderWay(open: readonly RunRow[]): boolean {
  const [first] = open;
  return (
    (first !== undefined && first.status !== "requires_action") ||
    open.some(({ phase }) => phase !== "recorded")
  );
}
