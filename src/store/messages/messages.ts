/** Messages of threads. A thread outside the reach has none and takes none. */
import type { AccessScope } from "../../domain/access/caller";
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { Message, NewMessage } from "../../domain/message";
import type { Metadata } from "../../domain/metadata";
import type { Page, PageRequest } from "../../domain/page";
import { checkFiles, refuseUnknownFiles } from "../files/files";
import { type InSameTransaction, firstRow, query, runBatch } from "../sql/batch";
import { Conditions } from "../sql/conditions";
import { listPage } from "../sql/pages";
import { MESSAGE_COLUMNS, type MessageRow, readMessage } from "../sql/rows";
import { bindScope, threadIsVisible } from "../sql/scope";
import { threadParent } from "../threads/threads";
import { indexMessages } from "./index-messages";
import { insertMessages } from "./insert-messages";
import { messagesWithText } from "./message-search";

/** The thread's `updated_at_ms` moves with the message, and not without it. */
const TOUCH_THREAD = `
  UPDATE threads SET updated_at_ms = max(updated_at_ms, ?4)
  WHERE id = ?3 AND ${threadIsVisible("threads")} AND EXISTS (
    SELECT 1 FROM messages WHERE project_id = ?1 AND thread_id = ?3 AND id = ?5)
  RETURNING followed_until_ms`;

const ONE_MESSAGE = `project_id = ?1 AND thread_id = ?3 AND id = ?4 AND EXISTS (
  SELECT 1 FROM threads WHERE id = ?3 AND ${threadIsVisible("threads")})`;

export interface CreatedMessage extends Message {
  /** Someone follows the thread, whose object must hear of the message. */
  isFollowed: boolean;
}

export async function createMessage(
  db: D1Database,
  reach: AccessScope,
  { threadId, message, nowMs }: { threadId: string; message: NewMessage; nowMs: number },
  inSameTransaction: InSameTransaction<Message> = () => null,
): Promise<Outcome<CreatedMessage>> {
  const made = { ...message, threadId, createdAtMs: nowMs, writtenBy: null, incomplete: false };
  const parent = threadParent(db, reach, threadId);
  const unknownFiles = checkFiles(db, reach, message.fileIds);
  const [[inserted], , [touched], unknown, threads] = await runBatch<
    [{ id: string }, unknown, { followed_until_ms: number }, { id: string }, unknown, ...never[]]
  >(db, [
    insertMessages(db, reach, threadId, [message], nowMs),
    inSameTransaction(made),
    query(db, TOUCH_THREAD, ...bindScope(reach), threadId, nowMs, message.id),
    unknownFiles,
    unknownFiles && parent.query,
    ...indexMessages(db, reach.projectId, [made]),
  ]);
  if (inserted !== undefined) {
    return success({ ...made, isFollowed: (touched?.followed_until_ms ?? 0) > nowMs });
  }
  return failed(
    threads.length === 0 ? parent.failure : refuseUnknownFiles([message], unknown, () => []),
  );
}

/** @param text Only messages that have all of its words. */
export function listMessages(
  db: D1Database,
  reach: AccessScope,
  { threadId, text }: { threadId: string; text?: string | undefined },
  page: PageRequest,
): Promise<Outcome<Page<Message>>> {
  const conditions = new Conditions([reach.projectId, threadId]);
  const threadSeq = "(SELECT seq FROM threads WHERE project_id = ?1 AND id = ?2)";
  const found =
    text === undefined
      ? []
      : [messagesWithText(text, threadSeq, (value) => conditions.bind(value))];
  return listPage(
    db,
    {
      table: "messages",
      columns: MESSAGE_COLUMNS,
      within: "project_id = ?1 AND thread_id = ?2",
      route: found.length === 0 ? undefined : { by: "sources", sources: found },
      bindings: conditions.bindings,
      read: readMessage,
      parent: threadParent(db, reach, threadId),
    },
    page,
  );
}

export interface MessageAddress {
  threadId: string;
  id: string;
}

export async function getMessage(
  db: D1Database,
  reach: AccessScope,
  { threadId, id }: MessageAddress,
): Promise<Outcome<Message>> {
  const row = await firstRow<MessageRow | { id: null }>(
    query(
      db,
      `SELECT ${MESSAGE_COLUMNS} FROM (SELECT 1 FROM threads WHERE id = ?3 AND ${threadIsVisible("threads")})
       LEFT JOIN messages ON project_id = ?1 AND thread_id = ?3 AND id = ?4`,
      ...bindScope(reach),
      threadId,
      id,
    ),
  );
  if (row === undefined) {
    return failed({ kind: "not_found", entity: "thread", id: threadId });
  }
  return row.id === null ? failed(lostMessage(id)) : success(readMessage(row));
}

/** Replaces the whole metadata; nothing else of a message ever changes. */
export async function updateMessage(
  db: D1Database,
  reach: AccessScope,
  { threadId, id }: MessageAddress,
  metadata: Metadata,
): Promise<Outcome<Message>> {
  const parent = threadParent(db, reach, threadId);
  const [[row], threads] = await runBatch<[MessageRow, unknown]>(db, [
    query(
      db,
      `UPDATE messages SET metadata = ?5 WHERE ${ONE_MESSAGE} RETURNING ${MESSAGE_COLUMNS}`,
      ...bindScope(reach),
      threadId,
      id,
      JSON.stringify(metadata),
    ),
    parent.query,
  ]);
  if (row !== undefined) {
    return success(readMessage(row));
  }
  return failed(threads.length === 0 ? parent.failure : lostMessage(id));
}

export async function deleteMessage(
  db: D1Database,
  reach: AccessScope,
  { threadId, id }: MessageAddress,
): Promise<Outcome<{ id: string }>> {
  const parent = threadParent(db, reach, threadId);
  const [[row], threads] = await runBatch<[{ id: string }, unknown]>(db, [
    query(
      db,
      `DELETE FROM messages WHERE ${ONE_MESSAGE} RETURNING id`,
      ...bindScope(reach),
      threadId,
      id,
    ),
    parent.query,
  ]);
  if (row !== undefined) {
    return success(row);
  }
  return failed(threads.length === 0 ? parent.failure : lostMessage(id));
}

function lostMessage(id: string): Failure {
  return { kind: "not_found", entity: "message", id };
}
