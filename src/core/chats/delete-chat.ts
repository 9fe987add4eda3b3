import { type Caller, scopeOf } from "../../domain/access/caller";
import { type Outcome, failed, success } from "../../domain/failure";
import type { CoreContext } from "../context";
import { deleteThread } from "../delete-thread";
import { findChat } from "./find-chat";

/**
 * Deletes the chat's thread with all that is in it; fails with `not_found` where there is none.
 * @returns The thread's id.
 */
export async function deleteChat(
  caller: Caller,
  core: CoreContext,
  chatId: string,
): Promise<Outcome<string>> {
  const chat = await findChat(caller, core, chatId);
  if (!chat.ok) {
    return chat;
  }
  const { threadId, isNew } = chat.value;
  if (isNew) {
    return failed({ kind: "not_found", entity: "thread", id: chatId });
  }
  const deleted = await deleteThread(core.env, scopeOf(caller), threadId);
  return deleted.ok ? success(threadId) : deleted;
}
