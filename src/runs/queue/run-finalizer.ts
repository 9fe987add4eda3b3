/**
 * How a run ends: its end is decided once, in the object; recorded in D1, again and again until that
 * has worked; then told. A crash anywhere between goes on where it stopped.
 */
import { mayMove } from "../../domain/run";
import { END_IN_REPLY_MAX_CHARS, RUN } from "../../limits";
import { isStoreRefusal } from "../../store/refusal";
import type { RecordedEnd, RunEnding } from "../../store/runs/run-records";
import { pauseAfter } from "../../yield-to-event-loop";
import type { Journal } from "../events/journal";
import { armAlarms } from "../object/arm-alarms";
import { Attempt, type AttemptParts } from "../object/attempt";
import { within } from "../object/clock";
import type { Dependencies, RunRecords } from "../object/dependencies";
import type { Probation } from "../object/probation";
import { leastEnding, reducedEnds } from "../object/reduce-ending";
import type { RunAudience } from "../object/run-audience";
import type { RunMeter } from "../object/run-meter";
import type { RunState } from "../object/run-state";
import { type Termination, composeEnding } from "./compose-ending";
import { describeEnded } from "./describe-run";
import type { RunRow } from "./object-run-table";
import { planOf } from "./planned-run";
import { runLineOf } from "./run-timing";

export interface FinalizerParts extends RunState, RunAudience, AttemptParts {
  journal: Journal;
  records: Pick<RunRecords, "end" | "updateStatus">;
  /** Of the isolate: where an attempt after a death waits to be alone. */
  probation: Pick<Probation, "begin" | "enter">;
  meter: Pick<RunMeter, "firstTokenAt" | "take">;
  logRun: Dependencies["logRun"];
}

export class RunFinalizer {
  readonly #parts: FinalizerParts;
  /** Memory: recordings under way. */
  readonly #recording = new Set<string>();
  /** Memory: ends that are being recorded, which to read again takes longer than all else: megabytes of small values. */
  readonly #endings = new Map<string, RunEnding>();

  constructor(parts: FinalizerParts) {
    this.#parts = parts;
  }

  /** Decides the run's end, unless it is decided already or its state forbids this one. */
  finalize(runId: string, termination: Termination): void {
    const { table, transaction, writer } = this.#parts;
    writer.flush();
    transaction(() => {
      const row = table.read(runId);
      if (row?.phase === "recorded" && mayMove(row.status, termination.status)) {
        const ending = composeEnding(this.#parts, row, termination);
        this.#putEnding(ending);
        const { endedAtMs } = ending;
        table.update(runId, { phase: "finalizing", endedAtMs, attemptsInVain: 0, attempt: "open" });
        armAlarms(this.#parts);
      }
    });
    void this.record(runId, { isFirst: true });
  }

  /** An end that is too deep or too large to be written as JSON is kept as the least of itself. */
  #putEnding(ending: RunEnding): void {
    try {
      this.#put(ending);
    } catch (error) {
      if (!isStoreRefusal(error)) {
        throw error;
      }
      this.#parts.report("the end of a run cannot be kept whole", error);
      this.#put(leastEnding(ending));
    }
  }

  #put(ending: RunEnding): void {
    this.#parts.table.putBlob(ending.runId, "ending", ending);
    this.#endings.set(ending.runId, ending);
  }

  #endingOf(runId: string): RunEnding | undefined {
    const ending = this.#endings.get(runId) ?? this.#parts.table.getBlob(runId, "ending");
    if (ending !== undefined) {
      this.#endings.set(runId, ending);
    }
    return ending;
  }

  /**
   * Records a decided end in D1 and then tells it; where D1 does not answer, the alarm tries again.
   * @param first The end has just been decided, and this attempt is noted with it.
   */
  async record(runId: string, first?: { isFirst: true }): Promise<void> {
    if (this.#recording.has(runId) || this.#finalizing(runId) === null) {
      return;
    }
    this.#recording.add(runId);
    try {
      const recorded = await this.#attempt(runId, first !== undefined);
      if (recorded !== null) {
        await this.#leaveTurn(runId);
        this.#conclude(runId, recorded);
      }
    } catch (error) {
      this.#parts.report("the end of a run could not be told", error);
    } finally {
      this.#recording.delete(runId);
      this.#endings.delete(runId);
    }
  }

  /** Null where it is not recorded yet. */
  async #attempt(runId: string, isNoted: boolean): Promise<RecordedEnd | null> {
    const { table, probation, report } = this.#parts;
    const isCutOff = !isNoted && this.#finalizing(runId)?.attempt === "open";
    const pass = isCutOff ? await probation.enter(RUN.probationMs) : null;
    const row = this.#finalizing(runId);
    if (row === null) {
      pass?.end();
      return null;
    }
    if (row.attempt === "probation") {
      this.#reduceToLeast(runId);
    }
    const attempt = new Attempt(this.#parts, runId, pass);
    if (!isNoted) {
      attempt.note();
    }
    try {
      await attempt.begin();
      await this.#leaveTurn(runId);
      return await this.#store(runId);
    } catch (error) {
      report("the end of a run could not be recorded", error);
      if (this.#finalizing(runId) !== null) {
        table.update(runId, { attempt: "none", attemptsInVain: row.attemptsInVain + 1 });
        armAlarms(this.#parts);
      }
      return null;
    } finally {
      attempt.end();
    }
  }

  /** Composed, recorded and told, read before where a death has cut it off: of megabytes each is a stretch of its own. */
  async #leaveTurn(runId: string): Promise<void> {
    const { table } = this.#parts;
    if (this.#finalizing(runId) !== null) {
      await pauseAfter(table.blobChars(runId, "ending"));
    }
  }

  /** Recorded it is; cut off here, the alarm comes back to tell of it. */
  #conclude(runId: string, recorded: RecordedEnd): void {
    const { table, transaction, onSettled, dispatcher, logRun } = this.#parts;
    const ending = this.#finalizing(runId) && this.#endingOf(runId);
    if (!ending) {
      return;
    }
    const isSmall = table.blobChars(runId, "ending") <= END_IN_REPLY_MAX_CHARS;
    const run = isSmall ? describeEnded(planOf(table, runId), ending) : null;
    const line = runLineOf(this.#parts, ending);
    transaction(() => this.#close(runId, ending, recorded));
    logRun(line);
    onSettled(runId, run);
    dispatcher.dispatch();
  }

  /** Puts the end into D1: whole, or as much of it as D1 takes. Throws where D1 is not to be had. */
  async #store(runId: string): Promise<RecordedEnd> {
    const { records, clock, report } = this.#parts;
    const isInMemory = this.#endings.has(runId);
    const whole = this.#endingOf(runId);
    if (whole === undefined) {
      throw new Error(`run ${runId} has no ending`);
    }
    if (!isInMemory) {
      await this.#leaveTurn(runId);
    }
    let refusal: unknown = null;
    for (const ending of [whole, ...reducedEnds(whole)]) {
      try {
        if (ending !== whole && this.#finalizing(runId) !== null) {
          this.#put(ending);
        }
        return await within(clock, RUN.recordMs, records.end(ending));
      } catch (error) {
        if (!(await this.#isRefused(runId, error))) {
          throw error;
        }
        report("the store does not take a run's end", error);
        refusal = error;
      }
    }
    throw refusal;
  }

  /** Told by the error; or, where that says nothing, by a store that answers and never takes this. */
  async #isRefused(runId: string, error: unknown): Promise<boolean> {
    const { table, records } = this.#parts;
    const row = this.#finalizing(runId);
    if (row === null) {
      return false;
    }
    if (isStoreRefusal(error)) {
      return true;
    }
    if (row.attemptsInVain < RUN.maxRecordings) {
      return false;
    }
    const { projectId } = planOf(table, runId).request;
    const noted = records.updateStatus({ projectId, runId, status: row.status });
    return noted.then(
      () => true,
      () => false,
    );
  }

  #reduceToLeast(runId: string): void {
    const ending = this.#endingOf(runId);
    if (ending !== undefined) {
      this.#put(leastEnding(ending));
    }
  }

  /** The run, if its end is decided and not recorded yet. */
  #finalizing(runId: string): RunRow | null {
    const row = this.#parts.erased.aborted ? null : this.#parts.table.read(runId);
    return row?.phase === "finalizing" ? row : null;
  }

  #close(runId: string, ending: RunEnding, recorded: RecordedEnd): void {
    const { table, writer, journal, dispatcher } = this.#parts;
    const plan = planOf(table, runId);
    if (recorded.hasWebhooks || plan.request.webhookUrl !== null) {
      const type = `run.${ending.status}` as const;
      dispatcher.enqueue(plan, { type, atMs: ending.endedAtMs, calls: null });
    }
    for (const message of ending.messages) {
      // Other threads number their messages by themselves, and their followers are told by their own.
      const isOwn = message.threadId === plan.request.threadIds?.[0];
      const messageBarrier = isOwn ? recorded.places.get(message.id) : undefined;
      writer.append(runId, { type: "message-add", message }, { messageBarrier });
    }
    const { status, error, incomplete = null, endedAtMs: atMs } = ending;
    writer.append(runId, {
      type: "run-end",
      status,
      error,
      ...(incomplete && { incomplete }),
      atMs,
    });
    journal.close(runId);
    table.move(runId, ending.status, { phase: "ended" });
    armAlarms(this.#parts);
  }
}
