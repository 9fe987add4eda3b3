/** Messages of threads. A thread outside the caller's scope does not exist. */
import type { AccessScope } from "../../domain/access/caller";
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import { type Message, type NewMessage, newMessage } from "../../domain/message";
import type { Metadata } from "../../domain/metadata";
import type { Page, PageRequest } from "../../domain/page";
import { PAGE } from "../../limits";
import { checkFiles, refuseUnknownFiles, selectUnknownFiles } from "../files/files";
import { type InSameTransaction, firstRow, query, runBatch } from "../sql/batch";
import { Conditions } from "../sql/conditions";
import type { ProjectDatabase } from "../sql/databases";
import { listPage } from "../sql/pages";
import { bindScope, threadIsVisible } from "../sql/scope";
import { threadParent } from "../threads/threads";
import { indexMessages } from "./index-messages";
import { advanceBy, insertMessages } from "./insert-messages";
import { messagesWithText } from "./message-search";
import { IS_CURRENT, MESSAGES, MESSAGE_BYTES, type MessageRow } from "./message-table";

/** Moves the thread's `updated_at_ms`, only where the same batch has inserted the message. */
const TOUCH_THREAD = `
  UPDATE threads SET updated_at_ms = max(updated_at_ms, ?4), ${advanceBy(1)}
  WHERE id = ?3 AND ${threadIsVisible("threads")} AND EXISTS (
    SELECT 1 FROM messages WHERE project_id = ?1 AND thread_id = ?3 AND id = ?5)
  RETURNING followed_until_ms`;

const ONE_MESSAGE = `project_id = ?1 AND thread_id = ?3 AND id = ?4 AND EXISTS (
  SELECT 1 FROM threads WHERE id = ?3 AND ${threadIsVisible("threads")})`;

export interface CreatedMessage extends Message {
  /** Somebody follows the thread: its object must be told of the message. */
  isFollowed: boolean;
}

/** Adds a message to its thread; fails with `not_found` or, where it names unknown files, with `invalid`. */
export async function createMessage(
  db: ProjectDatabase,
  scope: AccessScope,
  { threadId, message, nowMs }: { threadId: string; message: NewMessage; nowMs: number },
  inSameTransaction: InSameTransaction<Message> = () => null,
): Promise<Outcome<CreatedMessage>> {
  const made = newMessage(message, { threadId, createdAtMs: nowMs });
  const parent = threadParent(db, scope, threadId);
  const fileIds = JSON.stringify(message.fileIds);
  const { touched, unknownFiles, threads } = await runBatch(db, {
    inserted: insertMessages(db, scope, [made], {
      where: `NOT EXISTS (${selectUnknownFiles("?4")})`,
      bindings: [fileIds],
    }),
    record: inSameTransaction(made),
    touched: query<{ followed_until_ms: number }>(
      db,
      TOUCH_THREAD,
      ...bindScope(scope),
      threadId,
      made.createdAtMs,
      message.id,
    ),
    unknownFiles: checkFiles(db, scope, message.fileIds),
    threads: message.fileIds.length === 0 ? null : parent.query,
    indexed: await indexMessages(db, scope.projectId, [made]),
  });
  const [thread] = touched;
  if (thread !== undefined) {
    return success({ ...made, isFollowed: thread.followed_until_ms > nowMs });
  }
  return failed(
    threads.length === 0 ? parent.failure : refuseUnknownFiles([message], unknownFiles, () => []),
  );
}

/** Filters of a thread's messages; a message must pass all that are given. */
export interface MessageFilter {
  threadId: string;
  /** Messages with all of these words. */
  text?: string | undefined;
  /** Messages that this run wrote. */
  runId?: string | undefined;
  /** Messages that were superseded as well. */
  withSuperseded?: boolean | undefined;
}

/** A page of a thread's messages, by their place in the thread; fails with `not_found`. */
export function listMessages(
  db: ProjectDatabase,
  scope: AccessScope,
  { threadId, text, runId, withSuperseded = false }: MessageFilter,
  page: PageRequest,
): Promise<Outcome<Page<Message>>> {
  const conditions = new Conditions([scope.projectId, threadId]);
  const threadSeq = "(SELECT seq FROM threads WHERE project_id = ?1 AND id = ?2)";
  const found =
    text === undefined
      ? []
      : [messagesWithText(text, threadSeq, (value) => conditions.bind(value))];
  const filters = [
    ...(runId === undefined ? [] : [`run_id = ${conditions.bind(runId)}`]),
    ...(withSuperseded ? [] : [IS_CURRENT]),
  ];
  return listPage(
    db,
    {
      table: "messages",
      order: "n",
      columns: MESSAGES.columns,
      size: { bytes: MESSAGE_BYTES, max: PAGE.maxBytes },
      within: "project_id = ?1 AND thread_id = ?2",
      filter: filters.length === 0 ? undefined : filters.join(" AND "),
      route: found.length === 0 ? undefined : { by: "sources", sources: found },
      bindings: conditions.bindings,
      read: MESSAGES.read,
      parent: threadParent(db, scope, threadId),
    },
    page,
  );
}

/** Where a message is. */
export interface MessageAddress {
  threadId: string;
  id: string;
}

/** Fails with `not_found`, of the thread or of the message. */
export async function getMessage(
  db: ProjectDatabase,
  scope: AccessScope,
  { threadId, id }: MessageAddress,
): Promise<Outcome<Message>> {
  const row = await firstRow(
    query<MessageRow>(
      db,
      `SELECT ${MESSAGES.columns} FROM (SELECT 1 FROM threads WHERE id = ?3 AND ${threadIsVisible("threads")})
       LEFT JOIN messages ON project_id = ?1 AND thread_id = ?3 AND id = ?4`,
      ...bindScope(scope),
      threadId,
      id,
    ),
  );
  if (row === undefined) {
    return failed({ kind: "not_found", entity: "thread", id: threadId });
  }
  return row["id"] === null ? failed(lostMessage(id)) : success(MESSAGES.read(row));
}

/** Replaces the whole metadata of a message; no other field ever changes. */
export async function updateMessage(
  db: ProjectDatabase,
  scope: AccessScope,
  { threadId, id }: MessageAddress,
  metadata: Metadata,
): Promise<Outcome<Message>> {
  const parent = threadParent(db, scope, threadId);
  const { updated, threads } = await runBatch(db, {
    updated: query<MessageRow>(
      db,
      `UPDATE messages SET metadata = ?5 WHERE ${ONE_MESSAGE} RETURNING ${MESSAGES.columns}`,
      ...bindScope(scope),
      threadId,
      id,
      JSON.stringify(metadata),
    ),
    threads: parent.query,
  });
  const [row] = updated;
  if (row !== undefined) {
    return success(MESSAGES.read(row));
  }
  return failed(threads.length === 0 ? parent.failure : lostMessage(id));
}

/** Deletes it for good; fails with `not_found`. */
export async function deleteMessage(
  db: ProjectDatabase,
  scope: AccessScope,
  { threadId, id }: MessageAddress,
): Promise<Outcome<{ id: string }>> {
  const parent = threadParent(db, scope, threadId);
  const { deleted, threads } = await runBatch(db, {
    deleted: query<{ id: string }>(
      db,
      `DELETE FROM messages WHERE ${ONE_MESSAGE} RETURNING id`,
      ...bindScope(scope),
      threadId,
      id,
    ),
    threads: parent.query,
  });
  const [row] = deleted;
  if (row !== undefined) {
    return success(row);
  }
  return failed(threads.length === 0 ? parent.failure : lostMessage(id));
}

function lostMessage(id: string): Failure {
  return { kind: "not_found", entity: "message", id };
}
