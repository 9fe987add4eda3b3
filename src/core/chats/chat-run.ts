/** A run of a chat, as whoever follows it needs it. */
import { answeringActions } from "../../domain/access/answering-actions";
import { type Caller, reachOf } from "../../domain/access/caller";
import { type Outcome, success } from "../../domain/failure";
import { getRun } from "../../store/runs/runs";
import { databaseOf } from "../../store/sql/databases";
import { loadDefinitionOfRun } from "../../store/tools/tool-versions";
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
  return found.ok
    ? success({
        ...viewOf(caller, core, found.value, version),
        answers: answeringActions(version?.actions ?? []),
      })
    : found;
}
