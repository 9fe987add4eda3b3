/**
 * The coordinator of one thread: takes runs on, lets one at a time work, stops them, hands out their events.
 * All that must survive lies in the tables; a coordinator built anew on them, after a crash, goes on.
 */
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { Run } from "../../domain/run";
import { RUN } from "../../limits";
import type { ThreadAddress } from "../../store/threads/thread-tail";
import { UNKNOWN_AT_FIRST, understoodLines } from "../events/older-readers";
import { RunStream } from "../events/run-stream";
import { Subscribers } from "../events/subscribers";
import { ThreadFeed } from "../events/thread-feed";
import { describeOpen } from "../queue/describe-run";
import type { RunRow } from "../queue/object-run-table";
import { armAlarms, isUnderWay, restoreAlarms } from "./arm-alarms";
import { type ComposedRuns, composeRuns } from "./compose-runs";
import type { Dependencies } from "./dependencies";
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

export class RunCoordinator {
  readonly #ports: Dependencies;
  readonly #runs: ComposedRuns;
  /** Memory: aborted when the tables go. */
  readonly #erasing = new AbortController();
  readonly #subscribers: Subscribers;
  readonly #runStream: RunStream;
  readonly #waits = new PendingWaits();
  /** Memory: the thread's followers, once there has been one. */
  #feed: ThreadFeed | null = null;

  /** On tables that are there: see `migrate`. */
  constructor(ports: Dependencies) {
    this.#ports = ports;
    this.#subscribers = new Subscribers(ports.clock);
    this.#runs = composeRuns(ports, {
      erased: this.#erasing.signal,
      isHeard: () => this.#listeners > 0,
      onDurable: (n, chars) => {
        this.#runStream.advance(n);
        this.#subscribers.notify(chars);
        this.#feed?.advance(n, chars);
      },
      onMessages: () => this.#feed?.notifyMessages(),
      onLost: (runId) => this.#waits.settle(runId, unknown(runId)),
      onSettled: (runId, run) => this.#onSettled(runId, run),
    });
    const { journal, state, dispatcher } = this.#runs;
    this.#runStream = new RunStream(journal, journal.lastOffset(ports.clock.now()));
    restoreAlarms(state, dispatcher.nextAtMs());
  }

  /** Goes on with whatever an earlier attempt left unfinished. Harmless while everything is in hand. */
  resume(): void {
    if (this.#erasing.signal.aborted) {
      return;
    }
    for (const { id, phase, status } of this.#runs.table.open()) {
      if (phase === "accepted") {
        void this.#runs.admission.admit(id).then(() => this.resume());
      } else if (phase === "rolled_back") {
        void this.#runs.admission.withdraw(id).catch((error: unknown) => {
          this.#ports.report("a run could not be withdrawn", error);
        });
      } else if (phase === "finalizing") {
        void this.#runs.finalizer.record(id);
      } else if (status === "queued") {
        this.#runs.queue.preemptOlder(id);
      }
    }
    this.#runs.queue.next();
  }

  async start(start: StartRun): Promise<Outcome<RunReport>> {
    const { runId } = start.request;
    const accepted = await this.#runs.admission.accept(start);
    this.#runs.queue.preemptOlder(runId);
    this.#runs.queue.next();
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
    const { meter } = this.#ports;
    return success(reportOf(describeOpen({ ...this.#runs, meter }, runId)));
  }

  async cancel(runId: string): Promise<Outcome<RunReport>> {
    if (this.#find(runId)?.phase === "accepted") {
      await this.#runs.admission.admit(runId);
    }
    if (this.#erasing.signal.aborted) {
      return unknown(runId);
    }
    const row = this.#find(runId);
    if (row === null || row.phase === "ended") {
      return this.read(runId);
    }
    const end = this.#waits.of(runId);
    this.#runs.queue.stop(runId, "cancel");
    return end;
  }

  async submit(runId: string, outputs: readonly SubmittedOutput[]): Promise<Outcome<RunReport>> {
    if (this.#find(runId) === null) {
      return unknown(runId);
    }
    const refusal = this.#runs.submit(runId, outputs);
    if (refusal !== null) {
      return failed(refusal);
    }
    this.#runs.queue.next();
    return this.read(runId);
  }

  async locate(runId: string, place: ReaderPlace): Promise<Outcome<Located>> {
    return this.#find(runId) === null
      ? unknown(runId)
      : success(this.#runs.journal.locate(runId, weighed(place)));
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
    this.#runs.writer.hasten();
    const lines = understoodLines(this.#runStream.of(runId), vocabulary);
    return success(this.#subscribers.open(lines, after));
  }

  /** The thread's news from there on; it fails where there is no such thread. */
  async follow(
    thread: ThreadAddress,
    { message, event, tellsStart, vocabulary }: FollowFrom,
  ): Promise<Outcome<ReadableStream<Uint8Array>>> {
    this.#runs.writer.hasten();
    const place = { message, event: event ?? this.#startOfWork() };
    const how = { tellsStart: tellsStart === true, vocabulary };
    const stream = await this.#feedOf(thread).follow(place, how);
    return stream === null
      ? failed({ kind: "not_found", entity: "thread", id: thread.threadId })
      : success(stream);
  }

  latest(): Latest {
    const { durableOffset: row } = this.#runStream;
    const open = this.#runs.table.open();
    return { row, isAtWork: open.length > 0, isUnderWay: isUnderWay(open) };
  }

  /** Messages have come to the thread. */
  notifyMessages(): void {
    this.#feed?.notifyMessages();
  }

  /** Delivers once more what the store has made due again. */
  redeliver(delivery: DeliveryAddress): void {
    this.#runs.dispatcher.redeliver(delivery);
  }

  async alarm(): Promise<void> {
    const { clock, report } = this.#ports;
    await this.#runs.state.alarms.fire(
      clock.now(),
      {
        deadline: (nowMs) => this.#runs.queue.expire(nowMs),
        watch: () => this.resume(),
        sweep: (nowMs) => this.#sweep(nowMs),
        tell: () => this.#runs.dispatcher.dispatch(),
      },
      {
        retryMs: RUN.watchMs,
        onError: (name, error) => report(`the alarm ${name} failed`, error),
        onDone: () => {
          if (!this.isIdle) {
            armAlarms(this.#runs.state);
          }
        },
      },
    );
  }

  /** Nothing is left that the object would have to keep. */
  get isIdle(): boolean {
    const { table } = this.#runs;
    const isEmpty = table.open().length === 0 && table.firstEndAtMs() === null;
    return this.#isUnheard && (isEmpty || leavesNothing(table, this.#ports.clock.now()));
  }

  /** Nobody listens, and nothing is to be told. */
  get #isUnheard(): boolean {
    const { dispatcher } = this.#runs;
    return this.#listeners === 0 && dispatcher.nextAtMs() === null;
  }

  get #listeners(): number {
    return this.#subscribers.count + (this.#feed?.count ?? 0);
  }

  /** What is all old goes with the whole object, as the shell finds it idle. */
  #sweep(nowMs: number): void {
    if (!(this.#isUnheard && leavesNothing(this.#runs.table, nowMs))) {
      const { journal, steps, state } = this.#runs;
      sweep({ ...state, journal, steps }, nowMs);
    }
  }

  /** Stops everything where it stands: the tables are about to go. */
  close(): void {
    this.#erasing.abort();
    this.#ports.alarm.clear();
    this.#runs.queue.drop();
    this.#runs.writer.drop();
    this.#runs.journal.dropMemory();
    this.#runs.steps.dropMemory();
    this.#subscribers.closeAll();
    this.#feed?.close();
    this.#waits.settleAll(unknown);
  }

  #feedOf(thread: ThreadAddress): ThreadFeed {
    const { clock, report, tailOf, onIdle } = this.#ports;
    this.#feed ??= new ThreadFeed(
      {
        journal: this.#runs.journal,
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
    const { table, journal } = this.#runs;
    const [atWork] = table.open();
    return atWork === undefined || atWork.status === "queued"
      ? this.#runStream.durableOffset
      : journal.startOf(atWork.id, this.#ports.clock.now());
  }

  /** One that is being withdrawn was never there. */
  #find(runId: string): RunRow | null {
    const row = this.#runs.table.read(runId);
    return row?.phase === "rolled_back" ? null : row;
  }

  #onSettled(runId: string, run: Run | null): void {
    this.#waits.settle(runId, success(reportOf(run)));
    this.#runs.queue.next();
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
