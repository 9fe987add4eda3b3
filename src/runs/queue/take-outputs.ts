/** Outputs that a client hands in for the calls its run waits for: all at once or one by one. */
import { type Failure, invalidBody } from "../../domain/failure";
import type { RunStatus } from "../../domain/run";
import type { EventWriter } from "../events/event-writer";
import { armAlarms } from "../object/arm-alarms";
import type { SubmittedOutput } from "../object/protocol";
import type { RunState } from "../object/run-state";
import { openCalls } from "./describe-run";
import type { RunTable } from "./object-run-table";
import { lastWaitOf, planOf } from "./planned-run";

export interface SubmitParts extends RunState {
  writer: Pick<EventWriter, "append">;
  updateStatus: (projectId: string, runId: string, status: RunStatus) => void;
}

/** Takes them, and lets the run go on once none is missing; or says why not and takes none. */
export function submitOutputs(
  parts: SubmitParts,
  runId: string,
  outputs: readonly SubmittedOutput[],
): Failure | null {
  const { table, transaction, writer, clock } = parts;
  const refusal = refusalOf(table, runId, outputs);
  if (refusal !== null || !isWaiting(table, runId)) {
    return refusal;
  }
  transaction(() => {
    for (const { callId, output } of outputs) {
      table.submit(runId, callId, output);
    }
    if (openCalls(table, runId).length === 0) {
      const { deadlineMs, projectId } = planOf(table, runId).request;
      const atMs = clock.now();
      const expiresAtMs = atMs + deadlineMs;
      table.move(runId, "running", { deadlineAtMs: expiresAtMs });
      armAlarms(parts);
      writer.append(runId, { type: "run-resume", atMs, expiresAtMs });
      parts.updateStatus(projectId, runId, "running");
    }
  });
  return null;
}

function refusalOf(
  table: RunTable,
  runId: string,
  outputs: readonly SubmittedOutput[],
): Failure | null {
  const submitted = table.submittedOutputs(runId);
  const isRepeated = ({ callId, output }: SubmittedOutput): boolean =>
    submitted.get(callId) === output;
  const row = table.read(runId);
  if (row !== null && !isWaiting(table, runId)) {
    const { status } = row;
    const message = "The run waits for no outputs.";
    const isTaken = row.phase !== "ended" && outputs.every(isRepeated);
    return isTaken ? null : { kind: "run_state", runId, status, message };
  }
  const asked = new Set(lastWaitOf(table, runId).calls.map(({ callId }) => callId));
  // An answer may have been lost of the call that let the run go on to another wait.
  const stray = outputs.findIndex((given) => !asked.has(given.callId) && !isRepeated(given));
  if (stray >= 0) {
    return invalidBody(["outputs", stray, "call_id"], "names no call that the run waits for");
  }
  const changed = outputs.find((given) => submitted.has(given.callId) && !isRepeated(given));
  return changed === undefined
    ? null
    : { kind: "conflict", message: `Call ${changed.callId} already has another output.` };
}

function isWaiting(table: RunTable, runId: string): boolean {
  const row = table.read(runId);
  return row?.phase === "recorded" && row.status === "requires_action";
}
