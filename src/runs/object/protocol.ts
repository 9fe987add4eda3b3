/**
 * What may be asked of the object that coordinates a thread's runs. The API never holds a stub: it
 * calls `runs/client`, which finds the object, and calls again with a fresh stub where the
 * platform broke the old one.
 */
import type { AccessScope } from "../../domain/access/caller";
import type { Outcome } from "../../domain/failure";
import type { Message, NewMessage } from "../../domain/message";
import type { Run, RunRequest } from "../../domain/run";
import type { RunEvent } from "../../domain/run-event";
import type { ActionDefinition, RunConfig } from "../../domain/tool";
import type { Assumptions } from "../../store/runs/admit-run";
import type { ThreadAddress } from "../../store/threads/thread-tail";

/** All that an object needs to start a run. */
export interface StartRun {
  request: RunRequest;
  actions: ActionDefinition[];
  /** The whole config, as `Run.config` shows it: the definition's defaults with the run's changes. */
  config: RunConfig;
  /** Messages of the inputs, saved to the row's thread before the run: one list a row. */
  inputMessages: NewMessage[][];
  /** How far the caller reaches: a known thread outside it is no thread to this run. */
  reach: AccessScope;
  /** The project's own files that an end user's run may be given: see `OpenToTokens.files`. */
  openFiles?: "project" | string[] | undefined;
  /** Host, with its port if it names one, under which the service was called: actions do not reach it. */
  ownHost: string;
  /** Behind a run that waits for its client it is refused, where it would be queued. */
  neverBehindWaiting?: boolean | undefined;
  /** What the Worker has not looked up; where some of it does not hold, the answer is `stale`. */
  assumed?: Assumptions;
}

/** Outputs for calls that a run waits for. */
export interface SubmittedOutput {
  callId: string;
  output: string;
}

/** A webhook delivery, and how its service was called: see `StartRun.ownHost`. */
export interface DeliveryAddress {
  projectId: string;
  deliveryId: string;
  ownHost: string;
}

/**
 * A run as the object knows it. `recorded`: it has ended, and its whole story is in the store, where
 * it was put because it is large or the object has tidied it away.
 */
export type RunReport =
  | { kind: "run"; run: Run }
  | { kind: "recorded" }
  /** Nothing was started: something is not as `StartRun.assumed` says. */
  | { kind: "stale" };

/** A run that was taken on, and its events from the first on, as `events` gives them. */
export interface FollowedRun {
  report: RunReport;
  /** Null where nothing was started, or the run is over and forgotten. */
  lines: ReadableStream<Uint8Array> | null;
}

/**
 * A reader's place in the numbering of its dialect, where one event of the run makes `weights[type]`
 * of the dialect's, or one where its type is not named.
 */
export interface ReaderPlace {
  /** The last of the dialect's events that the reader has seen; 0 before the first. */
  after: number;
  weights: Partial<Record<RunEvent["type"], number>>;
  /** See `VOCABULARY`. Absent: the first. */
  vocabulary?: number;
}

/** The run's events up to `seq` make `told` of the dialect's, and none of them is news to the reader. */
export interface Located {
  seq: number;
  told: number;
}

/** How far a follower of a thread has come: the order number of a message, the number of a journal's row. */
export interface ThreadPlace {
  message: number;
  event: number;
}

/** One thing that happened on a thread; `place` is the follower's once it has taken it. */
export type ThreadItem = { place: ThreadPlace } & (
  | { message: Message }
  /** `row` is the event's first in the journal, `place` has its last. */
  | { row: number; runId: string; seq: number; event: RunEvent }
  /** Nothing yet: where following begins, for those who asked with `tellsStart`. */
  | { start: true }
);

/** Where following begins: behind this message and this row. */
export interface FollowFrom {
  message: number;
  /** Null: with the run that is at work, from its start, or else with the next one. */
  event: number | null;
  tellsStart?: true;
  /** See `VOCABULARY`. Absent: the first. */
  vocabulary?: number;
}

/** How far an object has come. */
export interface Latest {
  /** The newest row of its journal that may be told. */
  row: number;
  /** It has runs that have not ended. */
  isAtWork: boolean;
  /** And does not only wait for their clients. Absent in an earlier release. */
  isUnderWay?: boolean;
}

/**
 * The object's methods, as the client sees them over RPC. Failures are values: see `Outcome`. A run
 * that the object does not know, or knows no longer, is `not_found`: ask the store. For minutes after
 * a deploy the Worker of one release meets objects of another: methods, arguments and fields are added
 * and never changed, and who calls a new method expects an object that lacks it (`lacksMethod`).
 */
export interface CoordinatorRpc {
  /** Takes the run on. Repeated with the same run id it answers again and does nothing. */
  start(start: StartRun): Promise<Outcome<RunReport>>;
  /** `start` and then `wait`, in one call. */
  startAndWait(start: StartRun): Promise<Outcome<RunReport>>;
  /** `start` and then `events` from the first on, in one call. */
  startAndFollow(start: StartRun, vocabulary: number): Promise<Outcome<FollowedRun>>;
  /** Resolves when the run has ended or waits for its client; the run at that moment. */
  wait(runId: string): Promise<Outcome<RunReport>>;
  read(runId: string): Promise<Outcome<RunReport>>;
  /** Stops the run and resolves when it has ended, one way or the other. */
  cancel(runId: string): Promise<Outcome<RunReport>>;
  submit(runId: string, outputs: SubmittedOutput[]): Promise<Outcome<RunReport>>;
  /** Where the reader's news begins. */
  locate(runId: string, place: ReaderPlace): Promise<Outcome<Located>>;
  /**
   * The run's events with a number above `after`, as NDJSON lines of `NumberedEvent`, replayed and
   * then live, up to `run-end`. An empty line is a keep-alive.
   * @param vocabulary See `VOCABULARY`. Absent: the first.
   */
  events(
    runId: string,
    after: number,
    vocabulary?: number,
  ): Promise<Outcome<ReadableStream<Uint8Array>>>;
  /** NDJSON of `ThreadNews`, as far as it is known and then live; an empty line is a keep-alive. */
  follow(thread: ThreadAddress, from: FollowFrom): Promise<Outcome<ReadableStream<Uint8Array>>>;
  /** Null where the object has nothing to tell. Asking leaves no trace in it. */
  latest(): Promise<Latest | null>;
  /** Messages have come to the thread: its followers will want to know. */
  notifyMessages(): Promise<void>;
  /** Delivers once more what the store has made due again. */
  redeliver(delivery: DeliveryAddress): Promise<void>;
  /** Ends its run, forgets everything, closes its sockets, wakes for nothing any more. */
  erase(): Promise<void>;
  /** Takes a WebSocket: see `openSocket`. */
  fetch(request: Request): Promise<Response>;
}
