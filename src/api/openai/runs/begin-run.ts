/** Begins a run on an existing thread, or on a new one. */
import type { Context } from "hono";
import type * as z from "zod";

import { findThread } from "../../../core/follow-thread";
import { type StartedRun, startRun } from "../../../core/start-run";
import { startThread } from "../../../core/write-messages";
import { type Caller, scopeOf } from "../../../domain/access/caller";
import type { Failure } from "../../../domain/failure";
import { newRunId } from "../../../domain/ids";
import type { Thread } from "../../../domain/thread";
import { databaseOf } from "../../../store/sql/databases";
import { deleteThreadRows } from "../../../store/threads/delete-thread";
import { getThread } from "../../../store/threads/threads";
import type { AppEnv } from "../../shared/app-env";
import { coreContext } from "../../shared/core-context";
import { readIdempotency } from "../../shared/idempotency/idempotent-request";
import type { IdempotentRequest } from "../../shared/idempotency/request-record";
import { fail, unwrap } from "../../shared/reply/fail";
import { bareIdOf } from "../aliases";
import { withAttached, withAttachedToNew } from "../attach";
import { readConflict } from "../conflict";
import { withStores } from "../inline-stores";
import { checkStores } from "../known-stores";
import { toNewMessage } from "../message-wire";
import { storesIn } from "../tool-resources";
import type { CreateRunBody, CreateThreadAndRunBody, RunFields } from "./run-bodies";
import { type RunPlace, WAIT_FOR_OUTPUTS_MS, inOwnNames, toRunCall } from "./to-run-call";

/** A run that was started. */
export interface BegunRun extends StartedRun {
  /** The thread, where it was made with the run. */
  thread?: Thread;
}

/** Starts the run that the body asks for on the thread; fails in this dialect's words. */
export async function beginRun(
  c: Context<AppEnv>,
  threadId: string,
  body: z.output<typeof CreateRunBody>,
): Promise<BegunRun> {
  const { additional_instructions: added, additional_messages: messages, ...fields } = body;
  const additional = (messages ?? []).map(toNewMessage);
  const place: RunPlace = {
    toolId: await bareIdOf(c, "assistant", body.assistant_id),
    threadId,
    messages: additional,
    knowledge: null,
    addedInstructions: added ?? "",
    conflict: readConflict(c, fields),
    waitMs: waitFor(c.var.caller),
  };
  const idempotent = await readIdempotency(c, body);
  const runId = newRunId();
  return withAttached(c, { threadId, messages: additional }, () =>
    start(c, fields, place, { runId, idempotent, onKnownThread: true }),
  );
}

/**
 * Makes a thread and starts a run on it. The thread's id follows from the run's, so that a retry finds both
 * again.
 */
export async function beginThreadAndRun(
  c: Context<AppEnv>,
  body: z.output<typeof CreateThreadAndRunBody>,
): Promise<BegunRun> {
  const { thread: given, tool_resources: resources, ...fields } = body;
  const knowledge = storesIn(resources) ?? null;
  await checkStores(c, knowledge);
  const { caller } = c.var;
  if (caller.kind === "token" && !caller.verbs.includes("threads:create")) {
    fail({ kind: "forbidden", needs: "threads:create" });
  }
  const idempotent = await readIdempotency(c, body);
  const candidate = newRunId();
  const runId = (await idempotent?.reserve(candidate)) ?? candidate;
  const threadId = runId.slice(0, THREAD_ID_CHARS);
  const isRepeated = runId !== candidate && (await isThere(c, threadId));
  const thread = isRepeated ? await ownThread(c, threadId) : await makeThread(c, threadId, given);
  const place: RunPlace = {
    toolId: await bareIdOf(c, "assistant", body.assistant_id),
    threadId,
    messages: [],
    knowledge,
    addedInstructions: "",
    conflict: readConflict(c, fields),
    waitMs: waitFor(caller),
  };
  try {
    return { ...(await start(c, fields, place, { runId })), thread };
  } catch (error) {
    await (isRepeated ? null : deleteThreadRows(c.env, scopeOf(caller), threadId));
    throw error;
  }
}

/** 96 random bits, as letters and digits. */
const THREAD_ID_CHARS = 24;

async function makeThread(
  c: Context<AppEnv>,
  id: string,
  given: z.output<typeof CreateThreadAndRunBody>["thread"],
): Promise<Thread> {
  const { messages, metadata, tool_resources: resources } = given ?? {};
  const first = (messages ?? []).map(toNewMessage);
  return withStores(c, resources, { threadId: id, at: ["thread"] }, (own = null) =>
    withAttachedToNew(c, { threadId: id, messages: first, own }, async (knowledge) => {
      const thread = {
        id,
        nowMs: Date.now(),
        metadata: metadata ?? null,
        messages: first,
        knowledge,
      };
      const made = await startThread(c.var.caller, coreContext(c), thread);
      return made.ok ? made.value : fail(insideThread(made.failure));
    }),
  );
}

/** The failure with its places named as the request wrote them. */
function insideThread(failure: Failure): Failure {
  if (failure.kind === "closed_to_tokens") {
    return { ...failure, path: ["thread", ...failure.path] };
  }
  return failure.kind === "invalid"
    ? {
        ...failure,
        issues: failure.issues.map((issue) => ({ ...issue, path: ["thread", ...issue.path] })),
      }
    : failure;
}

async function isThere(c: Context<AppEnv>, threadId: string): Promise<boolean> {
  return (await findThread(c.var.caller, coreContext(c), threadId)).ok;
}

async function ownThread(c: Context<AppEnv>, id: string): Promise<Thread> {
  return unwrap(await getThread(databaseOf(c.env, c.var.caller), scopeOf(c.var.caller), id));
}

interface Beginning {
  runId: string;
  /** See `startRun`; undefined where the run's id is fixed already. */
  idempotent?: IdempotentRequest | null;
  /** The thread is there, or nothing is done; else the call has made it. */
  onKnownThread?: boolean;
}

async function start(
  c: Context<AppEnv>,
  fields: RunFields,
  place: RunPlace,
  { runId, idempotent, onKnownThread = false }: Beginning,
): Promise<StartedRun> {
  const andThen = fields.stream === true ? ({ kind: "follow" } as const) : undefined;
  const call = {
    ...toRunCall(c.env, fields, place),
    andThen,
    knownThread: onKnownThread,
    // It would wait as well, and its client does not know for what: it is told.
    neverBehindWaiting: onKnownThread,
  };
  const started = await startRun(c.var.caller, coreContext(c), call, () => runId, idempotent);
  return started.ok ? started.value : fail(inOwnNames(started.failure));
}

/** How long a run waits for outputs, in milliseconds; undefined for a token, which may not say it. */
function waitFor({ kind }: Caller): number | undefined {
  return kind === "key" ? WAIT_FOR_OUTPUTS_MS : undefined;
}
