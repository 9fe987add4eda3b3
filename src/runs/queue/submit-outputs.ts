/** Outputs that a client hands in for the calls its run waits for: all at once or one by one. */
import { type Failure, invalidBody } from "../../domain/failure";
import { armAlarms } from "../object/arm-alarms";
import type { RunContext } from "../object/context";
import type { SubmittedOutput } from "../object/protocol";
import { openCalls } from "./describe-run";
import { lastWaitOf, planOf } from "./planned-run";

/** Takes them, and lets the run go on once none is missing; or says why not and takes none. */
export function submitOutputs(
  parts: RunContext,
  runId: string,
  outputs: readonly SubmittedOutput[],
): Failure | null {
  const refusal = refusalOf(parts, runId, outputs);
  if (refusal !== null || !isWaiting(parts, runId)) {
    return refusal;
  }
  const { table, transaction, writer, clock } = parts;
  transaction(() => {
    for (const { callId, output } of outputs) {
      table.submit(runId, callId, output);
    }
    if (openCalls(parts, runId).length === 0) {
      const { deadlineMs, projectId } = planOf(table, runId).request;
      table.move(runId, "running", { deadlineAtMs: clock.now() + deadlineMs });
      armAlarms(parts);
      writer.append(runId, { type: "run-resume" });
      parts.updateStatus(projectId, runId, "running");
    }
  });
  return null;
}

function refusalOf(
  parts: RunContext,
  runId: string,
  outputs: readonly SubmittedOutput[],
): Failure | null {
  const submitted = parts.table.submittedOutputs(runId);
  const isRepeated = ({ callId, output }: SubmittedOutput): boolean =>
    submitted.get(callId) === output;
  const row = parts.table.read(runId);
  if (row !== null && !isWaiting(parts, runId)) {
    const { status } = row;
    const message = "The run waits for no outputs.";
    const isTaken = row.phase !== "ended" && outputs.every(isRepeated);
    return isTaken ? null : { kind: "run_state", runId, status, message };
  }
  const asked = new Set(lastWaitOf(parts.table, runId).calls.map(({ callId }) => callId));
  // An answer may have been lost of the call that let the run go on to another wait.
  const stray = outputs.findIndex((given) => !asked.has(given.callId) && !isRepeated(given));
  if (stray >= 0) {
    return invalidBody(["outputs", stray, "call_id"], "the run waits for no call of this id");
  }
  const changed = outputs.find((given) => submitted.has(given.callId) && !isRepeated(given));
  return changed === undefined
    ? null
    : { kind: "conflict", message: `Call ${changed.callId} already has another output.` };
}

function isWaiting({ table }: RunContext, runId: string): boolean {
  const row = table.read(runId);
  return row?.phase === "recorded" && row.status === "requires_action";
}
