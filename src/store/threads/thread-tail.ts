/** The end of a thread as its followers hear of it. */
import type { Message } from "../../domain/message";
import { IS_CURRENT, MESSAGES, MESSAGE_BYTES, type MessageRow } from "../messages/message-table";
import { allRows, firstRow, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { selectWithinBytes } from "../sql/within-bytes";

/** Where a thread is. */
export interface ThreadAddress {
  projectId: string;
  threadId: string;
}

/** A message behind a reader's place. */
export interface TailMessage {
  /** Its place in the thread. */
  n: number;
  message: Message;
}

/** How much of the tail is read at once. */
export interface TailPage {
  after: number;
  limit: number;
  /** Of their texts together; the first one comes however long it is. */
  maxBytes: number;
}

/** The next messages behind this one, as many as the page takes, in the order of their insertion. */
export async function readTail(
  db: ProjectDatabase,
  { projectId, threadId }: ThreadAddress,
  { after, limit, maxBytes }: TailPage,
): Promise<TailMessage[]> {
  const rows = await allRows(
    query<MessageRow & { n: number }>(
      db,
      selectWithinBytes({
        order: "n",
        direction: "asc",
        bytes: MESSAGE_BYTES,
        maxBytes: "?5",
        limit: "?4",
        select: (columns, most) =>
          `SELECT ${columns} FROM messages WHERE project_id = ?1 AND thread_id = ?2
             AND ${IS_CURRENT} AND n > ?3 ORDER BY n LIMIT ${most}`,
        columns: `n, ${MESSAGES.columns}`,
      }),
      projectId,
      threadId,
      after,
      limit,
      maxBytes,
    ),
  );
  return rows.map((row) => ({ n: row.n, message: MESSAGES.read(row) }));
}

/** Notes that the thread is followed until then; false where there is no such thread. */
export async function noteFollowed(
  db: ProjectDatabase,
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

/** The message's place in its thread; null where the thread has none of this id. */
export async function placeOfMessage(
  db: ProjectDatabase,
  { projectId, threadId }: ThreadAddress,
  messageId: string,
): Promise<number | null> {
  const row = await firstRow(
    query<{ n: number }>(
      db,
      "SELECT n FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND id = ?3",
      projectId,
      threadId,
      messageId,
    ),
  );
  return row?.n ?? null;
}
