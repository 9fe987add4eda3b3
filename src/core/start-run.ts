/** Starting a run: who may run what, with which config and version, on which thread, with which files. */
import { refuseWebhookUrl } from "../adapters/webhook-records";
import { answeringActions } from "../domain/access/answering-actions";
import { type Caller, type TokenCaller, mayRunTool, reachOf } from "../domain/access/caller";
import { type Failure, type Outcome, failed, invalidBody, success } from "../domain/failure";
import { newThreadId } from "../domain/ids";
import type { DeployedVersion } from "../domain/tool";
import { mergeConfig } from "../engine/check-definition";
import { startRun as startInObject } from "../runs/client/run-client";
import type { StartRun } from "../runs/object/protocol";
import { checkFiles, refuseUnknownFiles } from "../store/files/files";
import { fileIdsOf } from "../store/messages/insert-messages";
import { allRows } from "../store/sql/batch";
import { databaseOf } from "../store/sql/databases";
import { getThread } from "../store/threads/threads";
import type { NamedVersion } from "../store/tools/tool-versions";
import { hasSecretForRuns } from "../store/webhooks/webhooks";
import { closedPart, closedVersion } from "./closed-to-tokens";
import type { CoreContext } from "./context";
import { knownVersion, lookUpVersion } from "./known-tools";
import type { RunCall } from "./run-call";
import { type RunView, viewOf } from "./run-view";

export interface StartedRun extends RunView {
  /** Actions whose text, as it is told, is the answer. */
  answers: ReadonlySet<string>;
}

/**
 * Starts the run, or says why not; then nothing was done.
 * @param fixRunId Gives the run's id once nothing stands against the call: a repeated call is given
 * the same one, and is the same run.
 */
export async function startRun(
  caller: Caller,
  core: CoreContext,
  call: RunCall,
  fixRunId: () => Promise<string> | string,
): Promise<Outcome<StartedRun>> {
  let runId: string | null = null;
  const plan = (known: NamedVersion | null) =>
    planRun(caller, core, call, { known, fixRunId: async () => (runId ??= await fixRunId()) });
  const known = knownVersion({ ...call, projectId: caller.projectId });
  let planned = await plan(known);
  if (!planned.ok && known !== null) {
    // What stands against it may be a version that is not current any more.
    planned = await plan(null);
  }
  if (!planned.ok) {
    return planned;
  }
  const started = await startInObject(core.env, planned.value.start, async () => {
    const anew = await plan(null);
    planned = anew.ok ? anew : planned;
    return anew.ok ? success(anew.value.start) : anew;
  });
  const { version } = planned.value;
  return started.ok
    ? success({
        ...viewOf(caller, core, started.value, version),
        answers: answeringActions(version.actions),
      })
    : started;
}

interface RunPlan {
  version: DeployedVersion;
  start: StartRun;
}

/** What the object is asked for, if nothing stands against it. */
async function planRun(
  caller: Caller,
  core: CoreContext,
  call: RunCall,
  { known, fixRunId }: { known: NamedVersion | null; fixRunId: () => Promise<string> },
): Promise<Outcome<RunPlan>> {
  const loaded = await loadFor(caller, core, call, known);
  if (!loaded.ok) {
    return loaded;
  }
  const { name, version } = loaded.value;
  const refusal =
    closedPart(caller, call, version.open) ??
    (await refuseWebhook(caller, core, call)) ??
    (await refuseThread(caller, core, call)) ??
    (await refuseFiles(caller, core, call));
  if (refusal !== null) {
    return failed(refusal);
  }
  const merged = mergeConfig(version.actions, call.config);
  if (!merged.ok) {
    return failed({ kind: "invalid", where: "body", issues: merged.issues });
  }
  const inputs = call.inputs.length === 0 ? [{}] : call.inputs;
  const reach = reachOf(caller);
  const start: StartRun = {
    request: {
      runId: await fixRunId(),
      projectId: caller.projectId,
      toolId: call.toolId,
      toolName: name,
      version: version.version,
      config: call.config,
      inputs,
      threadIds: threadIdsOf(call.threadId, inputs.length),
      stream: call.stream,
      conflict: call.conflict,
      createdAtMs: Date.now(),
      deadlineMs: call.deadlineMs,
      endUserId: reach.endUserId,
      webhookUrl: call.webhookUrl,
      ...(call.turn === null ? {} : { turn: call.turn }),
      metadata: call.metadata,
      waitDeadlineMs: call.waitDeadlineMs,
    },
    actions: version.actions,
    config: merged.config,
    inputMessages: call.inputMessages,
    reach,
    openFiles: version.open.files ?? [],
    ownHost: core.ownHost,
    toolState: known?.state,
  };
  return success({ version, start });
}

/** Why the caller may not ask for such a run, whatever it would find; null where nothing stands against it. */
export async function refuseCall(
  caller: Caller,
  core: CoreContext,
  call: RunCall,
): Promise<Failure | null> {
  const loaded = await loadFor(caller, core, call);
  return loaded.ok ? closedPart(caller, call, loaded.value.version.open) : loaded.failure;
}

/** The version to run. A token names another than the tool's usual one only where that opens it. */
async function loadFor(
  caller: Caller,
  { env }: CoreContext,
  { toolId, version, turn }: RunCall,
  known: NamedVersion | null = null,
): Promise<Outcome<NamedVersion>> {
  if (!mayRunTool(caller, toolId)) {
    return failed({ kind: "not_found", entity: "tool", id: toolId });
  }
  const { projectId } = caller;
  const found =
    known ?? (await lookUpVersion(databaseOf(env, caller), { projectId, toolId, version }));
  if ("unknown" in found && found.unknown === "tool") {
    return failed({ kind: "not_found", entity: "tool", id: toolId });
  }
  const mayName = caller.kind === "key" || isUsual({ version, turn }, found);
  const closed = mayName ? null : closedVersion(found.defaultOpen);
  if (closed !== null) {
    return failed(closed);
  }
  return "unknown" in found
    ? failed({ kind: "not_found", entity: "tool_version", id: String(version) })
    : success(found);
}

/** A chat runs what is live, whatever its tool gives to calls that name no version. */
function isUsual(
  { version, turn }: Pick<RunCall, "version" | "turn">,
  { defaultVersion }: Pick<NamedVersion, "defaultVersion">,
): boolean {
  return (
    version === "default" || version === defaultVersion || (turn !== null && version === "live")
  );
}

/** This service posts only what it can sign, and nowhere that is its own or private. */
async function refuseWebhook(
  { projectId }: Caller,
  { env, ownHost }: CoreContext,
  { webhookUrl }: RunCall,
): Promise<Failure | null> {
  if (webhookUrl === null) {
    return null;
  }
  const reason = refuseWebhookUrl(env, webhookUrl, ownHost);
  if (reason !== null) {
    return invalidBody(["webhook_url"], `cannot be posted to: ${reason}`);
  }
  const hint = "needs a secret to be signed with: make one by POST /api/sdk/webhooks without url";
  const hasSecret = await hasSecretForRuns(databaseOf(env, { projectId }), projectId);
  return hasSecret ? null : invalidBody(["webhook_url"], hint);
}

/**
 * A token names threads that it sees: were an unknown name a new thread, a name that is taken would
 * tell of somebody else's. Threads of further rows it must be allowed to make.
 */
async function refuseThread(
  caller: Caller,
  { env }: CoreContext,
  { threadId, inputs, turn }: RunCall,
): Promise<Failure | null> {
  if (threadId === null || caller.kind === "key") {
    return null;
  }
  if (turn !== null && turn.alias !== null) {
    return refuseNewChat(caller, turn.alias);
  }
  const thread = await getThread(databaseOf(env, caller), reachOf(caller), threadId);
  if (!thread.ok) {
    return thread.failure;
  }
  return inputs.length > 1 && !caller.verbs.includes("threads:create")
    ? { kind: "forbidden", needs: "threads:create" }
    : null;
}

/** The name is the end user's alone, so that one which is taken tells of nobody else's. */
function refuseNewChat({ threads, verbs }: TokenCaller, alias: string): Failure | null {
  if (threads !== "own") {
    return { kind: "not_found", entity: "thread", id: alias };
  }
  return verbs.includes("threads:create") ? null : { kind: "forbidden", needs: "threads:create" };
}

async function refuseFiles(
  caller: Caller,
  { env }: CoreContext,
  { inputMessages }: RunCall,
): Promise<Failure | null> {
  const named = inputMessages.flatMap((messages, row) =>
    messages.map((message, index) => ({ ...message, path: ["inputs", row, "messages", index] })),
  );
  const asked = checkFiles(databaseOf(env, caller), reachOf(caller), fileIdsOf(named));
  const lost = asked === null ? [] : await allRows(asked);
  return lost.length === 0
    ? null
    : refuseUnknownFiles(named, lost, (index) => named[index]?.path ?? []);
}

/** Each further row has a thread of its own. */
function threadIdsOf(threadId: string | null, rows: number): string[] | null {
  return threadId === null
    ? null
    : [threadId, ...Array.from({ length: rows - 1 }, () => newThreadId())];
}
