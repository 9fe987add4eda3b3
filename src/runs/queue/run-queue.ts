/**
 * Whose turn it is: one run at a time, and what has begun goes on first. Those that wait have their
 * turn as they came, behind a run that interrupts, rolls back or cuts the thread (`admission.ts`). A
 * run that a death has cut off is begun again, alone in its isolate.
 */
import { RUN } from "../../limits";
import { armAlarms } from "../object/arm-alarms";
import { type Pass, type Probation, aloneFor } from "../object/probation";
import type { RunState } from "../object/run-state";
import { type ActiveRunParts, ActiveRun } from "./active-run";
import type { Termination } from "./compose-ending";
import { type RunRow, type StopReason, isPriority } from "./object-run-table";
import { planOf } from "./planned-run";
import { broughtDown, expiredIn, stoppedBy } from "./run-errors";

export interface QueueParts extends RunState {
  /** Of the isolate: where an attempt after a death waits to be alone. */
  probation: Pick<Probation, "enter">;
  finalize: (runId: string, termination: Termination) => void;
  report: (message: string, error: unknown) => void;
}

export class RunQueue {
  readonly #parts: QueueParts;
  /** For the run whose turn it is. */
  readonly #activeParts: ActiveRunParts;
  /** Memory: the run that had the last turn; after a crash `next` takes one up again. */
  #active: ActiveRun | null = null;
  /** Memory: the run that was cut off and waits to be alone. */
  #waiting: string | null = null;

  constructor(parts: QueueParts, activeParts: ActiveRunParts) {
    this.#parts = parts;
    this.#activeParts = activeParts;
  }

  /** The run that the engine has in hand. */
  get #turn(): ActiveRun | null {
    return this.#active?.isAtWork === true ? this.#active : null;
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
      this.#parts.finalize(row.id, { status: "cancelled", error: stoppedBy(row) });
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
      this.#parts.finalize(runId, { status: "cancelled", error: stoppedBy({ stop: reason }) });
      return;
    }
    transaction(() => {
      table.move(runId, "cancelling", { stop: reason });
      armAlarms(this.#parts);
    });
    if (this.#turn?.runId === runId) {
      this.#turn.interrupt();
    }
    this.next();
  }

  /** Ends what has outlived its time. */
  expire(nowMs: number): void {
    const late = this.#parts.table
      .open()
      .filter(({ phase, deadlineAtMs }) => phase === "recorded" && deadlineAtMs <= nowMs);
    for (const { id, status } of late) {
      const turn = this.#turn;
      if (turn?.runId === id) {
        turn.expire();
      } else {
        this.#parts.finalize(id, { status: "expired", error: expiredIn(status) });
      }
    }
  }

  /** Lets go of the engine: nothing more is written for the run it has in hand. */
  drop(): void {
    this.#turn?.drop();
  }

  #take(row: RunRow): void {
    const { clock } = this.#parts;
    if (row.attempt === "probation" || row.attemptsInVain >= RUN.maxResumptions) {
      this.#parts.finalize(row.id, { status: "failed", error: broughtDown(row) });
    } else if (row.deadlineAtMs <= clock.now()) {
      this.#parts.finalize(row.id, { status: "expired", error: expiredIn(row.status) });
    } else if (row.attempt === "open") {
      void this.#beginAlone(row);
    } else {
      this.#begin(row, null);
    }
  }

  /** Begins a run again that a death has cut off. */
  async #beginAlone({ id: runId, attemptsInVain }: RunRow): Promise<void> {
    if (this.#waiting === runId) {
      return;
    }
    this.#waiting = runId;
    const pass = await this.#parts.probation.enter(aloneFor(attemptsInVain));
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
    const active = new ActiveRun(this.#activeParts, row, pass);
    active.begin(row);
    this.#active = active;
  }
}

/** @param isCut The run's turn cuts the thread: what was asked before it goes, whether it is at work or waits. */
function givesWayTo(other: RunRow, run: RunRow, isCut: boolean): boolean {
  const isTaken = other.status !== "queued" || isPriority(other);
  const isAskedBefore = (other.messageBarrier ?? 0) <= (run.messageBarrier ?? 0);
  return other.position > run.position && (isTaken || (isCut && isAskedBefore));
}
