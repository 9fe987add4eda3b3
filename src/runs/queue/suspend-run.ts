/** A run comes to wait for its client: it keeps its turn, and the engine lets go of it. */
import type { RunStatus } from "../../domain/run";
import type { EngineOutcome } from "../../engine/contract";
import { RUN } from "../../limits";
import type { Journal } from "../events/journal";
import { armAlarms } from "../object/arm-alarms";
import type { RunAudience } from "../object/run-audience";
import type { RunMeter } from "../object/run-meter";
import type { RunState } from "../object/run-state";
import { describeOpen } from "./describe-run";
import { planOf } from "./planned-run";
import { timingOf } from "./run-timing";

export interface SuspendParts extends RunState, RunAudience {
  journal: Journal;
  meter: Pick<RunMeter, "firstTokenAt">;
  updateStatus: (projectId: string, runId: string, status: RunStatus) => void;
}

/** Keeps the calls that the run waits for, and tells its readers and the project of them. */
export function suspendRun(
  parts: SuspendParts,
  runId: string,
  { calls, usage }: Extract<EngineOutcome, { kind: "suspended" }>,
): void {
  const { table, transaction, writer, clock, onSettled, updateStatus, dispatcher } = parts;
  const plan = planOf(table, runId);
  writer.flush();
  const timing = timingOf(parts, runId);
  transaction(() => {
    const atMs = clock.now();
    const expiresAtMs = atMs + (plan.request.waitDeadlineMs ?? RUN.waitDeadlineMs);
    table.move(runId, "requires_action", {
      deadlineAtMs: expiresAtMs,
      attemptsInVain: 0,
      attempt: "none",
    });
    table.putBlob(runId, "wait", { calls, usage, timing });
    armAlarms(parts);
    writer.append(runId, { type: "run-wait", calls, atMs, expiresAtMs });
    dispatcher.enqueue(plan, { type: "run.requires_action", atMs, calls });
  });
  updateStatus(plan.request.projectId, runId, "requires_action");
  onSettled(runId, describeOpen(parts, runId));
  dispatcher.dispatch();
}
