/**
 * A coordinator on the SQLite of a real Durable Object and the real D1, with a clock moved by hand and an
 * engine that does what the test says. A crash leaves the tables and takes everything else; what the
 * dead coordinator was waiting for never comes back to it.
 */
import { runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";

import type { WebhookPorts } from "../../src/adapters/webhook-ports";
import type { Outcome } from "../../src/domain/failure";
import { newProjectId, newRunId, newThreadId } from "../../src/domain/ids";
import type { NewMessage } from "../../src/domain/message";
import type { ConflictRule, Run } from "../../src/domain/run";
import type { ActionPlace, NumberedEvent } from "../../src/domain/run-event";
import type { EngineOutcome, RunPlan } from "../../src/engine/contract";
import type { RunPorts } from "../../src/engine/ports";
import type { RunLine } from "../../src/observability/log-run";
import { WindowLag } from "../../src/runs/events/window-lag";
import type { Dependencies, RunRecords } from "../../src/runs/object/dependencies";
import { recordsIn, tailIn } from "../../src/runs/object/object-dependencies";
import { isInstalled, migrate } from "../../src/runs/object/object-tables";
import type { RunReport, StartRun } from "../../src/runs/object/protocol";
import { RunCoordinator } from "../../src/runs/object/run-coordinator";
import { RunMeter } from "../../src/runs/object/run-meter";
import { listMessages } from "../../src/store/messages/messages";
import { getRun } from "../../src/store/runs/runs";
import { ManualClock, settle } from "./manual-clock";
import { testWorld } from "./ports";
import { TestReader } from "./test-reader";

/** One time that the engine has a run in hand. */
export interface Life {
  plan: RunPlan;
  ports: RunPorts;
  signal: AbortSignal;
  say(text: string): void;
  /** Ends it as the engine would, with this text as the first row's answer. */
  answer(text: string): void;
  end(outcome: EngineOutcome): void;
  fail(error: unknown): void;
  /** The engine has let go of it. */
  isOver(): boolean;
}

export interface Ask {
  conflict?: ConflictRule;
  deadlineMs?: number;
  question?: string;
  endUserId?: string | null;
  threadIds?: string[] | null;
}

export const PLACE: ActionPlace = { type: "chat", name: "MODEL_CALL", row: 0, map: null };

/** Nobody waits for anybody. */
export const AT_ONCE: Dependencies["probation"] = {
  begin: () => undefined,
  enter: async (aloneMs) => ({ aloneMs, end: () => {} }),
};

/** Turns that a condition is given to come true: far more than any of these tests needs. */
const MAX_TURNS = 5000;

export class CoordinatorBench {
  readonly clock = new ManualClock();
  readonly projectId = newProjectId();
  readonly threadId = newThreadId();
  /** Every life of every run, the newest last. */
  readonly attempts: Life[] = [];
  readonly reported: unknown[] = [];
  /** Lines of runs that have ended. */
  readonly logged: RunLine[] = [];
  meter = new RunMeter();
  /** What D1 is to do; replaced where a test wants it to fail or to hang. */
  records: RunRecords = recordsIn(env);
  /** The thread as its followers find it in D1. */
  tailOf: Dependencies["tailOf"] = (thread) => tailIn(env, thread);
  idleCalls = 0;
  /** After a death everyone is alone at once, unless the test says otherwise. */
  probation = AT_ONCE;
  /** Nobody is to be told, unless the test says so. */
  webhooks: WebhookPorts = {
    fanOut: async () => [],
    read: async () => null,
    note: async () => {},
    post: async () => ({ status: 200 }),
  };
  presentWebhookRun = (run: Run): object => run;
  alarmAtMs: number | null = null;
  /** Resolves once all that was written is durable. */
  durability = (): Promise<void> => this.storage.sync();
  /** Transactions to come that are rolled back when their work is done. */
  rollbacks = 0;
  readonly storage: DurableObjectStorage;
  #coordinator: RunCoordinator | null = null;
  #generation = 0;
  #heedsStop = true;

  constructor(storage: DurableObjectStorage) {
    this.storage = storage;
  }

  get coordinator(): RunCoordinator {
    if (this.#coordinator === null) {
      migrate(this.storage);
      this.#coordinator = new RunCoordinator(this.#ports());
    }
    return this.#coordinator;
  }

  /** The newest life, which must be there. */
  get life(): Life {
    const life = this.attempts.at(-1);
    if (life === undefined) {
      throw new Error("the engine has no run in hand");
    }
    return life;
  }

  ask({ conflict = "queue", deadlineMs = 60_000, question, ...rest }: Ask = {}): StartRun {
    const { endUserId = null, threadIds = [this.threadId] } = rest;
    const message: NewMessage = {
      id: crypto.randomUUID(),
      role: "user",
      content: question ?? "",
      fileIds: [],
      metadata: null,
      parts: null,
    };
    return {
      request: {
        runId: newRunId(),
        projectId: this.projectId,
        toolId: "c0ffee",
        toolName: "chat",
        version: 1,
        config: {},
        inputs: [{}],
        threadIds,
        stream: true,
        conflict,
        createdAtMs: this.clock.now(),
        deadlineMs,
        endUserId,
        webhookUrl: null,
      },
      actions: [],
      config: {},
      inputMessages: [question === undefined ? [] : [message]],
      reach: { projectId: this.projectId, endUserId, threadId: null },
      ownHost: "bobbin.test",
    };
  }

  /** Starts a run and returns its id; the start must succeed. */
  async start(ask: Ask = {}): Promise<string> {
    const start = this.ask(ask);
    const started = await this.coordinator.start(start);
    if (!started.ok) {
      throw new Error(`refused: ${JSON.stringify(started.failure)}`);
    }
    return start.request.runId;
  }

  /** Starts a run and waits for the engine to have it, which stops when it is told to, or does not. */
  async begin(ask: Ask = {}, { heedsStop = true } = {}): Promise<{ runId: string; life: Life }> {
    const attempts = this.attempts.length;
    this.#heedsStop = heedsStop;
    const runId = await this.start(ask);
    await this.until(() => this.attempts.length > attempts);
    return { runId, life: this.life };
  }

  /** The object dies: its memory, its timers and its connections are gone, its tables stay. */
  crash(): void {
    this.#generation += 1;
    this.meter = new RunMeter();
    this.#coordinator = null;
  }

  /** The object wakes, as by any call or its alarm. */
  wake(): void {
    if (isInstalled(this.storage.sql)) {
      this.coordinator.resume();
    }
  }

  /** Moves the clock to the object's alarm and lets it ring. */
  async ring(): Promise<void> {
    if (this.alarmAtMs === null) {
      throw new Error("no alarm is set");
    }
    await this.clock.advance(Math.max(0, this.alarmAtMs - this.clock.now()));
    this.alarmAtMs = null;
    await this.coordinator.alarm();
  }

  async until(condition: () => boolean | Promise<boolean>): Promise<void> {
    for (let turn = 0; turn < MAX_TURNS; turn += 1) {
      if (await condition()) {
        return;
      }
      await settle();
    }
    throw new Error("what the test waits for does not come");
  }

  /** Where the run stands in the object's tables. */
  phaseOf(runId: string): string | undefined {
    return this.#column(runId, "phase");
  }

  statusOf(runId: string): string | undefined {
    return this.#column(runId, "status");
  }

  /** The run as D1 has it. */
  async recorded(runId: string): Promise<Run> {
    const run = await getRun(env, this.#scope, { runId });
    if (!run.ok) {
      throw new Error(`D1 has no run ${runId}`);
    }
    return run.value;
  }

  /** `role: text` of the thread's messages in order, `…` behind what is incomplete. */
  async thread(threadId = this.threadId): Promise<string[]> {
    const page = { limit: 100, order: "asc" } as const;
    const listed = await listMessages(env.DB, this.#scope, { threadId }, page);
    return listed.ok
      ? listed.value.items.map(
          ({ role, content, incomplete }) => `${role}: ${content}${incomplete ? "…" : ""}`,
        )
      : [];
  }

  /** All that the run has told, up to its end if it has one. */
  async told(runId: string, after = 0): Promise<NumberedEvent[]> {
    const stream = await this.coordinator.events(runId, after);
    if (!stream.ok) {
      throw new Error("the object does not know the run");
    }
    const reader = new TestReader(stream.value);
    await this.until(async () => reader.isIdle() || reader.hasEnded);
    await reader.leave();
    return reader.events;
  }

  #column(runId: string, name: "phase" | "status"): string | undefined {
    const rows = this.storage.sql.exec<Record<string, string>>(
      `SELECT ${name} FROM runs WHERE id = ?`,
      runId,
    );
    return rows.toArray()[0]?.[name];
  }

  get #scope() {
    return { projectId: this.projectId, endUserId: null, threadId: null };
  }

  #ports(): Dependencies {
    const generation = this.#generation;
    const whileAlive = <T>(call: () => Promise<T>): Promise<T> =>
      new Promise((resolve, reject) => {
        const answer = (settled: () => void) => () => {
          if (generation === this.#generation) {
            settled();
          }
        };
        call().then(
          (value) => answer(() => resolve(value))(),
          (error: unknown) => answer(() => reject(error))(),
        );
      });
    return {
      storage: {
        sql: this.storage.sql,
        sync: () => whileAlive(() => this.durability()),
        transactionSync: (work) =>
          this.storage.transactionSync(() => {
            const done = work();
            if (this.rollbacks > 0) {
              this.rollbacks -= 1;
              throw new Error("the transaction does not commit");
            }
            return done;
          }),
      },
      alarm: {
        set: (atMs) => void (this.alarmAtMs = atMs),
        clear: () => void (this.alarmAtMs = null),
        rang: () => {},
      },
      clock: {
        now: this.clock.now,
        after: (delayMs, call) =>
          this.clock.after(delayMs, () => {
            if (generation === this.#generation) {
              call();
            }
          }),
        soon: (call) =>
          this.clock.soon(() => {
            if (generation === this.#generation) {
              call();
            }
          }),
      },
      records: {
        admit: (admission) => whileAlive(() => this.records.admit(admission)),
        withdraw: (admission) => whileAlive(() => this.records.withdraw(admission)),
        end: (ending) => whileAlive(() => this.records.end(ending)),
        saveReply: (reply) => whileAlive(() => this.records.saveReply(reply)),
        updateStatus: (run) => whileAlive(() => this.records.updateStatus(run)),
      },
      execute: (plan, ports, signal) => whileAlive(() => this.#execute(plan, ports, signal)),
      engineDeps: () => testWorld().ports,
      tailOf: (thread) => this.tailOf(thread),
      probation: this.probation,
      lag: new WindowLag(),
      onIdle: () => void (this.idleCalls += 1),
      webhooks: {
        fanOut: (announcement) => whileAlive(() => this.webhooks.fanOut(announcement)),
        read: (projectId, id) => whileAlive(() => this.webhooks.read(projectId, id)),
        note: (...noted) => whileAlive(() => this.webhooks.note(...noted)),
        post: (request) => whileAlive(() => this.webhooks.post(request)),
      },
      presenters: { webhookRun: (run) => this.presentWebhookRun(run) },
      meter: this.meter,
      logRun: (line) => void this.logged.push(line),
      report: (_message, error) => void this.reported.push(error),
    };
  }

  #execute(plan: RunPlan, ports: RunPorts, signal: AbortSignal): Promise<EngineOutcome> {
    const { promise, resolve, reject } = Promise.withResolvers<EngineOutcome>();
    if (this.#heedsStop) {
      signal.addEventListener("abort", () => resolve(STOPPED));
    }
    let isOver = false;
    void promise.catch(() => {}).finally(() => (isOver = true));
    this.attempts.push({
      isOver: () => isOver,
      plan,
      ports,
      signal,
      say: (text) => ports.emit({ type: "text-delta", place: PLACE, text }),
      answer: (text) => resolve(succeeded(text)),
      end: resolve,
      fail: reject,
    });
    return promise;
  }
}

const USAGE = { inputTokens: 1, outputTokens: 1 };
const STOPPED: EngineOutcome = { kind: "stopped", traces: [], usage: USAGE };

export function succeeded(text: string): EngineOutcome {
  const cells = [
    [{ value: { role: "assistant", content: text }, error: null, meta: { durationMs: 0 } }],
  ];
  return {
    kind: "ended",
    status: "succeeded",
    error: null,
    traces: [{ type: "output", name: "OUTPUT", cells }],
    results: cells,
    usage: USAGE,
    answers: [{ role: "assistant", content: text, fileIds: [], metadata: null, parts: null }],
  };
}

/** Gives the test a coordinator in an object of its own. */
export async function withCoordinator(
  test: (bench: CoordinatorBench) => Promise<void>,
): Promise<void> {
  const stub = env.THREAD.getByName(crypto.randomUUID());
  await runInDurableObject(stub, async (_object, state) => {
    const bench = new CoordinatorBench(state.storage);
    try {
      await test(bench);
    } finally {
      bench.crash();
      await state.storage.deleteAll();
    }
  });
}

/** The run in a report; it must be there. */
export function runIn(report: Outcome<RunReport>): Run {
  if (!report.ok || report.value.kind !== "run") {
    throw new Error(`no run in ${JSON.stringify(report)}`);
  }
  return report.value.run;
}
