/** Starting a run: it is planned, its thread's object is asked for it, and what did not hold is looked up. */
import { answeringActions } from "../domain/access/answering-actions";
import type { Caller } from "../domain/access/caller";
import { type Outcome, success } from "../domain/failure";
import { type Started, startRun as startInObject } from "../runs/client/run-client";
import type { CoreContext } from "./context";
import { knownVersion } from "./known-tools";
import { type PlannedCall, type RunPlan, planRun } from "./plan-run";
import type { RunCall } from "./run-call";
import { type NamedCall, RunIdentity } from "./run-identity";
import { type RunView, viewOf } from "./run-view";

/** A run that was started or found, to be followed. */
export interface StartedRun extends RunView {
  /** Actions whose text, as it is told, is the answer. */
  answers: ReadonlySet<string>;
}

/**
 * Starts the run, or says why not; then nothing was done.
 * @param fixRunId Gives the run's id once nothing stands against the call.
 * @param named The call's name, or null where it has none. Its admission then answers what would take a
 * question each; absent, `fixRunId` is a question itself and comes behind all others.
 */
export async function startRun(
  caller: Caller,
  core: CoreContext,
  call: RunCall,
  fixRunId: () => Promise<string> | string,
  named?: NamedCall | null,
): Promise<Outcome<StartedRun>> {
  const identity = new RunIdentity(fixRunId, named ?? null);
  const asked: PlannedCall = { caller, core, call, identity };
  const planned = await planFirst(asked, named !== undefined);
  if (!planned.ok) {
    return planned;
  }
  const planAgain = () => planAnew(asked);
  const started = await startInObject(core.env, planned.value, planAgain, call.andThen);
  if (started.ok || !(await identity.restore())) {
    return viewOfStarted(asked, started);
  }
  // Another call of this name came first: its run is this call's.
  const anew = await planAnew(asked);
  return anew.ok
    ? viewOfStarted(asked, await startInObject(core.env, anew.value, undefined, call.andThen))
    : anew;
}

/** The plan, with the version as this isolate knows it, if it does. */
async function planFirst(asked: PlannedCall, assumes: boolean): Promise<Outcome<RunPlan>> {
  const { caller, call } = asked;
  const known = knownVersion({ ...call, projectId: caller.projectId });
  const planned = await planRun(asked, { known, assumes });
  // What stands against it may be a version that is not current any more.
  return planned.ok || known === null ? planned : planRun(asked, { known: null, assumes });
}

/** The plan where nothing is assumed: all of it is looked up, the id of the run as well. */
async function planAnew(asked: PlannedCall): Promise<Outcome<RunPlan>> {
  await asked.identity.restore();
  return planRun(asked, { known: null, assumes: false });
}

function viewOfStarted(
  { caller, core }: PlannedCall,
  started: Outcome<Started<RunPlan>>,
): Outcome<StartedRun> {
  if (!started.ok) {
    return started;
  }
  const { run, opened, plan } = started.value;
  const view = viewOf(caller, core, run, plan.version);
  return success({ ...view, opened, answers: answeringActions(plan.version.actions) });
}
