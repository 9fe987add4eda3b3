/** A reply that is a message of its own, written while its run is at work. */
import type { Message } from "../../domain/message";
import { indexMessages } from "../messages/index-messages";
import { advanceBy, insertMessages } from "../messages/insert-messages";
import { query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";

const IS_OPEN = `EXISTS (SELECT 1 FROM runs
  WHERE project_id = ?1 AND id = ?4 AND ended_at_ms IS NULL)`;

/**
 * Saves a reply of a run under way to its thread, once however often it is asked.
 * @returns Its place in the thread; null where the thread is gone.
 */
export async function saveReply(
  db: ProjectDatabase,
  { projectId, runId, message }: { projectId: string; runId: string; message: Message },
): Promise<number | null> {
  const scope = { projectId, endUserId: null, threadId: null };
  const { places } = await runBatch(db, {
    message: insertMessages(db, scope, [message], { where: IS_OPEN, bindings: [runId] }),
    indexed: await indexMessages(db, projectId, [message]),
    touched: query(
      db,
      `UPDATE threads SET updated_at_ms = max(updated_at_ms, ?3), ${advanceBy(1)}
       WHERE project_id = ?1 AND id = ?2 AND EXISTS (SELECT 1 FROM messages
         WHERE project_id = ?1 AND thread_id = ?2 AND id = ?4 AND n > threads.last_n)`,
      projectId,
      message.threadId,
      message.endedAtMs ?? message.createdAtMs,
      message.id,
    ),
    places: query<{ n: number }>(
      db,
      "SELECT n FROM messages WHERE project_id = ? AND thread_id = ? AND id = ?",
      projectId,
      message.threadId,
      message.id,
    ),
  });
  return places[0]?.n ?? null;
}
