/** What the platform gives a coordinator: the object's alarm, the store, the log. */
import { noteUnlimited } from "../../adapters/token-quota";
import { RUN } from "../../limits";
import { log } from "../../observability/log";
import { admitRun, withdrawRun } from "../../store/runs/admit-run";
import { endRun, updateRunStatus } from "../../store/runs/run-records";
import { saveReply } from "../../store/runs/save-reply";
import { type Databases, databaseOf } from "../../store/sql/databases";
import { type ThreadAddress, noteFollowed, readTail } from "../../store/threads/thread-tail";
import type { ThreadTail } from "../events/thread-feed";
import type { Clock } from "./clock";
import type { RunRecords } from "./dependencies";
import type { AlarmSlot } from "./named-alarms";
import { RunMeter } from "./run-meter";

/**
 * The object's own alarm. Setting it is a write like any other: it commits with the rows written in
 * the same turn, and a failure of it breaks the object, so that nothing here waits for it.
 *
 * A later time than the one that is set waits for a moment, because the next turn of a conversation
 * may want the earlier one again: until then the alarm rings too early at worst.
 */
export function alarmSlotOf(
  storage: Pick<DurableObjectStorage, "setAlarm" | "deleteAlarm">,
  { meter, clock }: { meter: RunMeter; clock: Clock },
): AlarmSlot {
  /** Memory: what is set; null where it is off or not known. */
  let setMs: number | null = null;
  /** Memory: what is to be set later. */
  let wantedMs: number | null = null;
  let callOff: (() => void) | null = null;
  const setNow = (atMs: number): void => {
    setMs = atMs;
    meter.countRow();
    void storage.setAlarm(atMs);
  };
  return {
    set: (atMs) => {
      const nowMs = clock.now();
      if (setMs === null || setMs <= nowMs || atMs < setMs) {
        wantedMs = null;
        setNow(atMs);
        return;
      }
      wantedMs = atMs - setMs <= RUN.watchMs ? null : atMs;
      callOff ??= clock.after(RUN.alarmDelayMs, () => {
        callOff = null;
        if (wantedMs !== null) {
          setNow(wantedMs);
        }
      });
    },
    rang: () => {
      setMs = null;
    },
    clear: () => {
      setMs = null;
      wantedMs = null;
      callOff?.();
      callOff = null;
      void storage.deleteAlarm();
    },
  };
}

export function recordsIn(env: Databases & Pick<Env, "FILES">, meter = new RunMeter()): RunRecords {
  const counted = (runId: string) => ({ ...env, ...meter.databases(env, runId) });
  const of = (run: { projectId: string; runId: string }) => databaseOf(counted(run.runId), run);
  return {
    async admit(admission) {
      const admitted = await admitRun(of(admission.request), admission);
      if (admitted.ok && !admitted.value.hasTokenQuota) {
        noteUnlimited(admission.request.projectId, Date.now());
      }
      return admitted;
    },
    withdraw: (admission) => withdrawRun(of(admission.request), admission),
    end: (ending) => endRun(counted(ending.runId), ending),
    saveReply: (reply) => saveReply(of(reply), reply),
    updateStatus: (run) => updateRunStatus(of(run), run),
  };
}

export function tailIn(env: Databases, thread: ThreadAddress): ThreadTail {
  const db = databaseOf(env, thread);
  return {
    read: (page) => readTail(db, thread, page),
    noteFollowed: (untilMs) => noteFollowed(db, thread, untilMs),
  };
}

export function reportError(message: string, error: unknown): void {
  log.error(message, { error: error instanceof Error ? error : typeof error });
}
