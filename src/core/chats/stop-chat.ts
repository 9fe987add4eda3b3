/** Stops what is at work in a chat. */
import type { Caller } from "../../domain/access/caller";
import { type Outcome, success } from "../../domain/failure";
import type { Run } from "../../domain/run";
import { databaseOf } from "../../store/sql/databases";
import { readChatWork } from "../../store/threads/chats";
import type { CoreContext } from "../context";
import { cancelRun } from "../runs";
import { findChat } from "./find-chat";

/**
 * The run as it ended; null where none was at work or waiting.
 * @param runIds Ids that the client gave: where one of them is not the run at work, nothing is stopped.
 */
export async function stopChat(
  caller: Caller,
  core: CoreContext,
  chatId: string,
  runIds: readonly string[],
): Promise<Outcome<Run | null>> {
  const chat = await findChat(caller, core, chatId);
  if (!chat.ok) {
    return chat;
  }
  const { threadId, isNew } = chat.value;
  if (isNew) {
    return success(null);
  }
  const { run } = await readChatWork(databaseOf(core.env, caller), caller.projectId, threadId);
  const isMeant = run?.endedAtMs === null && runIds.every((runId) => runId === run.id);
  return isMeant ? cancelRun(caller, core, { runId: run.id }) : success(null);
}
