/** Threads. One outside the reach does not exist. */
import type { Reach } from "../domain/caller";
import { type Outcome, failed, success } from "../domain/failure";
import type { NewMessage } from "../domain/message";
import type { Metadata } from "../domain/metadata";
import type { Thread } from "../domain/thread";
import { firstRow, query, runBatch } from "./batch";
import { checkFiles, refuseUnknownFiles, selectUnknownFiles } from "./files";
import { fileIdsOf, insertMessages } from "./messages";
import { OWNER, bindReach, threadInReach } from "./reach";
import { THREAD_COLUMNS, type ThreadRow, readThread, toJsonColumn } from "./rows";

export interface NewThread {
  /** Fixed before the write, so that a repeated write is the same thread. */
  id: string;
  nowMs: number;
  metadata: Metadata | null;
  messages: readonly NewMessage[];
}

const INSERT_THREAD = `
  INSERT INTO threads (project_id, end_user_id, id, created_at_ms, updated_at_ms, metadata)
  SELECT ?1, ${OWNER}, ?3, ?4, ?4, ?5 WHERE NOT EXISTS (${selectUnknownFiles("?6")})
  RETURNING ${THREAD_COLUMNS}`;

/**
 * The thread and its first messages, together or not at all.
 * @param also Statements for the head of the same batch.
 */
export async function createThread(
  db: D1Database,
  reach: Reach,
  { id, nowMs, metadata, messages }: NewThread,
  also: readonly D1PreparedStatement[] = [],
): Promise<Outcome<Thread>> {
  const fileIds = fileIdsOf(messages);
  const [[row], , unknown] = await runBatch<[ThreadRow, { id: string }, { id: string }]>(
    db,
    [
      query(
        db,
        INSERT_THREAD,
        ...bindReach(reach),
        id,
        nowMs,
        toJsonColumn(metadata),
        JSON.stringify(fileIds),
      ),
      messages.length === 0 ? null : insertMessages(db, reach, id, messages, nowMs),
      checkFiles(db, reach, fileIds),
    ],
    also,
  );
  return row === undefined
    ? failed(refuseUnknownFiles(messages, unknown, (index) => ["messages", index]))
    : success(readThread(row));
}

export async function getThread(
  db: D1Database,
  reach: Reach,
  id: string,
): Promise<Outcome<Thread>> {
  const row = await firstRow<ThreadRow>(
    query(
      db,
      `SELECT ${THREAD_COLUMNS} FROM threads WHERE id = ?3 AND ${threadInReach("threads")}`,
      ...bindReach(reach),
      id,
    ),
  );
  return row === undefined
    ? failed({ kind: "not_found", entity: "thread", id })
    : success(readThread(row));
}
