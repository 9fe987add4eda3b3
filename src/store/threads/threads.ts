/** Threads. One outside the reach does not exist. */
import type { AccessScope } from "../../domain/access/caller";
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import type { NewMessage } from "../../domain/message";
import type { Metadata } from "../../domain/metadata";
import type { Page, PageRequest } from "../../domain/page";
import type { Thread } from "../../domain/thread";
import type { ThreadFilter } from "../../domain/thread-filter";
import { checkFiles, refuseUnknownFiles, selectUnknownFiles } from "../files/files";
import { indexMessages } from "../messages/index-messages";
import { fileIdsOf, insertMessages } from "../messages/insert-messages";
import { type InSameTransaction, type Query, firstRow, query, runBatch } from "../sql/batch";
import { type Listing, listPage } from "../sql/pages";
import { THREAD_COLUMNS, type ThreadRow, readThread, toJsonColumn } from "../sql/rows";
import { OWNER, bindScope, threadIsVisible } from "../sql/scope";
import { filterThreads } from "./thread-filter";

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

/** The thread and its first messages, together or not at all. */
export async function createThread(
  db: D1Database,
  reach: AccessScope,
  { id, nowMs, metadata, messages }: NewThread,
  inSameTransaction: InSameTransaction<Thread> = () => null,
): Promise<Outcome<Thread>> {
  const fileIds = fileIdsOf(messages);
  const thread = newThread(reach, { id, nowMs, metadata });
  const [[row], , , unknown] = await runBatch<
    [ThreadRow, unknown, { id: string }, { id: string }, ...never[]]
  >(db, [
    query(
      db,
      INSERT_THREAD,
      ...bindScope(reach),
      id,
      nowMs,
      toJsonColumn(metadata),
      JSON.stringify(fileIds),
    ),
    inSameTransaction(thread),
    messages.length === 0 ? null : insertMessages(db, reach, id, messages, nowMs),
    checkFiles(db, reach, fileIds),
    ...indexMessages(
      db,
      reach.projectId,
      messages.map((message) => ({ ...message, threadId: id })),
    ),
  ]);
  return row === undefined
    ? failed(refuseUnknownFiles(messages, unknown, (index) => ["messages", index]))
    : success(thread);
}

function newThread(
  { projectId, endUserId }: AccessScope,
  { id, nowMs, metadata }: Pick<NewThread, "id" | "nowMs" | "metadata">,
): Thread {
  return {
    id,
    projectId,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    metadata,
    toolId: null,
    endUserId,
    language: null,
    country: null,
    timezone: null,
  };
}

/** Returns the thread's row, or none where it is out of reach. */
function selectThread(db: D1Database, reach: AccessScope, id: string): Query<ThreadRow> {
  return query(
    db,
    `SELECT ${THREAD_COLUMNS} FROM threads WHERE id = ?3 AND ${threadIsVisible("threads")}`,
    ...bindScope(reach),
    id,
  );
}

export async function getThread(
  db: D1Database,
  reach: AccessScope,
  id: string,
): Promise<Outcome<Thread>> {
  return found(id, await firstRow(selectThread(db, reach, id)));
}

export function listThreads(
  db: D1Database,
  reach: AccessScope,
  page: PageRequest,
  filter: ThreadFilter = {},
): Promise<Outcome<Page<Thread>>> {
  return listPage(db, threadListing(reach, filter), page);
}

/** The threads in reach that the filter leaves, for `listPage`. */
export function threadListing(
  reach: AccessScope,
  filter: ThreadFilter,
): Listing<ThreadRow, Thread> {
  return {
    table: "threads",
    columns: THREAD_COLUMNS,
    within: threadIsVisible("threads"),
    ...filterThreads(filter, reach, bindScope(reach)),
    read: readThread,
  };
}

interface NewMetadata {
  id: string;
  metadata: Metadata;
  nowMs: number;
}

/** Replaces the whole metadata. */
export async function updateThread(
  db: D1Database,
  reach: AccessScope,
  change: NewMetadata,
): Promise<Outcome<Thread>> {
  return found(change.id, await firstRow(updateMetadata(db, reach, change)));
}

/** Returns the thread's new row, or none where it is out of reach. */
export function updateMetadata(
  db: D1Database,
  reach: AccessScope,
  { id, metadata, nowMs }: NewMetadata,
): Query<ThreadRow> {
  return query(
    db,
    `UPDATE threads SET metadata = ?4, updated_at_ms = max(updated_at_ms, ?5)
     WHERE id = ?3 AND ${threadIsVisible("threads")} RETURNING ${THREAD_COLUMNS}`,
    ...bindScope(reach),
    id,
    JSON.stringify(metadata),
    nowMs,
  );
}

/** How a listing or a write asks, in the same batch, whether its thread is there. */
export function threadParent(db: D1Database, reach: AccessScope, id: string) {
  return { query: selectThread(db, reach, id), failure: lostThread(id) };
}

function found(id: string, row: ThreadRow | undefined): Outcome<Thread> {
  return row === undefined ? failed(lostThread(id)) : success(readThread(row));
}

export function lostThread(id: string): Failure {
  return { kind: "not_found", entity: "thread", id };
}
