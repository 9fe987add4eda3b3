import { ROLES } from "../domain/message";
import type { ThreadReader } from "../engine/ports";
import type { TurnMessages } from "../runs/object/context";
import { readHistory, readThreadMetadata } from "../store/threads/thread-history";

/**
 * The thread as the run whose turn it is should see it. Input messages are saved when their run is
 * accepted; a run that has waited finds its own question last, and those behind it not yet asked.
 */
export function threadReader(
  db: D1Database,
  projectId: string,
  turnMessages: () => TurnMessages,
): ThreadReader {
  return {
    async read(threadId) {
      const thread = await readThreadMetadata(db, projectId, threadId);
      return thread === null ? null : { id: threadId, ...thread };
    },
    messages: (threadId, { limit, roles = ROLES }) =>
      readHistory(db, { projectId, threadId, limit, roles, ...turnMessages() }),
  };
}
