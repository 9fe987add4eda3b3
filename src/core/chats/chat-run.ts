/** Runs of a chat, as whoever follows them needs them. */
import { answeringActions } from "../../domain/access/answering-actions";
import { type Caller, reachOf } from "../../domain/access/caller";
import { type Outcome, success } from "../../domain/failure";
import type { Run } from "../../domain/run";
import { getRun, getRuns } from "../../store/runs/runs";
import { databaseOf } from "../../store/sql/databases";
import {
  type Definition,
  loadDefinitionOfRun,
  loadDefinitions,
  versionKey,
} from "../../store/tools/tool-versions";
import type { CoreContext } from "../context";
import { viewOf } from "../run-view";
import type { StartedRun } from "../start-run";

/** With what answers in it. */
export async function findChatRun(
  caller: Caller,
  core: CoreContext,
  runId: string,
): Promise<Outcome<StartedRun>> {
  const [found, version] = await Promise.all([
    getRun(core.env, reachOf(caller), { runId }),
    loadDefinitionOfRun(databaseOf(core.env, caller), caller.projectId, runId),
  ]);
  return found.ok ? success(asChatRun(caller, core, found.value, version)) : found;
}

/** Those of them that the caller sees, by id. */
export async function findChatRuns(
  caller: Caller,
  core: CoreContext,
  runIds: readonly string[],
): Promise<Map<string, StartedRun>> {
  if (runIds.length === 0) {
    return new Map();
  }
  const runs = await getRuns(core.env, reachOf(caller), runIds);
  const db = databaseOf(core.env, caller);
  const versions = await loadDefinitions(db, caller.projectId, runs);
  return new Map(
    runs.map((run) => [
      run.id,
      asChatRun(caller, core, run, versions.get(versionKey(run)) ?? null),
    ]),
  );
}

function asChatRun(
  caller: Caller,
  core: CoreContext,
  run: Run,
  version: Definition | null,
): StartedRun {
  const answers = answeringActions(version?.actions ?? []);
  return { ...viewOf(caller, core, run, version), answers };
}
