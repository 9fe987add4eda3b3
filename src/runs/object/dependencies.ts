/** The dependencies of a thread's coordinator. */
import type { RunTurn } from "../../adapters/thread-reader";
import type { WebhookPorts } from "../../adapters/webhook-ports";
import type { Outcome } from "../../domain/failure";
import type { Message } from "../../domain/message";
import type { RunStatus } from "../../domain/run";
import type { ExecuteRun } from "../../engine/contract";
import type { EngineDeps } from "../../engine/ports";
import type { RunLine } from "../../observability/log-run";
import type { Admitted, RunAdmission } from "../../store/runs/admit-run";
import type { RecordedEnd, RunEnding } from "../../store/runs/run-records";
import type { ThreadAddress } from "../../store/threads/thread-tail";
import type { ThreadTail } from "../events/thread-feed";
import type { WindowLag } from "../events/window-lag";
import type { Clock } from "./clock";
import type { AlarmSlot } from "./named-alarms";
import type { Presenters } from "./presenters";
import type { Probation } from "./probation";
import type { PlannedRun } from "./run-blobs";
import type { RunMeter } from "./run-meter";

/** The world outside the object. */
export interface Dependencies {
  storage: Pick<DurableObjectStorage, "sql" | "transactionSync" | "sync">;
  alarm: AlarmSlot;
  clock: Clock;
  records: RunRecords;
  execute: ExecuteRun;
  /** What the engine may reach, bound to the run's project. */
  engineDeps: (plan: PlannedRun, turn: () => RunTurn) => EngineDeps;
  /** The thread's messages, for its followers. */
  tailOf: (thread: ThreadAddress) => ThreadTail;
  /** Nothing is left to keep or to tell: the object may forget its tables. */
  onIdle: () => void;
  webhooks: WebhookPorts;
  presenters: Presenters;
  /** Of the isolate: where an attempt after a death waits to be alone. */
  probation: Pick<Probation, "begin" | "enter">;
  /** Of the isolate. */
  lag: WindowLag;
  meter: RunMeter;
  /** A run has ended and its end is recorded. */
  logRun: (line: RunLine) => void;
  /** An exception that nobody foresaw. */
  report: (message: string, error: unknown) => void;
}

/** Where runs are recorded outside the object. All may throw where the store cannot be reached. */
export interface RunRecords {
  admit(admission: RunAdmission): Promise<Outcome<Admitted>>;
  withdraw(admission: RunAdmission): Promise<void>;
  end(ending: RunEnding): Promise<RecordedEnd>;
  /** The reply's place in its thread; null where the thread is gone. */
  saveReply(reply: { projectId: string; runId: string; message: Message }): Promise<number | null>;
  updateStatus(run: { projectId: string; runId: string; status: RunStatus }): Promise<void>;
}
