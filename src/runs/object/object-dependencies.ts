/** What the platform gives a coordinator: the object's alarm, the store, the log. */
import { log } from "../../observability/log";
import { admitRun, endRun, updateRunStatus, withdrawRun } from "../../store/runs/run-records";
import { type ThreadAddress, noteFollowed, readTail } from "../../store/threads/thread-tail";
import type { ThreadTail } from "../events/thread-feed";
import type { RunRecords } from "./context";
import type { AlarmSlot } from "./named-alarms";
import { RunMeter } from "./run-meter";

/**
 * The object's own alarm. Setting it is a write like any other: it commits with the rows written in
 * the same turn, and a failure of it breaks the object, so that nothing here waits for it.
 */
export function alarmSlotOf(storage: DurableObjectStorage, meter: RunMeter): AlarmSlot {
  return {
    set: (atMs) => {
      meter.countRow();
      void storage.setAlarm(atMs);
    },
    clear: () => void storage.deleteAlarm(),
  };
}

export function recordsIn(
  { DB, FILES }: Pick<Env, "DB" | "FILES">,
  meter = new RunMeter(),
): RunRecords {
  const of = (runId: string) => meter.database(DB, runId);
  return {
    admit: (admission) => admitRun(of(admission.request.runId), admission),
    withdraw: (admission) => withdrawRun(of(admission.request.runId), admission),
    end: (ending) => endRun({ DB: of(ending.runId), FILES }, ending),
    updateStatus: (run) => updateRunStatus(of(run.runId), run),
  };
}

export function tailIn(db: D1Database, thread: ThreadAddress): ThreadTail {
  return {
    read: (after, limit) => readTail(db, thread, { after, limit }),
    noteFollowed: (untilMs) => noteFollowed(db, thread, untilMs),
  };
}

export function reportError(message: string, error: unknown): void {
  log.error(message, { error: error instanceof Error ? error : typeof error });
}
