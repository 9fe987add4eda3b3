/** What the platform gives a coordinator: the object's alarm, the store, the log. */
import { log } from "../../observability/log";
import { admitRun, endRun, updateRunStatus, withdrawRun } from "../../store/runs/run-records";
import { type ThreadAddress, noteFollowed, readTail } from "../../store/threads/thread-tail";
import type { ThreadTail } from "../events/thread-feed";
import type { RunRecords } from "./context";
import type { AlarmSlot } from "./named-alarms";

/**
 * The object's own alarm. Setting it is a write like any other: it commits with the rows written in
 * the same turn, and a failure of it breaks the object, so that nothing here waits for it.
 */
export function alarmSlotOf(storage: DurableObjectStorage): AlarmSlot {
  return {
    set: (atMs) => void storage.setAlarm(atMs),
    clear: () => void storage.deleteAlarm(),
  };
}

export function recordsIn(env: Pick<Env, "DB" | "FILES">): RunRecords {
  return {
    admit: (admission) => admitRun(env.DB, admission),
    withdraw: (admission) => withdrawRun(env.DB, admission),
    end: (ending) => endRun(env, ending),
    updateStatus: (run) => updateRunStatus(env.DB, run),
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
