import { ROLES } from "../domain/message";
import type { ThreadReader } from "../engine/ports";
import { RUN } from "../limits";
import type { ProjectDatabase } from "../store/sql/databases";
import { readHistory, readThreadMetadata } from "../store/threads/thread-history";

/** Messages that a run's turn puts into its own order. */
export interface TurnMessages {
  /** What the run itself was asked. */
  lastIds: string[];
  /** What runs were asked that wait behind it. */
  hiddenIds: string[];
}

/**
 * The thread as the run whose turn it is should see it. Input messages are saved when their run is
 * accepted; a run that has waited finds its own question last, and those behind it not yet asked.
 */
export function threadReader(
  db: ProjectDatabase,
  projectId: string,
  turnMessages: () => TurnMessages,
): ThreadReader {
  return {
    async read(threadId) {
      const thread = await readThreadMetadata(db, projectId, threadId);
      return thread === null ? null : { id: threadId, ...thread };
    },
    messages: (threadId, { limit, roles = ROLES }) =>
      readHistory(db, {
        projectId,
        threadId,
        limit,
        roles,
        maxBytes: RUN.actionOutputMaxBytes,
        ...turnMessages(),
      }),
  };
}
