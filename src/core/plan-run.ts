/** What a run is planned as: who may run what, with which config and version, on which thread, with which files. */
import { refuseWebhookUrl } from "../adapters/webhook-records";
import { type Caller, type TokenCaller, mayRunTool, scopeOf } from "../domain/access/caller";
import { type Failure, type Outcome, failed, invalidBody, success } from "../domain/failure";
import { newThreadId } from "../domain/ids";
import { readsInput } from "../domain/reads-input";
import { nameProblem } from "../domain/text";
import type { DeployedVersion } from "../domain/tool";
import { mergeConfig } from "../engine/check-definition";
import type { StartRun } from "../runs/object/protocol";
import { checkFiles, refuseUnknownFiles } from "../store/files/files";
import { fileIdsOf } from "../store/messages/insert-messages";
import { allRows } from "../store/sql/batch";
import { databaseOf } from "../store/sql/databases";
import { getThread } from "../store/threads/threads";
import { type NamedVersion, lostVersion } from "../store/tools/tool-versions";
import { hasSecretForRuns } from "../store/webhooks/webhooks";
import { closedPart, closedVersion } from "./closed-to-tokens";
import type { CoreContext } from "./context";
import { lookUpVersion } from "./known-tools";
import type { RunCall } from "./run-call";
import type { RunIdentity } from "./run-identity";

/** Who asks for what, under which id. */
export interface PlannedCall {
  caller: Caller;
  core: CoreContext;
  call: RunCall;
  identity: RunIdentity;
}

interface PlanOptions {
  /** The version as it was looked up some time ago; null: it is looked up now. */
  known: NamedVersion | null;
  /** Leaves what D1 would be asked to the run's admission. */
  assumes: boolean;
}

export interface RunPlan {
  version: DeployedVersion;
  start: StartRun;
}

/** What the object is asked for, if nothing stands against it. */
export async function planRun(
  { caller, core, call, identity }: PlannedCall,
  { known, assumes }: PlanOptions,
): Promise<Outcome<RunPlan>> {
  const loaded = await loadFor(caller, core, call, known);
  if (!loaded.ok) {
    return loaded;
  }
  const { name, version } = loaded.value;
  const refusal =
    closedPart(caller, call, version.open) ??
    refuseStray(call, version.actions) ??
    (await refuse(caller, core, call, assumes));
  if (refusal !== null) {
    return failed(refusal);
  }
  const merged = mergeConfig(version.actions, call.config);
  if (!merged.ok) {
    return failed({ kind: "invalid", where: "body", issues: merged.issues });
  }
  const inputs = call.inputs.length === 0 ? [{}] : call.inputs;
  const scope = scopeOf(caller);
  const start: StartRun = {
    request: {
      runId: await identity.fix(),
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
      endUserId: scope.endUserId,
      webhookUrl: call.webhookUrl,
      ...(call.turn === null ? {} : { turn: call.turn }),
      metadata: call.metadata,
      waitDeadlineMs: call.waitDeadlineMs,
    },
    actions: version.actions,
    config: merged.config,
    inputMessages: call.inputMessages,
    reach: scope,
    openFiles: version.open.files ?? [],
    ownHost: core.ownHost,
    neverBehindWaiting: call.neverBehindWaiting,
    assumed: {
      tool: known?.state,
      claim: identity.claim,
      ...(assumes ? assumptionsOf(caller, call) : null),
    },
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
  { env, lookAhead }: CoreContext,
  { toolId, version, turn }: RunCall,
  known: NamedVersion | null = null,
): Promise<Outcome<NamedVersion>> {
  if (!mayRunTool(caller, toolId)) {
    return failed({ kind: "not_found", entity: "tool", id: toolId, isUnlisted: true });
  }
  const { projectId } = caller;
  const name = { projectId, toolId, version };
  const found =
    known ?? (await lookAhead?.take(name)) ?? (await lookUpVersion(databaseOf(env, caller), name));
  if ("unknown" in found && found.unknown === "tool") {
    return failed({ kind: "not_found", entity: "tool", id: toolId });
  }
  const mayName = caller.kind === "key" || isUsual({ version, turn }, found);
  const closed = mayName ? null : closedVersion(found.defaultOpen);
  if (closed !== null) {
    return failed(closed);
  }
  return "unknown" in found
    ? failed(await unknownVersion(caller, env, toolId, String(version)))
    : success(found);
}

/** A token is told of no other versions. */
async function unknownVersion(
  caller: Caller,
  env: Env,
  id: string,
  version: string,
): Promise<Failure> {
  return caller.kind === "key"
    ? lostVersion(databaseOf(env, caller), { projectId: caller.projectId, id }, version)
    : { kind: "not_found", entity: "tool_version", id: version };
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

function refuse(
  caller: Caller,
  core: CoreContext,
  call: RunCall,
  assumes: boolean,
): Promise<Failure | null> | Failure | null {
  const refusal = refuseWebhook(core, call) ?? refuseName(call) ?? refuseThread(caller, call);
  return refusal === null && !assumes ? askForRest(caller, core, call) : refusal;
}

/** What a thread would not keep, and no action reads either, would be lost. */
function refuseStray({ strayMessages = [] }: RunCall, actions: DeployedVersion["actions"]) {
  const issues = strayMessages.filter(({ path: [, , field] }) => !readsInput(actions, `${field}`));
  return issues.length === 0 ? null : ({ kind: "invalid", where: "body", issues } as const);
}

/** Nothing is posted where it is this service's own or private. */
function refuseWebhook({ env, ownHost }: CoreContext, { webhookUrl }: RunCall): Failure | null {
  const reason = webhookUrl === null ? null : refuseWebhookUrl(env, webhookUrl, ownHost);
  return reason === null ? null : invalidBody(["webhook_url"], `cannot be posted to: ${reason}`);
}

/** A chat's own name of its thread is told as the thread's, and stands in its paths. */
function refuseName({ threadId, turn }: RunCall): Failure | null {
  const name = turn?.alias ?? threadId;
  const problem = name === null ? undefined : nameProblem(name);
  return problem === undefined ? null : invalidBody(["thread_id"], problem);
}

/** Threads of further rows a token must be allowed to make. */
function refuseThread(caller: Caller, { threadId, inputs, turn }: RunCall): Failure | null {
  if (threadId === null || caller.kind === "key") {
    return null;
  }
  if (turn !== null && turn.alias !== null) {
    return refuseNewChat(caller, turn.alias);
  }
  return inputs.length > 1 && !caller.verbs.includes("threads:create")
    ? { kind: "forbidden", needs: "threads:create" }
    : null;
}

/**
 * A token names threads that it sees: were an unknown name a new thread, a name that is taken would
 * tell of somebody else's.
 */
function namesKnownThread({ kind }: Caller, { threadId, turn, knownThread }: RunCall): boolean {
  const isNamed = threadId !== null && (turn === null || turn.alias === null);
  return isNamed && (kind === "token" || knownThread === true);
}

/** What `askForRest` would ask. */
function assumptionsOf(caller: Caller, call: RunCall): StartRun["assumed"] {
  return {
    knownThread: namesKnownThread(caller, call) ? true : undefined,
    fileIds: fileIdsOf(call.inputMessages.flat()),
    webhookSecret: call.webhookUrl === null ? undefined : true,
  };
}

/** Why D1 stands against the call: see `assumptionsOf`. */
async function askForRest(
  caller: Caller,
  core: CoreContext,
  call: RunCall,
): Promise<Failure | null> {
  const { threadId } = call;
  const db = databaseOf(core.env, caller);
  if (call.webhookUrl !== null && !(await hasSecretForRuns(db, caller.projectId))) {
    const hint = "needs a secret to be signed with: make one by POST /api/sdk/webhooks without url";
    return invalidBody(["webhook_url"], hint);
  }
  if (threadId !== null && namesKnownThread(caller, call)) {
    const thread = await getThread(db, scopeOf(caller), threadId);
    if (!thread.ok) {
      return thread.failure;
    }
  }
  return refuseFiles(caller, core, call);
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
  const asked = checkFiles(databaseOf(env, caller), scopeOf(caller), fileIdsOf(named));
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
