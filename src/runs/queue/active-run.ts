/**
 * One run in the engine's hands, from the begin of its turn to its end. What it finds there is handed
 * on once: an end, a wait for the client, a stop or a deadline.
 */
import type { Usage } from "../../domain/run";
import type { EngineOutcome, ExecuteRun } from "../../engine/contract";
import { firstStepsOf } from "../../engine/first-steps";
import type { RunPorts } from "../../engine/ports";
import { RUN } from "../../limits";
import type { ThreadSnapshot } from "../../store/threads/thread-history";
import type { EventWriter } from "../events/event-writer";
import { armAlarms } from "../object/arm-alarms";
import { Attempt, type AttemptParts } from "../object/attempt";
import type { Pass } from "../object/probation";
import type { PlannedRun } from "../object/run-blobs";
import type { RunMeter } from "../object/run-meter";
import type { RunState } from "../object/run-state";
import type { Termination } from "./compose-ending";
import { type EngineTurn, enginePlan } from "./engine-ports";
import type { RunRow } from "./object-run-table";
import { planOf } from "./planned-run";
import { expiredIn, stoppedBy } from "./run-errors";
import type { StepTable } from "./step-log";

type Suspended = Extract<EngineOutcome, { kind: "suspended" }>;

export interface ActiveRunParts extends RunState, AttemptParts {
  writer: Pick<EventWriter, "append" | "flush">;
  steps: Pick<StepTable, "noteFirst">;
  meter: Pick<RunMeter, "noteBegin">;
  /** Memory: the thread that an admission read, by the run that starts at once. */
  snapshots: Map<string, ThreadSnapshot>;
  execute: ExecuteRun;
  /** What the engine is handed for the run. */
  portsFor: (plan: PlannedRun, turn: EngineTurn) => RunPorts;
  finalize: (runId: string, termination: Termination) => void;
  suspend: (runId: string, outcome: Suspended) => void;
}

export class ActiveRun {
  readonly #parts: ActiveRunParts;
  readonly runId: string;
  readonly #attempt: Attempt;
  readonly #abort = new AbortController();
  /** Memory: lives of the run without a finished step, this one included. */
  #attemptsInVain: number;
  /** Memory: false before its turn and once that is over: nothing is written for it then. */
  #isAtWork = false;
  /** Memory: its deadline has passed. */
  #isExpired = false;

  /** @param pass Null for a run that no death has cut off. */
  constructor(parts: ActiveRunParts, { id, attemptsInVain }: RunRow, pass: Pass | null) {
    this.#parts = parts;
    this.runId = id;
    this.#attemptsInVain = attemptsInVain + 1;
    this.#attempt = new Attempt(parts, id, pass);
  }

  /** Begins the run's turn, or takes it up again after a crash. Throws where that cannot be written. */
  begin(row: RunRow): void {
    const { table, transaction, writer, clock, meter, snapshots, steps } = this.#parts;
    const plan = planOf(table, row.id);
    const isFirst = row.startedAtMs === null && row.attemptsInVain === 0;
    const noted = isFirst ? firstStepsOf(enginePlan(plan)) : [];
    transaction(() => {
      const startedAtMs = clock.now();
      const deadlineAtMs = startedAtMs + plan.request.deadlineMs;
      const attemptsInVain = this.#attemptsInVain;
      // One that goes on behind a wait for its client has no attempt before it.
      const isRestart = row.attemptsInVain > 0;
      if (!table.move(row.id, "running", { attemptsInVain, startedAtMs, deadlineAtMs })) {
        table.update(row.id, { attemptsInVain, restarts: row.restarts + (isRestart ? 1 : 0) });
      }
      meter.noteBegin(row.id, isRestart);
      this.#attempt.note();
      steps.noteFirst(row.id, noted);
      armAlarms(this.#parts);
      writer.append(
        row.id,
        { type: "run-start", runId: row.id, atMs: startedAtMs, expiresAtMs: deadlineAtMs },
        { dedupeKey: "run-start", messageBarrier: row.messageBarrier ?? undefined },
      );
    });
    this.#isAtWork = true;
    const snapshot = snapshots.get(row.id) ?? null;
    snapshots.delete(row.id);
    void this.#carry(plan, { isFirst, noted: new Set(noted), snapshot });
  }

  get isAtWork(): boolean {
    return this.#isAtWork;
  }

  /** Its deadline has passed. */
  expire(): void {
    this.#isExpired = true;
    this.interrupt();
  }

  /** Asks the engine to stop; where it does not in time, its turn ends without it. */
  interrupt(): void {
    if (this.#abort.signal.aborted) {
      return;
    }
    this.#abort.abort();
    this.#parts.clock.after(RUN.stopGraceMs, () => {
      if (this.#isAtWork) {
        this.#tryToConclude(STOPPED);
      }
    });
  }

  /** Lets go of the engine: nothing more is written for the run. */
  drop(): void {
    this.#isAtWork = false;
    this.#abort.abort();
    this.#attempt.end();
  }

  async #carry(
    plan: PlannedRun,
    { isFirst, noted, snapshot }: Pick<EngineTurn, "isFirst" | "noted" | "snapshot">,
  ): Promise<void> {
    const { execute, portsFor, report } = this.#parts;
    const { signal } = this.#abort;
    try {
      await this.#attempt.begin();
      if (!this.#isAtWork) {
        return;
      }
      const ports = portsFor(plan, {
        isAtWork: () => this.#isAtWork,
        isFirst,
        noted,
        snapshot,
        signal,
        onStep: () => this.#getsOn(),
      });
      const outcome = await execute(enginePlan(plan), ports, signal);
      if (this.#isAtWork) {
        this.#tryToConclude(outcome);
      }
    } catch (error) {
      report("a run's engine could not go on", error);
      this.#lose();
    }
  }

  /** What the engine stands on gave way. As after a crash, the watch takes the run up again. */
  #lose(): void {
    if (!this.#isAtWork) {
      return;
    }
    if (this.#abort.signal.aborted) {
      this.#tryToConclude(STOPPED);
      return;
    }
    this.#isAtWork = false;
    this.#attempt.end();
    this.#parts.table.update(this.runId, { attempt: "none" });
    this.#parts.writer.flush();
    armAlarms(this.#parts);
  }

  /** What goes wrong is reported; the run stands where it stood, and the watch takes it up again. */
  #tryToConclude(outcome: EngineOutcome): void {
    try {
      this.#conclude(outcome);
    } catch (error) {
      this.#parts.report("a run's turn could not be ended", error);
      this.#parts.table.update(this.runId, { attempt: "none" });
    } finally {
      this.#attempt.end();
    }
  }

  /** The one place where an end, a stop, a deadline and a wait that race each other are told apart. */
  #conclude(outcome: EngineOutcome): void {
    this.#isAtWork = false;
    const { finalize, suspend, table } = this.#parts;
    const { usage } = outcome;
    const row = table.read(this.runId);
    if (row?.status === "cancelling") {
      finalize(row.id, { status: "cancelled", error: stoppedBy(row), usage });
    } else if (this.#isExpired) {
      finalize(this.runId, { status: "expired", error: expiredIn("running"), usage });
    } else if (outcome.kind === "suspended") {
      suspend(this.runId, outcome);
    } else if (outcome.kind === "ended") {
      const { status, error } = outcome;
      finalize(this.runId, { status, error, ended: outcome });
    } else {
      throw new Error("The engine reported a stop that nothing had asked for.");
    }
  }

  /** A step is done: earlier attempts without one count no longer. */
  #getsOn(): void {
    if (this.#attemptsInVain > 1) {
      this.#attemptsInVain = 1;
      this.#parts.table.update(this.runId, { attemptsInVain: 1 });
      this.#attempt.survive();
    }
  }
}

const NO_USAGE: Usage = { inputTokens: 0, outputTokens: 0 };

const STOPPED: EngineOutcome = { kind: "stopped", traces: [], usage: NO_USAGE };
