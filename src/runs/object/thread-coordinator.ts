/**
 * The Durable Object of one thread, or of one run without a thread: a shell around its coordinator. It has
 * tables only while there is something to keep; a thread that is only read leaves nothing here.
 */
import { DurableObject } from "cloudflare:workers";

import { engineDepsOf } from "../../adapters/engine-deps";
import { webhooksOf } from "../../adapters/webhook-records";
import { type Failure, type Outcome, failed } from "../../domain/failure";
import { executeRun } from "../../engine/execute-run";
import { OUTBOUND } from "../../limits";
import { ConnectionSlots } from "../../net/connection-slots";
import { log } from "../../observability/log";
import { logRun } from "../../observability/log-run";
import type { ThreadAddress } from "../../store/threads/thread-tail";
import { WindowLag } from "../events/window-lag";
import { ObjectSockets } from "../sockets/object-sockets";
import { SharedAlarm } from "../sockets/shared-alarm";
import type { SocketDialect } from "../sockets/socket-dialect";
import { systemClock } from "./clock";
import type { Dependencies } from "./dependencies";
import { alarmSlotOf, recordsIn, reportError, tailIn } from "./object-dependencies";
import { isInstalled, migrate } from "./object-tables";
import type { Presenters } from "./presenters";
import { Probation } from "./probation";
import type {
  CoordinatorRpc,
  DeliveryAddress,
  FollowFrom,
  FollowedRun,
  Latest,
  Located,
  ReaderPlace,
  RunReport,
  StartRun,
  SubmittedOutput,
} from "./protocol";
import { RunCoordinator } from "./run-coordinator";
import { RunMeter } from "./run-meter";
import { startAndFollow, startAndWait } from "./start-and-then";

/** Of a socket whose thread is deleted. */
const CHAT_GONE = 4404;

/** Memory of this isolate. */
const probation = new Probation(systemClock);
const lag = new WindowLag();

/** The Durable Object of one thread, or of one run that has none: a shell over `RunCoordinator`. */
export class ThreadCoordinator extends DurableObject<Env> implements CoordinatorRpc {
  /** Memory: null while there are no tables. */
  #coordinator: RunCoordinator | null = null;
  /** Memory: of all that the object's runs have open to the outside. */
  readonly #connections = new ConnectionSlots(OUTBOUND.maxAtOnce);

  readonly #presenters: Presenters;
  readonly #sockets: ObjectSockets;
  readonly #alarm: SharedAlarm;

  /**
   * @param presenters Of the dialect in which a project is told of its runs.
   * @param dialect What its sockets speak.
   */
  constructor(state: DurableObjectState, env: Env, presenters: Presenters, dialect: SocketDialect) {
    super(state, env);
    this.#presenters = presenters;
    this.#alarm = new SharedAlarm(state.storage);
    this.#sockets = new ObjectSockets(state, dialect, {
      wakeAt: (atMs) => state.waitUntil(this.#alarm.setForSockets(atMs)),
      restart: () => this.#restart(),
    });
    this.#alarm.restoreForSockets(this.#sockets.dueAtMs);
    this.#sockets.goOn();
    if (isInstalled(state.storage.sql)) {
      this.#open().resume();
    }
  }

  async start(start: StartRun): Promise<Outcome<RunReport>> {
    const started = await this.#open().start(start);
    await this.#forgetIfIdle();
    return started;
  }

  async startAndWait(start: StartRun): Promise<Outcome<RunReport>> {
    const ended = await startAndWait(this.#open(), start);
    await this.#forgetIfIdle();
    return ended;
  }

  async startAndFollow(start: StartRun, vocabulary: number): Promise<Outcome<FollowedRun>> {
    const started = await startAndFollow(this.#open(), start, vocabulary);
    await this.#forgetIfIdle();
    return started;
  }

  async wait(runId: string): Promise<Outcome<RunReport>> {
    return this.#coordinator?.wait(runId) ?? unknown(runId);
  }

  async read(runId: string): Promise<Outcome<RunReport>> {
    return this.#coordinator?.read(runId) ?? unknown(runId);
  }

  async cancel(runId: string): Promise<Outcome<RunReport>> {
    return this.#coordinator?.cancel(runId) ?? unknown(runId);
  }

  async submit(runId: string, outputs: SubmittedOutput[]): Promise<Outcome<RunReport>> {
    return this.#coordinator?.submit(runId, outputs) ?? unknown(runId);
  }

  async locate(runId: string, place: ReaderPlace): Promise<Outcome<Located>> {
    return this.#coordinator?.locate(runId, place) ?? unknown(runId);
  }

  async events(
    runId: string,
    after: number,
    vocabulary?: number,
  ): Promise<Outcome<ReadableStream<Uint8Array>>> {
    return this.#coordinator?.events(runId, after, vocabulary) ?? unknown(runId);
  }

  follow(thread: ThreadAddress, from: FollowFrom): Promise<Outcome<ReadableStream<Uint8Array>>> {
    return this.#open().follow(thread, from);
  }

  async latest(): Promise<Latest | null> {
    return this.#coordinator?.latest() ?? null;
  }

  async notifyMessages(): Promise<void> {
    this.#coordinator?.notifyMessages();
  }

  async redeliver(delivery: DeliveryAddress): Promise<void> {
    this.#open().redeliver(delivery);
  }

  async erase(): Promise<void> {
    this.#sockets.closeAll(CHAT_GONE, "The chat is gone.");
    await this.#forget();
  }

  override async fetch(request: Request): Promise<Response> {
    return this.#sockets.accept(request);
  }

  override async webSocketMessage(socket: WebSocket, frame: string | ArrayBuffer): Promise<void> {
    await this.#sockets.hear(socket, frame);
  }

  override webSocketClose(socket: WebSocket): void {
    this.#sockets.leave(socket);
  }

  override webSocketError(socket: WebSocket): void {
    this.#sockets.leave(socket);
  }

  async #forget(): Promise<void> {
    const coordinator = this.#coordinator;
    this.#coordinator = null;
    coordinator?.close();
    await this.ctx.storage.deleteAll();
    this.#alarm.rang();
    await this.#alarm.setForSockets(this.#sockets.dueAtMs);
  }

  /** Once what this turn has written is kept. */
  #restart(): void {
    log.warn("an object was ended for a socket whose client does not read", {});
    setTimeout(() => this.ctx.abort("a socket whose client does not read"), 0);
  }

  override async alarm(): Promise<void> {
    this.#alarm.rang();
    await this.#coordinator?.alarm();
    await this.#sockets.watch(Date.now(), this.#coordinator?.latest().isUnderWay === true);
    await this.#forgetIfIdle();
  }

  async #forgetIfIdle(): Promise<void> {
    if (this.#coordinator?.isIdle === true) {
      await this.#forget();
    }
  }

  /** What it stands on; a test may put something else there. */
  protected dependencies(): Dependencies {
    const meter = new RunMeter();
    const envOf = (runId: string) => ({ ...this.env, ...meter.databases(this.env, runId) });
    return {
      storage: meter.storage(this.ctx.storage),
      alarm: alarmSlotOf(this.#alarm.forRuns, { meter, clock: systemClock }),
      clock: systemClock,
      records: recordsIn(this.env, meter),
      execute: executeRun,
      engineDeps: (plan, turn) =>
        engineDepsOf(envOf(plan.request.runId), plan, {
          turn,
          connections: this.#connections,
        }),
      webhooks: webhooksOf(this.env),
      presenters: this.#presenters,
      tailOf: (thread) => tailIn(this.env, thread),
      probation,
      lag,
      onIdle: () => this.ctx.waitUntil(this.#forgetIfIdle()),
      meter,
      logRun: (line) => logRun(this.env.LOG_SAMPLE, line),
      report: reportError,
    };
  }

  #open(): RunCoordinator {
    if (this.#coordinator === null) {
      migrate(this.ctx.storage);
      this.#coordinator = new RunCoordinator(this.dependencies());
    }
    return this.#coordinator;
  }
}

function unknown(runId: string): { ok: false; failure: Failure } {
  return failed({ kind: "not_found", entity: "run", id: runId });
}
