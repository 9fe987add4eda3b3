/**
 * Whose turn it is: one run at a time, first come first served. Carries the run at work through the
 * engine and takes it up again after a crash.
 */
import type { Usage } from "../../domain/run";
import type { EngineOutcome } from "../../engine/contract";
import { RUN } from "../../limits";
import { armAlarms } from "../object/arm-alarms";
import { Attempt } from "../object/attempt";
import type { RunContext } from "../object/context";
import { type Pass, aloneFor } from "../object/probation";
import type { PlannedRun } from "../object/run-blobs";
import { describeOpen } from "./describe-run";
import { type EngineTurn, enginePlan, portsFor } from "./engine-ports";
import { planOf } from "./planned-run";
import { broughtDown, expiredIn, stoppedBy } from "./run-errors";
import type { RunFinalizer } from "./run-finalizer";
import { type RunRow, type StopReason, isPriority } from "./run-table";
import { timingOf } from "./run-timing";

interface ActiveRun {
  runId: string;
  /** Lives of the run without a finished step, this one included. */
  attempts: number;
  attempt: Attempt;
  abort: AbortController;
  /** Its deadline has passed. */
  isExpired: boolean;
}

export class RunQueue {
  readonly #parts: RunContext;
  readonly #finalizer: RunFinalizer;
  /** Memory: the run that the engine has in hand; after a crash `next` takes it up again. */
  #turn: ActiveRun | null = null;
  /** Memory: the run that was cut off and waits to be alone. */
  #waiting: string | null = null;

  constructor(parts: RunContext, finalizer: RunFinalizer) {
    this.#parts = parts;
    this.#finalizer = finalizer;
  }

  /** Gives the turn to whom it belongs, if nobody has it. Where that fails the watch tries again. */
  next(): void {
    try {
      this.#giveTurn();
    } catch (error) {
      this.#parts.report("a run could not be given its turn", error);
    }
  }

  #giveTurn(): void {
    if (this.#turn !== null || this.#parts.erased.aborted) {
      return;
    }
    const row = this.#parts.table
      .open()
      .find(
        ({ phase, status }) =>
          !(status === "queued" && (phase === "finalizing" || phase === "rolled_back")),
      );
    if (row === undefined || row.phase !== "recorded") {
      return;
    }
    // One that waits for its client keeps its turn, and those behind it wait with it.
    if (row.status === "queued" || row.status === "running") {
      this.#take(row);
    } else if (row.status === "requires_action" && this.#hasNewTurn()) {
      this.stop(row.id, "interrupt");
    } else if (row.status === "cancelling") {
      this.#finalizer.finalize(row.id, { status: "cancelled", error: stoppedBy(row) });
    }
  }

  /** Stops what this run does not wait for by its rule; a cut of the thread, all that was asked before it. */
  preemptOlder(runId: string): void {
    const { table, erased } = this.#parts;
    const row = erased.aborted ? null : table.read(runId);
    if (row?.phase !== "recorded") {
      return;
    }
    const { conflict, turn } = planOf(table, runId).request;
    const isCut = Boolean(turn?.cut);
    const reason = isCut ? "interrupt" : conflict;
    if (reason !== "interrupt" && reason !== "rollback") {
      return;
    }
    for (const other of table.open()) {
      if (other.phase === "recorded" && givesWayTo(other, row, isCut)) {
        this.stop(other.id, reason);
      }
    }
  }

  /** A chat's user has said something else: who was to answer the calls will not. */
  #hasNewTurn(): boolean {
    const { table } = this.#parts;
    return table
      .open()
      .some(
        ({ id, phase, status }) =>
          phase === "recorded" &&
          status === "queued" &&
          planOf(table, id).request.turn !== undefined,
      );
  }

  /** Stops the run, wherever it stands. */
  stop(runId: string, reason: StopReason): void {
    const { table, transaction } = this.#parts;
    const row = table.read(runId);
    if (row?.phase !== "recorded" || row.status === "cancelling") {
      return;
    }
    if (row.status === "queued") {
      table.update(runId, { stop: reason });
      this.#finalizer.finalize(runId, { status: "cancelled", error: stoppedBy({ stop: reason }) });
      return;
    }
    transaction(() => {
      table.move(runId, "cancelling", { stop: reason });
      armAlarms(this.#parts);
    });
    this.#interruptEngine(runId);
    this.next();
  }

  /** Ends what has outlived its time. */
  expire(nowMs: number): void {
    const late = this.#parts.table
      .open()
      .filter(({ phase, deadlineAtMs }) => phase === "recorded" && deadlineAtMs <= nowMs);
    for (const { id, status } of late) {
      if (this.#turn?.runId === id) {
        this.#turn.isExpired = true;
        this.#interruptEngine(id);
      } else {
        this.#finalizer.finalize(id, { status: "expired", error: expiredIn(status) });
      }
    }
  }

  /** Lets go of the engine: nothing more is written for the run it has in hand. */
  drop(): void {
    const turn = this.#turn;
    this.#turn = null;
    turn?.abort.abort();
    turn?.attempt.end();
  }

  #take(row: RunRow): void {
    const { clock } = this.#parts;
    if (row.attempt === "probation" || row.attempts >= RUN.maxResumptions) {
      this.#finalizer.finalize(row.id, { status: "failed", error: broughtDown(row) });
    } else if (row.deadlineAtMs <= clock.now()) {
      this.#finalizer.finalize(row.id, { status: "expired", error: expiredIn(row.status) });
    } else if (row.attempt === "open") {
      void this.#beginAlone(row);
    } else {
      this.#begin(row, null);
    }
  }

  /** Begins a run again that a death has cut off. */
  async #beginAlone({ id: runId, attempts }: RunRow): Promise<void> {
    if (this.#waiting === runId) {
      return;
    }
    this.#waiting = runId;
    const pass = await this.#parts.probation.enter(aloneFor(attempts));
    this.#waiting = null;
    const { table, erased, report } = this.#parts;
    const row = erased.aborted ? null : table.read(runId);
    if (row?.phase !== "recorded" || row.status !== "running" || this.#turn !== null) {
      pass?.end();
      this.next();
      return;
    }
    try {
      this.#begin(row, pass);
    } catch (error) {
      pass?.end();
      report("a run could not be begun again", error);
    }
  }

  #begin(row: RunRow, pass: Pass | null): void {
    const { table, transaction, writer, clock, meter } = this.#parts;
    const plan = planOf(table, row.id);
    const attempts = row.attempts + 1;
    const attempt = new Attempt(this.#parts, row.id, pass);
    transaction(() => {
      const startedAtMs = clock.now();
      const deadlineAtMs = startedAtMs + plan.request.deadlineMs;
      // One that goes on behind a wait for its client has no attempt before it.
      const isRestart = row.attempts > 0;
      if (!table.move(row.id, "running", { attempts, startedAtMs, deadlineAtMs })) {
        table.update(row.id, { attempts, restarts: row.restarts + (isRestart ? 1 : 0) });
      }
      meter.noteBegin(row.id, isRestart);
      attempt.note();
      armAlarms(this.#parts);
      writer.append(
        row.id,
        { type: "run-start", runId: row.id },
        { dedupeKey: "run-start", messageBarrier: row.messageBarrier ?? undefined },
      );
    });
    const abort = new AbortController();
    const turn: ActiveRun = { runId: row.id, attempts, attempt, abort, isExpired: false };
    this.#turn = turn;
    const isFirst = row.startedAtMs === null && row.attempts === 0;
    const snapshot = this.#parts.snapshots.get(row.id) ?? null;
    this.#parts.snapshots.delete(row.id);
    void this.#carry(turn, plan, { isFirst, snapshot });
  }

  async #carry(
    turn: ActiveRun,
    plan: PlannedRun,
    { isFirst, snapshot }: Pick<EngineTurn, "isFirst" | "snapshot">,
  ): Promise<void> {
    const { execute, report } = this.#parts;
    try {
      await turn.attempt.begin();
      if (this.#turn !== turn) {
        return;
      }
      const ports = portsFor(this.#parts, plan, {
        isAtWork: () => this.#turn === turn,
        isFirst,
        snapshot,
        signal: turn.abort.signal,
        onStep: () => this.#getsOn(turn),
      });
      const outcome = await execute(enginePlan(plan), ports, turn.abort.signal);
      if (this.#turn === turn) {
        this.#tryToConclude(turn, outcome);
      }
    } catch (error) {
      report("a run's engine could not go on", error);
      this.#lose(turn);
    }
  }

  /** What the engine stands on gave way. As after a crash, the watch takes the run up again. */
  #lose(turn: ActiveRun): void {
    if (this.#turn !== turn) {
      return;
    }
    if (turn.abort.signal.aborted) {
      this.#tryToConclude(turn, STOPPED);
      return;
    }
    this.#turn = null;
    turn.attempt.end();
    this.#parts.table.update(turn.runId, { attempt: "none" });
    this.#parts.writer.flush();
    armAlarms(this.#parts);
  }

  /** What goes wrong is reported; the run stands where it stood, and the watch takes it up again. */
  #tryToConclude(turn: ActiveRun, outcome: EngineOutcome): void {
    try {
      this.#conclude(turn, outcome);
    } catch (error) {
      this.#parts.report("a run's turn could not be ended", error);
      this.#parts.table.update(turn.runId, { attempt: "none" });
    } finally {
      turn.attempt.end();
    }
  }

  /** The one place where an end, a stop, a deadline and a wait that race each other are told apart. */
  #conclude(turn: ActiveRun, outcome: EngineOutcome): void {
    this.#turn = null;
    const { usage } = outcome;
    const row = this.#parts.table.read(turn.runId);
    if (row?.status === "cancelling") {
      this.#finalizer.finalize(row.id, { status: "cancelled", error: stoppedBy(row), usage });
    } else if (turn.isExpired) {
      this.#finalizer.finalize(turn.runId, {
        status: "expired",
        error: expiredIn("running"),
        usage,
      });
    } else if (outcome.kind === "suspended") {
      this.#suspend(turn.runId, outcome);
    } else if (outcome.kind === "ended") {
      const { status, error } = outcome;
      this.#finalizer.finalize(turn.runId, { status, error, ended: outcome });
    } else {
      throw new Error("The engine reported a stop that nothing had asked for.");
    }
  }

  #suspend(runId: string, { calls, usage }: Extract<EngineOutcome, { kind: "suspended" }>): void {
    const { table, transaction, writer, clock, onSettled, updateStatus, dispatcher } = this.#parts;
    const plan = planOf(table, runId);
    writer.flush();
    const timing = timingOf(this.#parts, runId);
    transaction(() => {
      const deadlineAtMs = clock.now() + (plan.request.waitDeadlineMs ?? RUN.waitDeadlineMs);
      table.move(runId, "requires_action", { deadlineAtMs, attempts: 0, attempt: "none" });
      table.putBlob(runId, "wait", { calls, usage, timing });
      armAlarms(this.#parts);
      writer.append(runId, { type: "run-wait", calls });
      dispatcher.enqueue(plan, { type: "run.requires_action", atMs: clock.now(), calls });
    });
    updateStatus(plan.request.projectId, runId, "requires_action");
    onSettled(runId, describeOpen(this.#parts, runId));
    dispatcher.dispatch();
  }

  /** A step is done: earlier attempts without one count no longer. */
  #getsOn(turn: ActiveRun): void {
    if (turn.attempts > 1) {
      turn.attempts = 1;
      this.#parts.table.update(turn.runId, { attempts: 1 });
      turn.attempt.survive();
    }
  }

  /** Asks the engine to stop; where it does not in time, its turn ends without it. */
  #interruptEngine(runId: string): void {
    const turn = this.#turn;
    if (turn?.runId !== runId || turn.abort.signal.aborted) {
      return;
    }
    turn.abort.abort();
    this.#parts.clock.after(RUN.stopGraceMs, () => {
      if (this.#turn === turn) {
        this.#tryToConclude(turn, STOPPED);
      }
    });
  }
}

const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0 };

const STOPPED: EngineOutcome = { kind: "stopped", traces: [], usage: NO_USAGE };

/** @param isCut The run's turn cuts the thread: what was asked before it goes, whether it is at work or waits. */
function givesWayTo(other: RunRow, run: RunRow, isCut: boolean): boolean {
  const isTaken = other.status !== "queued" || isPriority(other);
  const isAskedBefore = (other.messageBarrier ?? 0) <= (run.messageBarrier ?? 0);
  return other.position > run.position && (isTaken || (isCut && isAskedBefore));
}
