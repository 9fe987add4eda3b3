/** From the body of a run call to what the coordinator takes. */
import type { Context } from "hono";
import * as z from "zod";

import { mayRunTool, reachOf } from "../../domain/caller";
import { invalidBody } from "../../domain/failure";
import { newThreadId } from "../../domain/ids";
import { issuesOf } from "../../domain/issues-of";
import type { NewMessage } from "../../domain/message";
import { mergeConfig } from "../../engine/check-definition";
import type { StartRun } from "../../runs/object/protocol";
import { checkFiles, refuseUnknownFiles } from "../../store/files/files";
import { fileIdsOf } from "../../store/messages/insert-messages";
import { allRows } from "../../store/sql/batch";
import { getThread } from "../../store/threads/threads";
import { loadToolVersion } from "../../store/tools/tool-versions";
import { hasSecretForRuns } from "../../store/webhooks/webhooks";
import { ownProject } from "../platform/own-project";
import { refuseAddress } from "../platform/webhooks";
import type { AppEnv } from "../shared/app-env";
import { refuse, unwrap } from "../shared/reply/fail";
import { InputMessage, MessageBody, toNewMessage } from "./message-wire";
import type { StartRunBody } from "./run-wire";

const SECOND_MS = 1000;

type RunContext = Context<AppEnv, "/p/:project_id/a/:tool_id/r">;

/** @param runId Fixed before anything is done, so that a repeated call is the same run. */
export async function toStartRun(
  c: RunContext,
  body: z.output<typeof StartRunBody>,
  runId: string,
): Promise<StartRun> {
  const projectId = ownProject(c);
  const toolId = c.req.param("tool_id");
  const { caller } = c.var;
  if (!mayRunTool(caller, toolId)) {
    refuse({ kind: "not_found", entity: "tool", id: toolId });
  }
  await refuseWebhook(c, body.webhook_url);
  const inputs = body.inputs.length === 0 ? [{}] : body.inputs;
  await refuseUnseenThread(c, body.thread_id, inputs.length);
  const inputMessages = inputs.map(readInputMessages);
  await refuseLostFiles(c, inputMessages);
  const tool = await loadToolVersion(c.env.DB, projectId, toolId, body.version);
  if ("unknown" in tool) {
    refuse({ kind: "not_found", entity: tool.unknown, id: lostId(tool.unknown, toolId, body) });
  }
  const merged = mergeConfig(tool.version.actions, body.config);
  if (!merged.ok) {
    refuse({ kind: "invalid", where: "body", issues: merged.issues });
  }
  const reach = reachOf(caller);
  return {
    request: {
      runId,
      projectId,
      toolId,
      toolName: tool.name,
      version: tool.version.version,
      config: body.config,
      inputs,
      threadIds: threadIdsOf(body.thread_id, inputs.length),
      stream: body.stream,
      conflict: body.on_conflict,
      createdAtMs: Date.now(),
      deadlineMs: body.deadline_seconds * SECOND_MS,
      endUserId: reach.endUserId,
      webhookUrl: body.webhook_url ?? null,
    },
    actions: tool.version.actions,
    config: merged.config,
    inputMessages,
    reach,
    ownHost: new URL(c.req.url).host,
  };
}

/**
 * A token names threads that it sees: were an unknown name a new thread, a name that is taken would
 * tell of somebody else's. Threads of further rows it must be allowed to make.
 */
async function refuseUnseenThread(
  c: RunContext,
  threadId: string | undefined,
  rows: number,
): Promise<void> {
  const { caller } = c.var;
  if (threadId === undefined || caller.kind === "key") {
    return;
  }
  unwrap(await getThread(c.env.DB, reachOf(caller), threadId));
  if (rows > 1 && !caller.verbs.includes("threads:create")) {
    refuse({ kind: "forbidden", needs: "threads:create" });
  }
}

/** A token's holder must not have this service post wherever it likes. */
async function refuseWebhook(c: RunContext, url: string | undefined): Promise<void> {
  if (url === undefined) {
    return;
  }
  const { caller } = c.var;
  if (caller.kind === "token") {
    refuse({ kind: "forbidden", needs: "a key for webhook_url" });
  }
  refuseAddress(c, "webhook_url", url);
  if (!(await hasSecretForRuns(c.env.DB, caller.projectId))) {
    const hint = "needs a secret to be signed with: make one by POST /api/sdk/webhooks without url";
    refuse(invalidBody(["webhook_url"], hint));
  }
}

async function refuseLostFiles(c: RunContext, inputMessages: NewMessage[][]): Promise<void> {
  const named = inputMessages.flatMap((messages, row) =>
    messages.map((message, index) => ({ ...message, path: ["inputs", row, "messages", index] })),
  );
  const fileIds = fileIdsOf(named);
  const asked = checkFiles(c.env.DB, reachOf(c.var.caller), fileIds);
  const lost = asked === null ? [] : await allRows(asked);
  if (lost.length > 0) {
    refuse(refuseUnknownFiles(named, lost, (index) => named[index]?.path ?? []));
  }
}

function lostId(
  entity: "tool" | "tool_version",
  toolId: string,
  { version }: z.output<typeof StartRunBody>,
): string {
  return entity === "tool" ? toolId : String(version);
}

/** Each further row has a thread of its own. */
function threadIdsOf(threadId: string | undefined, rows: number): string[] | null {
  return threadId === undefined
    ? null
    : [threadId, ...Array.from({ length: rows - 1 }, () => newThreadId())];
}

const CommonForm = z.looseObject({ role: MessageBody.shape.role, content: z.string() });

/** Messages of the common form; whatever else an input holds is the tool's own affair. */
function readInputMessages(input: Record<string, unknown>, row: number): NewMessage[] {
  const { messages } = input;
  if (!Array.isArray(messages)) {
    return [];
  }
  return messages.flatMap((message: unknown, index) =>
    CommonForm.safeParse(message).success
      ? [readMessage(message, ["inputs", row, "messages", index])]
      : [],
  );
}

function readMessage(message: unknown, path: (string | number)[]): NewMessage {
  const parsed = InputMessage.safeParse(message);
  if (!parsed.success) {
    refuse({ kind: "invalid", where: "body", issues: issuesOf(parsed.error.issues, path) });
  }
  return toNewMessage(parsed.data);
}
