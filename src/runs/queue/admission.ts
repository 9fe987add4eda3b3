/**
 * How a run is taken on: first into the object, durable; then into D1 with its threads and messages;
 * then the caller hears of it. Cut off between the two, the object's alarm does the second again.
 */
import type { Failure, Outcome } from "../../domain/failure";
import { failed, success } from "../../domain/failure";
import { answerIdOf } from "../../domain/ids";
import { newMessage } from "../../domain/message";
import { RUN } from "../../limits";
import type { Admitted, RunAdmission } from "../../store/runs/admit-run";
import type { ThreadSnapshot } from "../../store/threads/thread-history";
import { armAlarms } from "../object/arm-alarms";
import type { RunRecords } from "../object/dependencies";
import type { StartRun } from "../object/protocol";
import type { PlannedRun } from "../object/run-blobs";
import type { RunState } from "../object/run-state";
import { planOf } from "./planned-run";
import { historyFor } from "./turn-messages";

/** `stale`: something is not as the Worker assumed, and nothing was done. */
type AdmissionResult = "stale" | null;

export interface AdmissionParts extends RunState {
  records: Pick<RunRecords, "admit" | "withdraw">;
  /** Memory: the thread that an admission read, by the run that starts at once. */
  snapshots: Map<string, ThreadSnapshot>;
  /** Messages have come to the thread. */
  onMessages: () => void;
  /** The run was not taken on, or is known to D1 alone. */
  onLost: (runId: string) => void;
  report: (message: string, error: unknown) => void;
}

export class Admission {
  readonly #parts: AdmissionParts;
  /** Memory: admissions under way, so that a repeated call joins the first. */
  readonly #admitting = new Map<string, Promise<Outcome<AdmissionResult>>>();

  constructor(parts: AdmissionParts) {
    this.#parts = parts;
  }

  /** Takes the run on, or says why not; then nothing of it is left. */
  async accept(start: StartRun): Promise<Outcome<AdmissionResult>> {
    const { runId, conflict, turn } = start.request;
    const known = this.#parts.table.read(runId);
    if (known !== null) {
      return known.phase === "accepted" ? this.admit(runId) : success(null);
    }
    const refusal = this.#refusal(start);
    if (refusal !== null) {
      return failed(refusal);
    }
    const { table, transaction, clock } = this.#parts;
    transaction(() => {
      const isPriority = conflict === "interrupt" || conflict === "rollback" || turn?.cut;
      table.insert(runId, isPriority ? "next" : "last", clock.now() + RUN.queueDeadlineMs);
      table.putBlob(runId, "plan", plan(start));
      armAlarms(this.#parts);
    });
    return this.admit(runId);
  }

  /** Records a taken run in D1; again after a crash in the middle of it. */
  admit(runId: string): Promise<Outcome<AdmissionResult>> {
    const underWay = this.#admitting.get(runId);
    if (underWay !== undefined) {
      return underWay;
    }
    const admission = this.#admit(runId).finally(() => this.#admitting.delete(runId));
    this.#admitting.set(runId, admission);
    return admission;
  }

  /** Takes a run out of D1 whose admission was lost sight of, and forgets it. */
  async withdraw(runId: string): Promise<void> {
    const { table, records } = this.#parts;
    await records.withdraw(admissionOf(planOf(table, runId)));
    if (!this.#parts.erased.aborted) {
      this.#forget(runId);
    }
  }

  async #admit(runId: string): Promise<Outcome<AdmissionResult>> {
    const { table, records, report } = this.#parts;
    let admitted: Outcome<Admitted>;
    try {
      const planned = planOf(table, runId);
      admitted = await records.admit({
        ...admissionOf(planned),
        history: this.#isAlone(runId) ? historyFor(table, planned) : null,
      });
    } catch (error) {
      report("a run could not be recorded", error);
      return this.#lose(runId);
    }
    if (this.#parts.erased.aborted) {
      return failed({ kind: "not_found", entity: "run", id: runId });
    }
    if (admitted.ok && admitted.value.isOpen) {
      table.update(runId, { phase: "recorded", messageBarrier: admitted.value.lastMessage });
      if (admitted.value.thread !== null && this.#isAlone(runId)) {
        this.#parts.snapshots.set(runId, admitted.value.thread);
      }
      this.#parts.onMessages();
      return success(null);
    }
    if (admitted.ok && admitted.value.isStale) {
      this.#forget(runId);
      return success("stale");
    }
    // Refused; or asked for again long after it has ended: the store knows it.
    this.#forget(runId);
    return admitted.ok ? success(null) : admitted;
  }

  /** Whether D1 has it is not known: it is taken back there too, by the alarm. */
  #lose(runId: string): Outcome<AdmissionResult> {
    if (!this.#parts.erased.aborted) {
      this.#parts.table.update(runId, { phase: "rolled_back" });
      armAlarms(this.#parts);
      this.#parts.onLost(runId);
    }
    return failed({
      kind: "unavailable",
      message: "The run could not be recorded; nothing was started.",
      retryAfterSeconds: 1,
    });
  }

  /** No other run of the thread is under way, or waits. */
  #isAlone(runId: string): boolean {
    return this.#parts.table.open().every(({ id }) => id === runId);
  }

  #forget(runId: string): void {
    this.#parts.table.remove(runId);
    armAlarms(this.#parts);
    this.#parts.onLost(runId);
  }

  #refusal({ request, neverBehindWaiting }: StartRun): Failure | null {
    const open = this.#parts.table.open().filter(({ phase }) => phase !== "rolled_back");
    const { conflict } = request;
    const active = open.find(
      ({ status }) =>
        conflict === "reject" ||
        (conflict === "queue" && neverBehindWaiting && status === "requires_action"),
    );
    if (active !== undefined) {
      const threadId = request.threadIds?.[0] ?? "";
      return { kind: "thread_busy", threadId, activeRunId: active.id };
    }
    const waiting = open.filter(({ status }) => status === "queued").length;
    return waiting >= RUN.queueMax
      ? {
          kind: "queue_full",
          limit: RUN.queueMax,
          retryAfterSeconds: RUN.queueRetryAfterSeconds,
        }
      : null;
  }
}

function plan(start: StartRun): PlannedRun {
  const { request, actions, config, inputMessages, reach, openFiles, ownHost, assumed } = start;
  const { threadIds, createdAtMs } = request;
  const messages = (threadIds ?? []).flatMap((threadId, row) =>
    (inputMessages[row] ?? []).map((message) => newMessage(message, { threadId, createdAtMs })),
  );
  return {
    request,
    actions,
    config,
    inputMessages: messages,
    answerIds: request.inputs.map((_, row) => answerIdOf(request.runId, row)),
    reach,
    openFiles,
    ownHost,
    ...(assumed === undefined ? {} : { assumed }),
  };
}

function admissionOf({
  request,
  config,
  inputMessages,
  reach: scope,
  assumed = {},
}: PlannedRun): RunAdmission {
  return { request, config, messages: inputMessages, scope, assumed };
}
