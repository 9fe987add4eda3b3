/**
 * The desk of one thread: takes runs on, lets one at a time work, stops them, hands out their events.
 * All that must survive lies in the tables; a desk built anew on them, after a crash, goes on.
 */
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { Run } from "../../domain/run";
import { JOURNAL, RUN } from "../../limits";
import type { ThreadAddress } from "../../store/threads/thread-tail";
import { Teller } from "../events/event-writer";
import { Journal } from "../events/journal";
import { RunSources } from "../events/run-stream";
import { Readers } from "../events/subscribers";
import { ThreadFeed } from "../events/thread-feed";
import { Acceptance } from "../queue/admission";
import { describeOpen } from "../queue/describe-run";
import { Endings } from "../queue/run-finalizer";
import { Turns } from "../queue/run-queue";
import { type RunRow, RunTable } from "../queue/run-table";
import { StepTable } from "../queue/step-log";
import { submitOutputs } from "../queue/submit-outputs";
import { Herald } from "../webhooks/dispatcher";
import { armAlarms } from "./arm-alarms";
import type { DeskParts, Dependencies } from "./context";
import { NamedAlarms } from "./named-alarms";
import type {
  DeliveryAddress,
  FollowFrom,
  Located,
  ReaderPlace,
  RunReport,
  StartRun,
  SubmittedOutput,
} from "./protocol";
import { transaction } from "./transaction";

type Waiter = (report: Outcome<RunReport>) => void;

export class Desk {
  readonly #parts: DeskParts;
  readonly #acceptance: Acceptance;
  readonly #endings: Endings;
  readonly #turns: Turns;
  readonly #sources: RunSources;
  /** Memory: calls that wait for a run; their callers come back after a crash. */
  readonly #waiters = new Map<string, Set<Waiter>>();
  /** Memory: the thread's followers, once there has been one. */
  #feed: ThreadFeed | null = null;
  /** Memory: notes for listings, one after the other. */
  #noted: Promise<void> = Promise.resolve();

  /** On tables that are there: see `migrate`. */
  constructor(ports: Dependencies) {
    const { storage, clock } = ports;
    const journal = new Journal(storage.sql);
    const readers = new Readers(clock);
    const alarms: DeskParts["alarms"] = new NamedAlarms(storage.sql, ports.alarm);
    this.#sources = new RunSources(journal, journal.lastN(clock.now()));
    this.#parts = {
      ...ports,
      table: new RunTable(storage.sql),
      journal,
      steps: new StepTable(storage.sql),
      alarms,
      readers,
      herald: new Herald({ ...ports, alarms, isClosed: () => this.#parts.closed }),
      teller: new Teller({
        journal,
        clock,
        sync: () => storage.sync(),
        report: ports.report,
        onTold: (n, chars) => {
          this.#sources.toldUpTo(n);
          readers.ring(chars);
          this.#feed?.toldUpTo(n, chars);
        },
      }),
      closed: false,
      transaction: (fn) => transaction(storage, journal, fn),
      onMessages: () => this.#feed?.notice(),
      noteStatus: (projectId, runId, status) => {
        const noted = this.#noted.then(() =>
          ports.records.noteStatus({ projectId, runId, status }),
        );
        this.#noted = noted.catch((error: unknown) => {
          ports.report("where a run stands could not be noted", error);
        });
      },
      onMilestone: (runId, run) => this.#onMilestone(runId, run),
    };
    this.#endings = new Endings(this.#parts);
    this.#turns = new Turns(this.#parts, this.#endings);
    this.#acceptance = new Acceptance(this.#parts);
  }

  /** Goes on with whatever an earlier life left unfinished. Harmless while everything is in hand. */
  resume(): void {
    if (this.#parts.closed) {
      return;
    }
    for (const { id, phase, status } of this.#parts.table.open()) {
      if (phase === "taken") {
        void this.#acceptance.admit(id).then(() => this.resume());
      } else if (phase === "withdrawn") {
        void this.#acceptance.withdraw(id).catch((error: unknown) => {
          this.#parts.report("a run could not be withdrawn", error);
        });
      } else if (phase === "decided") {
        void this.#endings.record(id);
      } else if (status === "queued") {
        this.#turns.makeWay(id);
      }
    }
    this.#turns.next();
  }

  async start(start: StartRun): Promise<Outcome<RunReport>> {
    const { runId } = start.request;
    const accepted = await this.#acceptance.accept(start);
    this.#turns.makeWay(runId);
    this.#turns.next();
    return accepted.ok ? this.read(runId) : accepted;
  }

  async wait(runId: string): Promise<Outcome<RunReport>> {
    const row = this.#find(runId);
    if (row === null || row.phase === "ended" || row.status === "requires_action") {
      return this.read(runId);
    }
    return this.#milestone(runId);
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
    if (row.phase === "taken") {
      await this.#acceptance.admit(runId);
    }
    const end = this.#milestone(runId);
    this.#turns.stop(runId, "cancel");
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
    this.#turns.next();
    return this.read(runId);
  }

  async locate(runId: string, place: ReaderPlace): Promise<Outcome<Located>> {
    return this.#find(runId) === null
      ? unknown(runId)
      : success(this.#parts.journal.locate(runId, place));
  }

  async events(runId: string, after: number): Promise<Outcome<ReadableStream<Uint8Array>>> {
    return this.#find(runId) === null
      ? unknown(runId)
      : success(this.#parts.readers.open(this.#sources.of(runId), after));
  }

  /** The thread's news from there on; it fails where there is no such thread. */
  async follow(
    thread: ThreadAddress,
    { message, event }: FollowFrom,
  ): Promise<Outcome<ReadableStream<Uint8Array>>> {
    const stream = await this.#feedOf(thread).follow({
      message,
      event: event ?? this.#startOfWork(),
    });
    return stream === null
      ? failed({ kind: "not_found", entity: "thread", id: thread.threadId })
      : success(stream);
  }

  /** Messages have come to the thread. */
  notice(): void {
    this.#feed?.notice();
  }

  /** Delivers once more what the store has made due again. */
  redeliver(delivery: DeliveryAddress): void {
    this.#parts.herald.redeliver(delivery);
  }

  async alarm(): Promise<void> {
    const { alarms, clock, report } = this.#parts;
    await alarms.fire(
      clock.now(),
      {
        deadline: (nowMs) => this.#turns.expire(nowMs),
        watch: () => this.resume(),
        sweep: (nowMs) => this.#sweep(nowMs),
        tell: () => this.#parts.herald.tell(),
      },
      {
        retryMs: RUN.watchMs,
        onError: (name, error) => report(`the alarm ${name} failed`, error),
      },
    );
    armAlarms(this.#parts);
  }

  /** Nothing is left that the object would have to keep. */
  get isIdle(): boolean {
    const { table, readers, herald } = this.#parts;
    const listeners = readers.count + (this.#feed?.count ?? 0);
    const isAtRest = table.open().length === 0 && table.ended().length === 0;
    return isAtRest && listeners === 0 && !herald.hasNews();
  }

  /** Stops everything where it stands: the tables are about to go. */
  close(): void {
    this.#parts.closed = true;
    this.#turns.drop();
    this.#parts.teller.drop();
    this.#parts.readers.closeAll();
    this.#feed?.close();
    for (const [runId, waiters] of this.#waiters) {
      for (const waiter of waiters) {
        waiter(unknown(runId));
      }
    }
    this.#waiters.clear();
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
          if (!this.#parts.closed && this.isIdle) {
            onIdle();
          }
        },
      },
      this.#sources.toldN,
    );
    return this.#feed;
  }

  /** The row before the first of the run at work; without one, the newest that may be told. */
  #startOfWork(): number {
    const { table, journal, clock } = this.#parts;
    const [atWork] = table.open();
    return atWork === undefined || atWork.status === "queued"
      ? this.#sources.toldN
      : journal.startOf(atWork.id, clock.now());
  }

  /** One that is being withdrawn was never there. */
  #find(runId: string): RunRow | null {
    const row = this.#parts.table.read(runId);
    return row?.phase === "withdrawn" ? null : row;
  }

  #milestone(runId: string): Promise<Outcome<RunReport>> {
    return new Promise((resolve) => {
      const waiters = this.#waiters.get(runId) ?? new Set();
      this.#waiters.set(runId, waiters.add(resolve));
    });
  }

  #onMilestone(runId: string, run: Run | null): void {
    for (const waiter of this.#waiters.get(runId) ?? []) {
      waiter(success(reportOf(run)));
    }
    this.#waiters.delete(runId);
    this.#turns.next();
  }

  #sweep(nowMs: number): void {
    const { table, journal } = this.#parts;
    const old = table
      .ended()
      .filter(({ endedAtMs }) => endedAtMs !== null && endedAtMs + JOURNAL.keepMs <= nowMs);
    this.#parts.transaction(() => {
      for (const { id } of old) {
        journal.remove(id);
        table.remove(id);
      }
    });
  }
}

function unknown(runId: string): { ok: false; failure: Failure } {
  return failed({ kind: "not_found", entity: "run", id: runId });
}

function reportOf(run: Run | null): RunReport {
  return run === null ? { kind: "recorded" } : { kind: "run", run };
}
