/** Which alarms the object needs, read off where its runs stand. Called after every change of that. */
import { JOURNAL, RUN } from "../../limits";
import type { RunRow } from "../queue/object-run-table";
import type { RunState } from "./run-state";

type AlarmParts = Pick<RunState, "table" | "alarms" | "clock" | "lag">;

export function armAlarms({ table, alarms, clock, lag }: AlarmParts): void {
  const { watchDelayMs, ...needed } = neededAt(table);
  const nowMs = clock.now();
  const watch = watchDelayMs === null ? null : nowMs + lateWatch(watchDelayMs, lag.at(nowMs));
  const set = alarms.timeOf("watch");
  alarms.set({ ...needed, watch: watch === null || set === null ? watch : Math.min(watch, set) });
}

/**
 * Takes the times for which an earlier life of the object has armed its alarm, as they lie in its
 * tables. Where it has died over runs that are under way, the alarm rings at once.
 */
export function restoreAlarms({ table, alarms, clock }: AlarmParts, tell: number | null): void {
  const { watchDelayMs, ...needed } = neededAt(table);
  alarms.restore({ ...needed, tell });
  if (watchDelayMs !== null) {
    alarms.dropMemory();
    alarms.set({ watch: clock.now() });
  }
}

function neededAt(table: AlarmParts["table"]) {
  const open = table.open();
  const firstEndAtMs = table.firstEndAtMs();
  const deadlines = open.filter(({ phase }) => phase === "recorded").map((row) => row.deadlineAtMs);
  return {
    deadline: deadlines.length === 0 ? null : Math.min(...deadlines),
    sweep: firstEndAtMs === null ? null : firstEndAtMs + JOURNAL.keepMs,
    watchDelayMs: isUnderWay(open) ? delayOf(open) : null,
  };
}

/** An isolate that has more to do than it can is not asked every few seconds by all its objects. */
function lateWatch(delayMs: number, lagMs: number): number {
  return Math.max(delayMs, Math.min(delayMs + RUN.watchLagFactor * lagMs, RUN.watchMaxMs));
}

/** Ends that D1 did not take are tried ever more seldom. */
function delayOf(open: readonly RunRow[]): number {
  const failures = Math.max(
    ...open.map(({ phase, attemptsInVain }) => (phase === "finalizing" ? attemptsInVain : 0)),
  );
  return Math.min(RUN.watchMs * 2 ** failures, RUN.maxRetryMs);
}

/** Whether anything is for this object to do, as opposed to for the client that a run waits for. */
export function isUnderWay(open: readonly RunRow[]): boolean {
  const [first] = open;
  return (
    (first !== undefined && first.status !== "requires_action") ||
    open.some(({ phase }) => phase !== "recorded")
  );
}
