/**
 * The coordinator of one thread: takes runs on, lets one at a time work, stops them, hands out their events.
 * All that must survive lies in the tables; a coordinator built anew on them, after a crash, goes on.
 */
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { Run } from "../../domain/run";
import { RUN } from "../../limits";
import type { ThreadAddress } from "../../store/threads/thread-tail";
import { EventWriter } from "../events/event-writer";
import { Journal } from "../events/journal";
import { UNKNOWN_AT_FIRST, understoodLines } from "../events/older-readers";
import { RunStream } from "../events/run-stream";
import { Subscribers } from "../events/subscribers";
import { ThreadFeed } from "../events/thread-feed";
import { Admission } from "../queue/admission";
import { describeOpen } from "../queue/describe-run";
import { RunFinalizer } from "../queue/run-finalizer";
import { RunQueue } from "../queue/run-queue";
import { type RunRow, RunTable } from "../queue/run-table";
import { StepTable } from "../queue/step-log";
import { submitOutputs } from "../queue/submit-outputs";
import { WebhookDispatcher } from "../webhooks/dispatcher";
import { armAlarms, restoreAlarms } from "./arm-alarms";
import type { RunContext, Dependencies } from "./context";
import { NamedAlarms } from "./named-alarms";
import { PendingWaits } from "./pending-waits";
import type {
  DeliveryAddress,
  FollowFrom,
  Latest,
  Located,
  ReaderPlace,
  RunReport,
  StartRun,
  SubmittedOutput,
} from "./protocol";
import { leavesNothing, sweep } from "./sweep";
import { transaction } from "./transaction";

export class RunCoordinator {
  readonly #parts: RunContext;
  /** Memory: aborted when the tables go. */
  readonly #erasing = new AbortController();
  readonly #admission: Admission;
  readonly #finalizer: RunFinalizer;
  readonly #queue: RunQueue;
  readonly #runStream: RunStream;
  readonly #waits = new PendingWaits();
  /** Memory: the thread's followers, once there has been one. */
  #feed: ThreadFeed | null = null;
  /** Memory: notes for listings, one after the other. */
  #noted: Promise<void> = Promise.resolve();

  /** On tables that are there: see `migrate`. */
  constructor(ports: Dependencies) {
    const { storage, clock } = ports;
    const { signal: erased } = this.#erasing;
    const table = new RunTable(storage.sql);
    const journal = new Journal(storage.sql, table);
    const subscribers = new Subscribers(clock);
    const alarms: RunContext["alarms"] = new NamedAlarms(ports.alarm, RUN.watchMs);
    this.#runStream = new RunStream(journal, journal.lastOffset(clock.now()));
    const steps = new StepTable(storage.sql);
    this.#parts = {
      ...ports,
      table,
      journal,
      steps,
      alarms,
      subscribers,
      dispatcher: new WebhookDispatcher({ ...ports, alarms, erased }),
      writer: new EventWriter({
        journal,
        clock,
        sync: () => storage.sync(),
        report: ports.report,
        writeSteps: () => steps.write(),
        onDurable: (n, chars) => {
          this.#runStream.advance(n);
          subscribers.notify(chars);
          this.#feed?.advance(n, chars);
        },
      }),
      erased,
      snapshots: new Map(),
      transaction: (fn) => this.#transaction(fn),
      onMessages: () => this.#feed?.notifyMessages(),
      updateStatus: (projectId, runId, status) => {
        const noted = this.#noted.then(() =>
          ports.records.updateStatus({ projectId, runId, status }),
        );
        this.#noted = noted.catch((error: unknown) => {
          ports.report("where a run stands could not be noted", error);
        });
      },
      onSettled: (runId, run) => this.#onSettled(runId, run),
    };
    this.#finalizer = new RunFinalizer(this.#parts);
    this.#queue = new RunQueue(this.#parts, this.#finalizer);
    this.#admission = new Admission(this.#parts);
    restoreAlarms(this.#parts, this.#parts.dispatcher.nextAtMs());
  }

  /** Goes on with whatever an earlier attempt left unfinished. Harmless while everything is in hand. */
  resume(): void {
    if (this.#erasing.signal.aborted) {
      return;
    }
    for (const { id, phase, status } of this.#parts.table.open()) {
      if (phase === "accepted") {
        void this.#admission.admit(id).then(() => this.resume());
      } else if (phase === "rolled_back") {
        void this.#admission.withdraw(id).catch((error: unknown) => {
          this.#parts.report("a run could not be withdrawn", error);
        });
      } else if (phase === "finalizing") {
        void this.#finalizer.record(id);
      } else if (status === "queued") {
        this.#queue.preemptOlder(id);
      }
    }
    this.#queue.next();
  }

  async start(start: StartRun): Promise<Outcome<RunReport>> {
    const { runId } = start.request;
    const accepted = await this.#admission.accept(start);
    this.#queue.preemptOlder(runId);
    this.#queue.next();
    if (!accepted.ok) {
      return accepted;
    }
    return accepted.value === "stale" ? success({ kind: "stale" }) : this.read(runId);
  }

  async wait(runId: string): Promise<Outcome<RunReport>> {
    const row = this.#find(runId);
    if (row === null || row.phase === "ended" || row.status === "requires_action") {
      return this.read(runId);
    }
    return this.#waits.of(runId);
  }

  async read(runId: string): Promise<Outcome<RunReport>> {
    if (this.#find(runId) === null) {
      return unknown(runId);
    }
    return success(reportOf(describeOpen(this.#parts, runId)));
  }

  async cancel(runId: string): Promise<Outcome<RunReport>> {
    const row = this.#find(runId);
    if (row === null || row.phase === "ended") {
      return this.read(runId);
    }
    if (row.phase === "accepted") {
      await this.#admission.admit(runId);
    }
    const end = this.#waits.of(runId);
    this.#queue.stop(runId, "cancel");
    return end;
  }

  async submit(runId: string, outputs: readonly SubmittedOutput[]): Promise<Outcome<RunReport>> {
    if (this.#find(runId) === null) {
      return unknown(runId);
    }
    const refusal = submitOutputs(this.#parts, runId, outputs);
    if (refusal !== null) {
      return failed(refusal);
    }
    this.#queue.next();
    return this.read(runId);
  }

  async locate(runId: string, place: ReaderPlace): Promise<Outcome<Located>> {
    return this.#find(runId) === null
      ? unknown(runId)
      : success(this.#parts.journal.locate(runId, weighed(place)));
  }

  async events(
    runId: string,
    after: number,
    vocabulary?: number,
  ): Promise<Outcome<ReadableStream<Uint8Array>>> {
    if (this.#find(runId) === null) {
      return unknown(runId);
    }
    // A new reader does not wait for the end of a window.
    this.#parts.writer.gather();
    const lines = understoodLines(this.#runStream.of(runId), vocabulary);
    return success(this.#parts.subscribers.open(lines, after));
  }

  /** The thread's news from there on; it fails where there is no such thread. */
  async follow(
    thread: ThreadAddress,
    { message, event, tellsStart, vocabulary }: FollowFrom,
  ): Promise<Outcome<ReadableStream<Uint8Array>>> {
    const place = { message, event: event ?? this.#startOfWork() };
    const how = { tellsStart: tellsStart === true, vocabulary };
    const stream = await this.#feedOf(thread).follow(place, how);
    return stream === null
      ? failed({ kind: "not_found", entity: "thread", id: thread.threadId })
      : success(stream);
  }

  latest(): Latest {
    return {
      row: this.#runStream.durableOffset,
      isAtWork: this.#parts.table.open().length > 0,
    };
  }

  /** Messages have come to the thread. */
  notifyMessages(): void {
    this.#feed?.notifyMessages();
  }

  /** Delivers once more what the store has made due again. */
  redeliver(delivery: DeliveryAddress): void {
    this.#parts.dispatcher.redeliver(delivery);
  }

  async alarm(): Promise<void> {
    const { alarms, clock, report } = this.#parts;
    await alarms.fire(
      clock.now(),
      {
        deadline: (nowMs) => this.#queue.expire(nowMs),
        watch: () => this.resume(),
        sweep: (nowMs) => this.#sweep(nowMs),
        tell: () => this.#parts.dispatcher.dispatch(),
      },
      {
        retryMs: RUN.watchMs,
        onError: (name, error) => report(`the alarm ${name} failed`, error),
        onDone: () => {
          if (!this.isIdle) {
            armAlarms(this.#parts);
          }
        },
      },
    );
  }

  /** Nothing is left that the object would have to keep. */
  get isIdle(): boolean {
    const { table, clock } = this.#parts;
    const isEmpty = table.open().length === 0 && table.firstEndAtMs() === null;
    return this.#isUnheard && (isEmpty || leavesNothing(this.#parts, clock.now()));
  }

  /** Nobody listens, and nothing is to be told. */
  get #isUnheard(): boolean {
    const { subscribers, dispatcher } = this.#parts;
    return subscribers.count + (this.#feed?.count ?? 0) === 0 && dispatcher.nextAtMs() === null;
  }

  /** What is all old goes with the whole object, as the shell finds it idle. */
  #sweep(nowMs: number): void {
    if (!(this.#isUnheard && leavesNothing(this.#parts, nowMs))) {
      sweep(this.#parts, nowMs);
    }
  }

  /** Stops everything where it stands: the tables are about to go. */
  close(): void {
    this.#erasing.abort();
    this.#parts.alarm.clear();
    this.#queue.drop();
    this.#parts.writer.drop();
    this.#parts.journal.dropMemory();
    this.#parts.steps.dropMemory();
    this.#parts.subscribers.closeAll();
    this.#feed?.close();
    this.#waits.settleAll(unknown);
  }

  /**
   * What was told before it is written before it, and stays where it is rolled back; the alarm is then
   * armed for what is left.
   */
  #transaction<T>(fn: () => T): T {
    this.#parts.writer.write();
    try {
      return transaction({ ...this.#parts }, fn);
    } catch (error) {
      this.#parts.alarms.dropMemory();
      armAlarms(this.#parts);
      throw error;
    }
  }

  #feedOf(thread: ThreadAddress): ThreadFeed {
    const { journal, clock, report, tailOf, onIdle } = this.#parts;
    this.#feed ??= new ThreadFeed(
      {
        journal,
        clock,
        report,
        tail: tailOf(thread),
        onDeserted: () => {
          if (!this.#erasing.signal.aborted && this.isIdle) {
            onIdle();
          }
        },
      },
      this.#runStream.durableOffset,
    );
    return this.#feed;
  }

  /** The row before the first of the run at work; without one, the newest that may be told. */
  #startOfWork(): number {
    const { table, journal, clock } = this.#parts;
    const [atWork] = table.open();
    return atWork === undefined || atWork.status === "queued"
      ? this.#runStream.durableOffset
      : journal.startOf(atWork.id, clock.now());
  }

  /** One that is being withdrawn was never there. */
  #find(runId: string): RunRow | null {
    const row = this.#parts.table.read(runId);
    return row?.phase === "rolled_back" ? null : row;
  }

  #onSettled(runId: string, run: Run | null): void {
    this.#waits.settle(runId, success(reportOf(run)));
    this.#queue.next();
  }
}

function unknown(runId: string): { ok: false; failure: Failure } {
  return failed({ kind: "not_found", entity: "run", id: runId });
}

/** Of a Worker that lacks words for some events: they weigh nothing. */
function weighed(place: ReaderPlace): ReaderPlace {
  return place.vocabulary === undefined
    ? { ...place, weights: { ...place.weights, ...UNKNOWN_AT_FIRST } }
    : place;
}

function reportOf(run: Run | null): RunReport {
  return run === null ? { kind: "recorded" } : { kind: "run", run };
}
