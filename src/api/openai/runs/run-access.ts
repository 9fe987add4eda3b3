/** One run of the path's thread, and what of it this dialect tells. */
import type { Context } from "hono";

import type { RunView } from "../../../core/run-view";
import { findRun } from "../../../core/runs";
import { answeringActions } from "../../../domain/access/answering-actions";
import type { Run } from "../../../domain/run";
import { MINUTE_MS, SECOND_MS } from "../../../limits/units";
import { databaseOf } from "../../../store/sql/databases";
import { loadDefinitionOfRun } from "../../../store/tools/tool-versions";
import type { AppEnv } from "../../shared/app-env";
import { coreContext } from "../../shared/core-context";
import { fail, unwrap } from "../../shared/reply/fail";
import { ASSISTANT_ACTION } from "../assistants/definition";
import { idOf } from "../ids";

/** A run of another thread is not there. */
export async function runOf(c: Context<AppEnv>): Promise<RunView> {
  const threadId = idOf(c, "thread");
  const runId = idOf(c, "run");
  const view = unwrap(await findRun(c.var.caller, coreContext(c), { runId }));
  return view.run.threadId === threadId
    ? view
    : fail({ kind: "not_found", entity: "run", id: runId });
}

/** The actions whose replies are the run's steps: of a tool that was not made here, those that answer. */
export async function speakersOf(
  c: Context<AppEnv>,
  { id, config, projectId }: Pick<Run, "id" | "config" | "projectId">,
): Promise<ReadonlySet<string>> {
  if (ASSISTANT_ACTION in config) {
    return new Set([ASSISTANT_ACTION]);
  }
  const version = await loadDefinitionOfRun(databaseOf(c.env, c.var.caller), projectId, id);
  return answeringActions(version?.actions ?? []);
}

const POLL_HEADER = "openai-poll-after-ms";

/** Helpers of SDKs ask every five seconds where nobody says otherwise: most runs take fewer. */
export function sayWhenToPoll(c: Context<AppEnv>, createdAtMs: number): void {
  const ageMs = Date.now() - createdAtMs;
  const afterMs = ageMs < 10 * SECOND_MS ? 500 : ageMs < MINUTE_MS ? SECOND_MS : 2 * SECOND_MS;
  c.header(POLL_HEADER, String(afterMs));
}
