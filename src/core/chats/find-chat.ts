/**
 * A chat as its client names it. A key names a thread by its id, and makes it by naming it. A session
 * token names threads in its reach by their ids, and threads of its end user by names of its own: such
 * a thread's id is made of both, so that the same name is the same thread however often it is made,
 * and a name that somebody else has given tells of nothing.
 */
import { type Caller, scopeOf } from "../../domain/access/caller";
import { type Outcome, failed, success } from "../../domain/failure";
import { toNanoid } from "../../domain/ids";
import { databaseOf } from "../../store/sql/databases";
import { type ChatQuery, type ChatState, readChat } from "../../store/threads/chats";
import type { CoreContext } from "../context";

export interface Chat extends ChatState {
  /** The thread is made with the first turn. */
  isNew: boolean;
}

/**
 * The chat, with the message and the answer of these names if it has them. Not found where it is not there and the
 * caller may make none of the name.
 */
export async function findChat(
  caller: Caller,
  { env }: Pick<CoreContext, "env">,
  chatId: string,
  { message = null, answer = null }: Partial<Pick<ChatQuery, "message" | "answer">> = {},
): Promise<Outcome<Chat>> {
  const own = await ownThreadId(caller, chatId);
  const threadIds = own === null ? [chatId] : [chatId, own];
  const state = await readChat(databaseOf(env, caller), scopeOf(caller), {
    threadIds,
    message,
    answer,
  });
  if (state !== null) {
    return success({ ...state, isNew: false });
  }
  if (caller.kind === "token" && own === null) {
    return failed({ kind: "not_found", entity: "thread", id: chatId });
  }
  const alias = own === null ? null : chatId;
  const none = { message: null, run: null, replacedBy: null };
  return success({ ...none, threadId: own ?? chatId, alias, isNew: true });
}

const encoder = new TextEncoder();

/** Null for a caller whose names of threads are their ids. */
async function ownThreadId(caller: Caller, alias: string): Promise<string | null> {
  if (caller.kind === "key" || caller.threads !== "own") {
    return null;
  }
  const named = encoder.encode(JSON.stringify(["chat", caller.endUserId, alias]));
  return toNanoid(new Uint8Array(await crypto.subtle.digest("SHA-256", named)));
}
