/** A run in a caller's reach, as that caller may see it. */
import type { Caller } from "../domain/access/caller";
import {
  type Disclosure,
  discloseError,
  discloseRun,
  discloseToToken,
} from "../domain/access/disclosure";
import type { Run, RunError } from "../domain/run";
import type { RunAddress } from "../runs/client/find-object";
import type { OpenedRun } from "../runs/client/run-client";
import type { Definition } from "../store/tools/tool-versions";
import type { CoreContext } from "./context";

/** A run, and how much of it the caller is told. */
export interface RunView {
  /** As the caller is told it. */
  run: Run;
  address: RunAddress;
  to: Disclosure;
  /** What its start has opened, of a run that has just been started. */
  opened?: OpenedRun | undefined;
}

/** @param version The run's version, which says what tokens see; null where it is deleted. */
export function viewOf(
  caller: Caller,
  core: CoreContext,
  run: Run,
  version: Definition | null,
): RunView {
  const to = disclosureTo(caller, core, version);
  return { run: discloseTo(core, to, run), address: addressOf(run), to };
}

export function disclosureTo(
  caller: Caller,
  { requestId }: CoreContext,
  version: Definition | null,
): Disclosure {
  return caller.kind === "key" ? "all" : discloseToToken(version, hiddenCause(requestId));
}

/** Cuts the run to what the caller may see, and logs the failure that it hides. */
export function discloseTo(core: CoreContext, to: Disclosure, run: Run): Run {
  noteHidden(core, to, run.id, run.error);
  return discloseRun(to, run);
}

export function noteHidden(
  { noteCause }: CoreContext,
  to: Disclosure,
  runId: string,
  error: RunError | null,
): void {
  if (error !== null && discloseError(to, error) !== error) {
    noteCause({ runId, ...error });
  }
}

/** What a token is told instead of a cause, which may name models, addresses and the tool's insides. */
function hiddenCause(requestId: string): RunError {
  return {
    code: "tool_failed",
    message: `The tool failed. Whoever runs it finds the cause by the run or by request_id ${requestId}.`,
  };
}

function addressOf({ projectId, id: runId, threadId }: Run): RunAddress {
  return { projectId, runId, threadId };
}
