/** The dependencies of a thread's coordinator, and what its parts share. */
import type { RunTurn } from "../../adapters/thread-reader";
import type { WebhookPorts } from "../../adapters/webhook-ports";
import type { Outcome } from "../../domain/failure";
import type { Message } from "../../domain/message";
import type { Run, RunStatus } from "../../domain/run";
import type { ExecuteRun } from "../../engine/contract";
import type { EngineDeps } from "../../engine/ports";
import type { RunLine } from "../../observability/log-run";
import type { Admitted, RunAdmission } from "../../store/runs/admit-run";
import type { RecordedEnd, RunEnding } from "../../store/runs/run-records";
import type { ThreadSnapshot } from "../../store/threads/thread-history";
import type { ThreadAddress } from "../../store/threads/thread-tail";
import type { EventWriter } from "../events/event-writer";
import type { Journal } from "../events/journal";
import type { Subscribers } from "../events/subscribers";
import type { ThreadTail } from "../events/thread-feed";
import type { RunTable } from "../queue/run-table";
import type { StepTable } from "../queue/step-log";
import type { WebhookDispatcher } from "../webhooks/dispatcher";
import type { AlarmName } from "./alarm-names";
import type { Clock } from "./clock";
import type { AlarmSlot, NamedAlarms } from "./named-alarms";
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
  reach: (plan: PlannedRun, turn: () => RunTurn) => EngineDeps;
  /** The thread's messages, for its followers. */
  tailOf: (thread: ThreadAddress) => ThreadTail;
  /** Nothing is left to keep or to tell: the object may forget its tables. */
  onIdle: () => void;
  webhooks: WebhookPorts;
  presenters: Presenters;
  /** Of the isolate: where an attempt after a death waits to be alone. */
  probation: Pick<Probation, "begin" | "enter">;
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

/** The parts of a coordinator, for the life of its tables. */
export interface RunContext extends Dependencies {
  table: RunTable;
  journal: Journal;
  steps: StepTable;
  alarms: NamedAlarms<AlarmName>;
  writer: EventWriter;
  subscribers: Subscribers;
  dispatcher: WebhookDispatcher;
  /** Memory: the thread that an admission read, by the run that starts at once. */
  snapshots: Map<string, ThreadSnapshot>;
  /** Aborted when the tables go: whatever comes back from an await after that finds nothing to do. */
  erased: AbortSignal;
  /** The one way to a transaction here: see `transaction.ts`. */
  transaction: <T>(fn: () => T) => T;
  /** Messages have come to the thread. */
  onMessages: () => void;
  /** Writes the status of an unfinished run to D1, for listings; a failure is logged and not retried. */
  updateStatus: (projectId: string, runId: string, status: RunStatus) => void;
  /** The run has ended or waits for its client. `run` is null where it is too large to hand around. */
  onSettled: (runId: string, run: Run | null) => void;
}
