/**
 * How a run ends: its end is decided once, in the object; recorded in D1, again and again until that
 * has worked; then told. A crash anywhere between goes on where it stopped.
 */
import { answeringActions } from "../../domain/access/answering-actions";
import { type Message, type MessageContext, newMessage } from "../../domain/message";
import { type FinalRunStatus, type RunError, type Usage, mayMove } from "../../domain/run";
import { StepBook, boundSteps } from "../../domain/runs/run-steps";
import type { Answer, EngineOutcome } from "../../engine/contract";
import { END_IN_REPLY_MAX_CHARS, RUN, STEPS } from "../../limits";
import { isStoreRefusal } from "../../store/refusal";
import type { RecordedEnd, RunEnding } from "../../store/runs/run-records";
import { armAlarms } from "../object/arm-alarms";
import { Attempt } from "../object/attempt";
import { within } from "../object/clock";
import type { RunContext } from "../object/context";
import { leastEnding, reducedEndings } from "../object/reduce-ending";
import type { PlannedRun } from "../object/run-blobs";
import { describeEnded } from "./describe-run";
import { keptTraces, partialTexts } from "./partial-text";
import { lastWaitOf, planOf } from "./planned-run";
import {
  actionsOfOwnMessages,
  cutBy,
  cutReplies,
  reasonOf,
  savedReplies,
  withAnswers,
} from "./reply-messages";
import type { RunRow } from "./run-table";
import { runLineOf, timingOf } from "./run-timing";
import { stepsTold } from "./steps-told";

type Ended = Extract<EngineOutcome, { kind: "ended" }>;

export interface Termination {
  status: FinalRunStatus;
  error: RunError | null;
  /** What the engine left, where it came to its end by itself. */
  ended?: Ended;
  usage?: Usage;
}

export class RunFinalizer {
  readonly #parts: RunContext;
  /** Memory: recordings under way. */
  readonly #recording = new Set<string>();

  constructor(parts: RunContext) {
    this.#parts = parts;
  }

  /** Decides the run's end, unless it is decided already or its state forbids this one. */
  finalize(runId: string, termination: Termination): void {
    const { table, transaction, writer } = this.#parts;
    writer.flush();
    transaction(() => {
      const row = table.read(runId);
      if (row?.phase === "recorded" && mayMove(row.status, termination.status)) {
        const ending = this.#ending(row, termination);
        this.#keep(ending);
        const { endedAtMs } = ending;
        table.update(runId, { phase: "finalizing", endedAtMs, attempts: 0, attempt: "open" });
        armAlarms(this.#parts);
      }
    });
    void this.record(runId, { isFirst: true });
  }

  /** An end that is too deep or too large to be written as JSON is kept as the least of itself. */
  #keep(ending: RunEnding): void {
    const { table, report } = this.#parts;
    try {
      table.putBlob(ending.runId, "ending", ending);
    } catch (error) {
      if (!isStoreRefusal(error)) {
        throw error;
      }
      report("the end of a run cannot be kept whole", error);
      table.putBlob(ending.runId, "ending", leastEnding(ending));
    }
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
        this.#conclude(runId, recorded);
      }
    } catch (error) {
      this.#parts.report("the end of a run could not be told", error);
    } finally {
      this.#recording.delete(runId);
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
      return await this.#store(runId);
    } catch (error) {
      report("the end of a run could not be recorded", error);
      if (this.#finalizing(runId) !== null) {
        table.update(runId, { attempt: "none", attempts: row.attempts + 1 });
        armAlarms(this.#parts);
      }
      return null;
    } finally {
      attempt.end();
    }
  }

  /** Recorded it is; cut off here, the alarm comes back to tell of it. */
  #conclude(runId: string, recorded: RecordedEnd): void {
    const { table, transaction, onSettled, dispatcher, logRun } = this.#parts;
    const ending = this.#finalizing(runId) && table.getBlob(runId, "ending");
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
    const { table, records, clock, report } = this.#parts;
    const whole = table.getBlob(runId, "ending");
    if (whole === undefined) {
      throw new Error(`run ${runId} has no ending`);
    }
    let refusal: unknown = null;
    for (const ending of [whole, ...reducedEndings(whole)]) {
      try {
        if (ending !== whole && this.#finalizing(runId) !== null) {
          table.putBlob(runId, "ending", ending);
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
    if (isStoreRefusal(error) || row === null || row.attempts < RUN.maxRecordings) {
      return row !== null && isStoreRefusal(error);
    }
    const { projectId } = planOf(table, runId).request;
    const noted = records.updateStatus({ projectId, runId, status: row.status });
    return noted.then(
      () => true,
      () => false,
    );
  }

  #reduceToLeast(runId: string): void {
    const { table } = this.#parts;
    const ending = table.getBlob(runId, "ending");
    if (ending !== undefined) {
      table.putBlob(runId, "ending", leastEnding(ending));
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
    const { status, error, incomplete = null } = ending;
    writer.append(runId, { type: "run-end", status, error, ...(incomplete && { incomplete }) });
    journal.close(runId);
    table.move(runId, ending.status, { phase: "ended" });
    armAlarms(this.#parts);
  }

  #ending(row: RunRow, termination: Termination): RunEnding {
    const { table, clock } = this.#parts;
    const plan = planOf(table, row.id);
    const endedAtMs = clock.now();
    const { status, error, ended, usage = lastWaitOf(table, row.id).usage } = termination;
    const isReadable = this.#isReadable(row.id, status);
    const isRolledBack = row.stop === "rollback" && status === "cancelled";
    const book = isReadable ? this.#stepsOf(plan, status) : new StepBook();
    const { answers, ...outcome } = ended ?? {
      ...this.#outcomeTold(plan, isReadable, actionsOfOwnMessages(book.steps)),
      usage,
    };
    book.end(status, error, endedAtMs);
    const incomplete = ended?.incomplete ?? null;
    const messages = isRolledBack
      ? []
      : [
          ...messagesOf(plan, {
            answers,
            createdAtMs: endedAtMs,
            endedAtMs,
            incompleteReason: ended === undefined ? reasonOf(status) : cutBy(incomplete),
            supersededBy: row.stop === "interrupt" ? this.#cutBy(row.id) : null,
          }),
          ...cutReplies(plan, book.steps, endedAtMs),
        ];
    return {
      projectId: plan.request.projectId,
      runId: row.id,
      status,
      error,
      incomplete,
      startedAtMs: row.startedAtMs,
      endedAtMs,
      traces: outcome.traces,
      results: outcome.results,
      usage: outcome.usage,
      pendingCalls: [],
      steps: boundSteps(withAnswers(book.steps, plan, messages), STEPS),
      messages,
      withdrawnMessages: isRolledBack
        ? [...plan.inputMessages, ...savedReplies(plan, book.steps)]
        : [],
      timing: timingOf(this.#parts, row.id),
    };
  }

  /** The run that has cut the thread before what this one answers: its answer was never there. */
  #cutBy(runId: string): string | null {
    const { table } = this.#parts;
    const cutter = table
      .open()
      .find(({ id }) => id !== runId && planOf(table, id).request.turn?.cut);
    return cutter?.id ?? null;
  }

  /** What has died twice may have died of what it had told. */
  #isReadable(runId: string, status: FinalRunStatus): boolean {
    const { journal } = this.#parts;
    return status !== "failed" || journal.chars(runId) <= RUN.liveTracesMaxChars;
  }

  /** Of a run that succeeded all replies have ended. */
  #stepsOf({ request }: PlannedRun, status: FinalRunStatus): StepBook {
    const { journal } = this.#parts;
    return stepsTold(journal, request.runId, status === "succeeded" ? "replies" : "pieces");
  }

  /** What a run leaves that the engine did not end, for a stop, its deadline or deaths: what readers had seen. */
  #outcomeTold(
    plan: PlannedRun,
    isReadable: boolean,
    saved: ReadonlySet<string>,
  ): Pick<Ended, "traces" | "results" | "answers"> {
    const { journal } = this.#parts;
    const { runId } = plan.request;
    const isShort = journal.chars(runId) <= RUN.liveTracesMaxChars;
    return {
      traces: isShort ? keptTraces(journal.events(runId, ["action-end"])) : [],
      results: null,
      answers: isReadable ? this.#partialAnswers(plan, saved) : [],
    };
  }

  /** The text that had been told, and no function call; of the actions `saved` it is in messages already. */
  #partialAnswers(plan: PlannedRun, saved: ReadonlySet<string>): (Answer | null)[] {
    const { request, actions, reach } = plan;
    const told = this.#parts.journal
      .events(request.runId, ["text-delta", "action-reset"])
      .filter(({ place }) => !saved.has(place.name));
    const answers = answeringActions(actions);
    // An end user must not come by the words of an inner action by stopping it in the middle.
    const isGuarded = reach.endUserId !== null || answers.size > 0;
    const kept = isGuarded ? told.filter(({ place }) => answers.has(place.name)) : told;
    return partialTexts(kept, request.inputs.length).map((content) =>
      content === null
        ? null
        : { role: "assistant", content, fileIds: [], metadata: null, parts: null },
    );
  }
}

function messagesOf(
  { request, answerIds }: PlannedRun,
  {
    answers,
    ...context
  }: { answers: readonly (Answer | null)[] } & Pick<
    MessageContext,
    "createdAtMs" | "endedAtMs" | "incompleteReason" | "supersededBy"
  >,
): Message[] {
  const { toolId, toolName, runId } = request;
  const writtenBy = { toolId, toolName, runId };
  return (request.threadIds ?? []).flatMap((threadId, row) => {
    const answer = answers[row] ?? null;
    const id = answerIds[row];
    return answer === null || id === undefined
      ? []
      : [newMessage({ ...answer, id }, { threadId, writtenBy, ...context })];
  });
}
