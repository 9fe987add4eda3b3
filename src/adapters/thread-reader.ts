import { ROLES } from "../domain/message";
import type { ThreadReader } from "../engine/ports";
import { RUN } from "../limits";
import type { ProjectDatabase } from "../store/sql/databases";
import {
  type ThreadSnapshot,
  readHistory,
  readThreadMetadata,
} from "../store/threads/thread-history";

/** Messages that a run's turn puts into its own order. */
export interface TurnMessages {
  /** What the run itself was asked. */
  lastIds: string[];
  /** What runs were asked that wait behind it. */
  hiddenIds: string[];
}

/** Of the run that asks; the thread as it was admitted to it, where it has not waited since. */
export interface RunTurn extends TurnMessages {
  snapshot: ThreadSnapshot | null;
}

/**
 * The thread as the run whose turn it is should see it. Input messages are saved when their run is
 * accepted; a run that has waited finds its own question last, and those behind it not yet asked.
 */
export function threadReader(
  db: ProjectDatabase,
  projectId: string,
  turn: () => RunTurn,
): ThreadReader {
  return {
    async read(threadId) {
      const { snapshot } = turn();
      if (snapshot?.threadId === threadId) {
        return { id: threadId, metadata: snapshot.metadata };
      }
      const thread = await readThreadMetadata(db, projectId, threadId);
      return thread === null ? null : { id: threadId, ...thread };
    },
    async messages(threadId, { limit, roles }) {
      const { snapshot, ...turnMessages } = turn();
      if (snapshot?.threadId === threadId && limit <= snapshot.limit && roles === undefined) {
        return snapshot.messages.slice(-limit);
      }
      return readHistory(db, {
        projectId,
        threadId,
        limit,
        roles: roles ?? ROLES,
        maxBytes: RUN.actionOutputMaxBytes,
        ...turnMessages,
      });
    },
  };
}
