/**
 * How a run ends: its end is decided once, in the object; recorded in D1, again and again until that
 * has worked; then told. A crash anywhere between goes on where it stopped.
 */
import type { Message } from "../domain/message";
import { type FinalRunStatus, type RunError, type Usage, mayMove } from "../domain/run";
import type { Answer, EngineOutcome } from "../engine/execute-run";
import { RUN } from "../limits";
import type { RunEnding } from "../store/run-records";
import { armAlarms } from "./arm-alarms";
import { describeEnded } from "./describe-run";
import { type DeskParts, lastWaitOf, planOf } from "./desk-parts";
import type { PlannedRun } from "./kept";
import { partialTexts, tracesTold } from "./partial-text";
import type { RunRow } from "./run-table";

export interface Verdict {
  status: FinalRunStatus;
  error: RunError | null;
  /** What the engine left, where it came to its end by itself. */
  ended?: Extract<EngineOutcome, { kind: "ended" }>;
  usage?: Usage;
}

export class Endings {
  readonly #parts: DeskParts;
  /** Memory: recordings under way. */
  readonly #recording = new Set<string>();

  constructor(parts: DeskParts) {
    this.#parts = parts;
  }

  /** Decides the run's end, unless it is decided already or its state forbids this one. */
  decide(runId: string, verdict: Verdict): void {
    const { table, transaction, teller } = this.#parts;
    teller.flush();
    transaction(() => {
      const row = table.read(runId);
      if (row?.phase === "admitted" && mayMove(row.status, verdict.status)) {
        const ending = this.#ending(row, verdict);
        table.keep(runId, "ending", ending);
        table.update(runId, { phase: "decided", endedAtMs: ending.endedAtMs });
        armAlarms(this.#parts);
      }
    });
    void this.record(runId);
  }

  /** Records a decided end in D1 and then tells it; where D1 does not answer, the alarm tries again. */
  async record(runId: string): Promise<void> {
    const { table, records, report, transaction } = this.#parts;
    const ending = this.#decided(runId);
    if (ending === undefined || this.#recording.has(runId)) {
      return;
    }
    this.#recording.add(runId);
    let places: Map<string, number>;
    try {
      places = await records.end(ending);
      this.#parts.failedRecordings = 0;
    } catch (error) {
      report("the end of a run could not be recorded", error);
      this.#parts.failedRecordings += 1;
      return;
    } finally {
      this.#recording.delete(runId);
    }
    if (!this.#parts.closed && table.read(runId)?.phase === "decided") {
      const isSmall = table.keptChars(runId, "ending") <= RUN.outcomeInRowMaxBytes;
      const run = isSmall ? describeEnded(planOf(table, runId), ending) : null;
      try {
        transaction(() => this.#close(runId, ending, places));
      } catch (error) {
        // Recorded it is; the alarm comes back to tell of it.
        report("the end of a run could not be told", error);
        return;
      }
      this.#parts.onMilestone(runId, run);
      this.#parts.herald.tell();
    }
  }

  #decided(runId: string): RunEnding | undefined {
    const { table } = this.#parts;
    return table.read(runId)?.phase === "decided" ? table.kept(runId, "ending") : undefined;
  }

  /** @param places Where its messages stand in the order of insertion, by id. */
  #close(runId: string, ending: RunEnding, places: ReadonlyMap<string, number>): void {
    const { table, steps, teller, journal, herald } = this.#parts;
    herald.announce(planOf(table, runId), {
      type: `run.${ending.status}`,
      atMs: ending.endedAtMs,
      calls: null,
    });
    for (const message of ending.messages) {
      const messagesTo = places.get(message.id);
      teller.tell(runId, { type: "message-add", message }, { messagesTo });
    }
    teller.tell(runId, { type: "run-end", status: ending.status, error: ending.error });
    journal.close(runId);
    table.move(runId, ending.status, { phase: "ended" });
    steps.remove(runId);
    table.dropAll(runId);
    armAlarms(this.#parts);
  }

  #ending(row: RunRow, verdict: Verdict): RunEnding {
    const { journal, table, clock } = this.#parts;
    const plan = planOf(table, row.id);
    const endedAtMs = clock.now();
    const isRolledBack = row.stop === "rollback" && verdict.status === "cancelled";
    return {
      projectId: plan.request.projectId,
      runId: row.id,
      status: verdict.status,
      error: verdict.error,
      startedAtMs: row.startedAtMs,
      endedAtMs,
      traces: verdict.ended?.traces ?? tracesTold(journal.events(row.id, ["action-end"])),
      results: verdict.ended?.results ?? null,
      usage: verdict.ended?.usage ?? verdict.usage ?? lastWaitOf(table, row.id).usage,
      pendingCalls: [],
      messages: isRolledBack ? [] : this.#messages(plan, verdict, endedAtMs),
      withdrawnMessages: isRolledBack ? plan.inputMessages : [],
    };
  }

  #messages(plan: PlannedRun, verdict: Verdict, createdAtMs: number): Message[] {
    const { request, answerIds } = plan;
    const { toolId, toolName, runId } = request;
    const isPartial = verdict.status === "cancelled" || verdict.status === "expired";
    const answers = isPartial ? this.#partialAnswers(plan) : (verdict.ended?.answers ?? []);
    const writtenBy = { toolId, toolName, runId };
    return (request.threadIds ?? []).flatMap((threadId, row) => {
      const answer = answers[row] ?? null;
      const id = answerIds[row];
      return answer === null || id === undefined
        ? []
        : [{ ...answer, id, threadId, createdAtMs, writtenBy, incomplete: isPartial }];
    });
  }

  /** The text that had been told, and no function call: a thread ends in text or as it was. */
  #partialAnswers({ request }: PlannedRun): (Answer | null)[] {
    const told = this.#parts.journal.events(request.runId, ["text-delta", "action-reset"]);
    return partialTexts(told, request.inputs.length).map((content) =>
      content === null
        ? null
        : { role: "assistant", content, fileIds: [], metadata: null, parts: null },
    );
  }
}
