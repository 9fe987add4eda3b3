/** Reads, follows, cancels and answers existing runs, within the caller's scope and disclosure. */
import { type Caller, scopeOf } from "../domain/access/caller";
import { type DisclosedEvent, discloseError, discloseEvent } from "../domain/access/disclosure";
import { A_KEY } from "../domain/access/needs";
import { type Outcome, failed, success } from "../domain/failure";
import type { Metadata } from "../domain/metadata";
import type { Page, PageRequest } from "../domain/page";
import { type Run, isFinal } from "../domain/run";
import type { RunEvent } from "../domain/run-event";
import { WAIT } from "../limits";
import type { RunAddress } from "../runs/client/find-object";
import type { Batch } from "../runs/client/resume-stream";
import * as client from "../runs/client/run-client";
import type { ReaderPlace, SubmittedOutput } from "../runs/object/protocol";
import {
  type ListedRun,
  type RunFilter,
  type RunSummary,
  getRun,
  listRuns as listRecorded,
  updateRunMetadata,
  listWholeRuns as listWholeRecorded,
} from "../store/runs/runs";
import { databaseOf } from "../store/sql/databases";
import { loadDefinitionOfRun } from "../store/tools/tool-versions";
import type { CoreContext } from "./context";
import { type RunView, disclosureTo, noteHidden, discloseTo, viewOf } from "./run-view";

export type { ListedRun, RunFilter } from "../store/runs/runs";

/** A run as a path names it; with the tool, where the path has one. */
export interface RunName {
  toolId?: string;
  runId: string;
}

/** The run as the store has it, which is the truth once it has ended. */
export async function findRun(
  caller: Caller,
  core: CoreContext,
  name: RunName,
): Promise<Outcome<RunView>> {
  const found = await getRun(core.env, scopeOf(caller), name, core.findRoom);
  if (!found.ok) {
    return found;
  }
  const db = databaseOf(core.env, caller);
  const version =
    caller.kind === "key" ? null : await loadDefinitionOfRun(db, caller.projectId, name.runId);
  return success(viewOf(caller, core, found.value, version));
}

/** The run as it stands. */
export async function readRun(
  caller: Caller,
  core: CoreContext,
  name: RunName,
): Promise<Outcome<Run>> {
  return unlessEnded(caller, core, name, (address) => client.readRun(core.env, address));
}

/** Stops the run; the run as it ended, by the stop or before it, or as it stands after `WAIT.stopMs`. */
export async function cancelRun(
  caller: Caller,
  core: CoreContext,
  name: RunName,
): Promise<Outcome<Run>> {
  const stop = (address: RunAddress) => client.cancelRun(core.env, address, WAIT.stopMs);
  return unlessEnded(caller, core, name, stop);
}

/** Replaces the run's whole metadata, at work or ended; the run as it stands. */
export async function updateRun(
  caller: Caller,
  core: CoreContext,
  name: RunName,
  metadata: Metadata,
): Promise<Outcome<Run>> {
  const found = await findRun(caller, core, name);
  if (!found.ok) {
    return found;
  }
  const { runId } = name;
  const db = databaseOf(core.env, caller);
  const updated = await updateRunMetadata(db, scopeOf(caller), { runId, metadata });
  if (!updated.ok && caller.kind === "token") {
    return failed({ kind: "forbidden", needs: A_KEY });
  }
  return updated.ok ? readRun(caller, core, name) : updated;
}

/** Hands in outputs that the run waits for. */
export async function submitOutputs(
  caller: Caller,
  core: CoreContext,
  name: RunName,
  outputs: SubmittedOutput[],
): Promise<Outcome<Run>> {
  const found = await findRun(caller, core, name);
  if (!found.ok) {
    return found;
  }
  const { address } = found.value;
  const submitted = await client.submitOutputs(core.env, address, outputs);
  if (submitted.ok || submitted.failure.kind !== "run_state") {
    return disclosed(core, found.value, submitted);
  }
  // The answer may have been lost of the call that let the run go on to its end.
  const run = await client.readRun(core.env, address);
  return disclosed(core, found.value, run.ok && wereTaken(run.value, outputs) ? run : submitted);
}

function wereTaken({ steps }: Run, outputs: readonly SubmittedOutput[]): boolean {
  const calls = steps.flatMap((step) => (step.type === "message" ? [] : step.calls));
  return outputs.every(({ callId, output }) =>
    calls.some((call) => call.callId === callId && call.by === "client" && call.output === output),
  );
}

/** The run as it stands, which was found before. */
export async function rereadRun(core: CoreContext, view: RunView): Promise<Outcome<Run>> {
  return disclosed(core, view, await client.readRun(core.env, view.address));
}

/** The run once it has ended or waits for its client, or as it stands where patience ends before. */
export async function waitForRun(
  core: CoreContext,
  view: RunView,
  patience: client.Patience,
): Promise<Outcome<Run>> {
  return view.opened?.kind === "waited"
    ? success(view.run)
    : disclosed(core, view, await client.waitForRun(core.env, view.address, patience));
}

/** The runs that the caller may see, the newest first unless the page says otherwise. */
export async function listRuns(
  caller: Caller,
  core: CoreContext,
  page: PageRequest,
  filter: RunFilter,
): Promise<Outcome<Page<RunSummary>>> {
  const listed = await listRecorded(databaseOf(core.env, caller), scopeOf(caller), page, filter);
  if (!listed.ok || caller.kind === "key") {
    return listed;
  }
  // Of a failure alone is less told, whatever the versions open.
  const to = disclosureTo(caller, core, null);
  const items = listed.value.items.map((run) => ({ ...run, error: discloseError(to, run.error) }));
  return success({ ...listed.value, items });
}

/** The same, with what each was asked for. */
export async function listWholeRuns(
  caller: Caller,
  core: CoreContext,
  page: PageRequest,
  filter: RunFilter,
): Promise<Outcome<Page<ListedRun>>> {
  const db = databaseOf(core.env, caller);
  const listed = await listWholeRecorded(db, scopeOf(caller), page, filter);
  if (!listed.ok || caller.kind === "key") {
    return listed;
  }
  // Whatever the versions open: of each a list would have to ask.
  const to = disclosureTo(caller, core, null);
  const items = listed.value.items.map((run) => ({
    ...run,
    error: discloseError(to, run.error),
    config: {},
    usage: { inputTokens: 0, outputTokens: 0 },
  }));
  return success({ ...listed.value, items });
}

/** A run's events as a reader of some dialect wants them. */
export interface Listening {
  /** How many of the dialect's events lie before the first of `events`. */
  before: number;
  events: AsyncGenerator<Batch<DisclosedEvent>>;
}

/** See `listenToRun` of the client; hidden events keep their place in the numbering. */
export async function listenToRun(
  core: CoreContext,
  view: RunView,
  place: ReaderPlace,
  signal: AbortSignal,
): Promise<Listening> {
  const { env } = core;
  const lines = view.opened?.kind === "lines" ? view.opened.lines : null;
  const heard = await client.listenToRun(env, view.address, place, signal, lines);
  const { before, events } = heard;
  return { before, events: disclosedEvents(core, view, events) };
}

async function* disclosedEvents(
  core: CoreContext,
  { to, address: { runId } }: RunView,
  batches: AsyncGenerator<Batch<RunEvent>>,
): AsyncGenerator<Batch<DisclosedEvent>> {
  for await (const batch of batches) {
    const last = batch.at(-1);
    if (last?.type === "run-end") {
      noteHidden(core, to, runId, last.error);
    }
    yield batch.map((event) => event && discloseEvent(to, event));
  }
}

function disclosed(core: CoreContext, { to }: RunView, answer: Outcome<Run>): Outcome<Run> {
  return answer.ok ? success(discloseTo(core, to, answer.value)) : answer;
}

/** The run as the store has it once it has ended, else what its object answers. */
async function unlessEnded(
  caller: Caller,
  core: CoreContext,
  name: RunName,
  ask: (address: RunAddress) => Promise<Outcome<Run>>,
): Promise<Outcome<Run>> {
  const found = await findRun(caller, core, name);
  if (!found.ok) {
    return found;
  }
  const { run, address } = found.value;
  if (isFinal(run.status)) {
    return success(run);
  }
  const answer = disclosed(core, found.value, await ask(address));
  // The object knows what the run was accepted with.
  return answer.ok ? success({ ...answer.value, metadata: run.metadata }) : answer;
}
