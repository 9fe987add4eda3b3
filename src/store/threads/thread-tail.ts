/** The end of a thread as its followers hear of it. */
import type { Message } from "../../domain/message";
import { MESSAGES, type MessageRow } from "../messages/message-table";
import { allRows, firstRow, query } from "../sql/batch";

export interface ThreadAddress {
  projectId: string;
  threadId: string;
}

export interface TailMessage {
  /** Order of insertion. */
  seq: number;
  message: Message;
}

/** The next messages behind this one, at most `limit`, in the order of their insertion. */
export async function readTail(
  db: D1Database,
  { projectId, threadId }: ThreadAddress,
  { after, limit }: { after: number; limit: number },
): Promise<TailMessage[]> {
  const rows = await allRows(
    query<MessageRow & { seq: number }>(
      db,
      `SELECT seq, ${MESSAGES.columns} FROM messages
       WHERE project_id = ?1 AND thread_id = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4`,
      projectId,
      threadId,
      after,
      limit,
    ),
  );
  return rows.map((row) => ({ seq: row.seq, message: MESSAGES.read(row) }));
}

/** Notes that the thread is followed until then; false where there is no such thread. */
export async function noteFollowed(
  db: D1Database,
  { projectId, threadId }: ThreadAddress,
  untilMs: number,
): Promise<boolean> {
  const row = await firstRow(
    query<{ id: string }>(
      db,
      `UPDATE threads SET followed_until_ms = max(followed_until_ms, ?3)
       WHERE project_id = ?1 AND id = ?2 RETURNING id`,
      projectId,
      threadId,
      untilMs,
    ),
  );
  return row !== undefined;
}

/** Where in the order of insertion the message stands; null where the thread has none of this id. */
export async function seqOfMessage(
  db: D1Database,
  { projectId, threadId }: ThreadAddress,
  messageId: string,
): Promise<number | null> {
  const row = await firstRow(
    query<{ seq: number }>(
      db,
      "SELECT seq FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3",
      projectId,
      threadId,
      messageId,
    ),
  );
  return row?.seq ?? null;
}
