/** Where the runs of one object stand, and how that changes. */
import type { WindowLag } from "../events/window-lag";
import type { RunTable } from "../queue/object-run-table";
import type { AlarmName } from "./alarm-names";
import type { Clock } from "./clock";
import type { NamedAlarms } from "./named-alarms";

export interface RunState {
  table: RunTable;
  alarms: NamedAlarms<AlarmName>;
  clock: Clock;
  lag: WindowLag;
  /** The one way to change several rows: see `transaction.ts`. */
  transaction: <T>(fn: () => T) => T;
  /** Aborted when the tables go: whatever comes back from an await after that finds nothing to do. */
  erased: AbortSignal;
}
