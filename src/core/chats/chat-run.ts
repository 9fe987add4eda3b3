/** Runs of a chat, as whoever follows them needs them. */
import { answeringActions } from "../../domain/access/answering-actions";
import { type Caller, scopeOf } from "../../domain/access/caller";
import { type Outcome, success } from "../../domain/failure";
import type { Run } from "../../domain/run";
import { PAGE } from "../../limits";
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
    getRun(core.env, scopeOf(caller), { runId }, core.findRoom),
    loadDefinitionOfRun(databaseOf(core.env, caller), caller.projectId, runId),
  ]);
  return found.ok ? success(asChatRun(caller, core, found.value, version)) : found;
}

export interface ChatRuns {
  byId: ReadonlyMap<string, StartedRun>;
  /** Ids of those that do not fit the same page. */
  left: ReadonlySet<string>;
}

/** Those of them that the caller sees, the first ones that fit a page. */
export async function findChatRuns(
  caller: Caller,
  core: CoreContext,
  ids: readonly string[],
): Promise<ChatRuns> {
  if (ids.length === 0) {
    return { byId: new Map(), left: new Set() };
  }
  const { maxBytes } = PAGE;
  const { runs, left } = await getRuns(core.env, scopeOf(caller), { ids, maxBytes });
  const db = databaseOf(core.env, caller);
  const versions = await loadDefinitions(db, caller.projectId, runs);
  const byId = new Map(
    runs.map((run) => [
      run.id,
      asChatRun(caller, core, run, versions.get(versionKey(run)) ?? null),
    ]),
  );
  return { byId, left };
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
