/** Messages as callers write them: on a thread that is there, or with a new one. */
import { type Caller, mayRunTool, scopeOf } from "../domain/access/caller";
import { type Failure, type Issue, type Outcome, failed } from "../domain/failure";
import type { Message, NewMessage } from "../domain/message";
import { RUN_STATUSES, isFinal } from "../domain/run";
import type { Thread, ThreadWithParticipants } from "../domain/thread";
import { notifyFollowers } from "../runs/client/thread-client";
import { createMessage } from "../store/messages/messages";
import { listRuns } from "../store/runs/runs";
import type { InSameTransaction } from "../store/sql/batch";
import { databaseOf } from "../store/sql/databases";
import { type NewThread, createThread } from "../store/threads/threads";
import { type PlacedThread, createPlacedThread } from "../store/threads/threads-with-participants";
import type { CoreContext } from "./context";

export interface AddedMessage {
  threadId: string;
  message: NewMessage;
  /** `reject`: `thread_busy` where a run of the thread has not ended. */
  conflict?: "queue" | "reject";
}

/** Adds the message; those who follow the thread hear of it in the background. */
export async function addMessage(
  caller: Caller,
  { env, later }: Pick<CoreContext, "env" | "later">,
  { threadId, message, conflict = "queue" }: AddedMessage,
  inSameTransaction?: InSameTransaction<Message>,
): Promise<Outcome<Message>> {
  const closed = closedField(caller, [message], () => []);
  if (closed !== null) {
    return failed(closed);
  }
  if (conflict === "reject") {
    if (caller.kind === "token") {
      const reason = "a message of its end user is taken, whatever is at work";
      return failed({ kind: "closed_to_tokens", path: ["on_conflict"], reason });
    }
    const busy = await busyThread(env, caller, threadId);
    if (busy !== null) {
      return failed(busy);
    }
  }
  const written = { threadId, message, nowMs: Date.now() };
  const made = await createMessage(
    databaseOf(env, caller),
    scopeOf(caller),
    written,
    inSameTransaction,
  );
  if (made.ok && made.value.isFollowed) {
    later(notifyFollowers(env, { projectId: caller.projectId, threadId }));
  }
  return made;
}

async function busyThread(env: Env, caller: Caller, threadId: string): Promise<Failure | null> {
  const statuses = RUN_STATUSES.filter((status) => !isFinal(status));
  const page = { limit: 1, order: "asc" } as const;
  const db = databaseOf(env, caller);
  const listed = await listRuns(db, scopeOf(caller), page, { threadId, statuses });
  const [active] = listed.ok ? listed.value.items : [];
  return active === undefined ? null : { kind: "thread_busy", threadId, activeRunId: active.id };
}

/** The thread with its first messages, together or not at all. */
export async function startThread(
  caller: Caller,
  { env }: Pick<CoreContext, "env">,
  thread: NewThread,
  inSameTransaction?: InSameTransaction<Thread>,
): Promise<Outcome<Thread>> {
  const isMadeEarlier = caller.kind === "token" && thread.createdAtMs !== undefined;
  const closed = isMadeEarlier
    ? closedAt([], "created_at")
    : closedField(caller, thread.messages, (index) => ["messages", index]);
  return closed === null
    ? createThread(databaseOf(env, caller), scopeOf(caller), thread, inSameTransaction)
    : failed(closed);
}

/**
 * A thread that is meant for a tool, which must be one that the caller may run. Actors are the
 * project's and nobody's own: a token that could name one would speak as whom it likes.
 */
export async function startPlacedThread(
  caller: Caller,
  { env }: Pick<CoreContext, "env">,
  thread: PlacedThread,
  inSameTransaction?: InSameTransaction<ThreadWithParticipants>,
): Promise<Outcome<ThreadWithParticipants>> {
  if (caller.kind === "token" && thread.actorId !== null) {
    const reason = "it is for keys alone: actors belong to the project and to no end user";
    return failed({ kind: "closed_to_tokens", path: ["actor_id"], reason });
  }
  return mayRunTool(caller, thread.toolId)
    ? createPlacedThread(databaseOf(env, caller), scopeOf(caller), thread, inSameTransaction)
    : failed({ kind: "not_found", entity: "tool", id: thread.toolId });
}

/** Who wrote and when is for keys to say: a token writes as its end user, now. */
function closedField(
  caller: Caller,
  messages: readonly NewMessage[],
  pathOf: (index: number) => Issue["path"],
): Failure | null {
  if (caller.kind === "key") {
    return null;
  }
  for (const [index, { role, author, createdAtMs }] of messages.entries()) {
    const path = pathOf(index);
    if (role !== "user") {
      const reason = "a session token writes as the user alone";
      return { kind: "closed_to_tokens", path: [...path, "role"], reason };
    }
    if (author !== undefined || createdAtMs !== undefined) {
      return closedAt(path, author === undefined ? "created_at" : "author");
    }
  }
  return null;
}

function closedAt(path: Issue["path"], field: "author" | "created_at"): Failure {
  const reason = "it is for keys alone: a session token writes as its end user, now";
  return { kind: "closed_to_tokens", path: [...path, field], reason };
}
