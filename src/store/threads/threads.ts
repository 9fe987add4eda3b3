/** Threads. One outside the reach does not exist. */
import type { AccessScope } from "../../domain/access/caller";
import { type Failure, type Outcome, failed, success } from "../../domain/failure";
import { type NewMessage, newMessage } from "../../domain/message";
import type { Metadata } from "../../domain/metadata";
import type { Page, PageRequest } from "../../domain/page";
import type { Thread } from "../../domain/thread";
import type { ThreadFilter } from "../../domain/thread-filter";
import { checkFiles, refuseUnknownFiles, selectUnknownFiles } from "../files/files";
import { indexMessages } from "../messages/index-messages";
import { fileIdsOf, insertMessages } from "../messages/insert-messages";
import { type InSameTransaction, type Query, firstRow, query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { type Listing, listPage } from "../sql/pages";
import { OWNER, bindScope, threadIsVisible } from "../sql/scope";
import { filterThreads } from "./filter-threads";
import { THREADS, type ThreadRow } from "./thread-table";

/** What a thread begins with. */
export interface NewThread {
  /** Fixed before the write, so that a repeated write is the same thread. */
  id: string;
  nowMs: number;
  metadata: Metadata | null;
  messages: readonly NewMessage[];
  /** When it began, where that is not now. */
  createdAtMs?: number;
  /** See `Thread.knowledge`. */
  knowledge?: string[] | null;
}

const INSERT_THREAD = `
  INSERT INTO threads (project_id, end_user_id, id, created_at_ms, updated_at_ms, metadata, last_n, knowledge)
  SELECT ?1, ${OWNER}, ?3, ?4, ?8, ?5, ?7, ?9 WHERE NOT EXISTS (${selectUnknownFiles("?6")})
  RETURNING id`;

/** The thread and its first messages, together or not at all. */
export async function createThread(
  db: ProjectDatabase,
  scope: AccessScope,
  { id, nowMs, metadata, messages, createdAtMs = nowMs, knowledge = null }: NewThread,
  inSameTransaction: InSameTransaction<Thread> = () => null,
): Promise<Outcome<Thread>> {
  const fileIds = fileIdsOf(messages);
  const first = messages.map((one) => newMessage(one, { threadId: id, createdAtMs: nowMs }));
  const updatedAtMs = Math.max(createdAtMs, ...first.map((message) => message.createdAtMs));
  const thread = newThread(scope, { id, createdAtMs, updatedAtMs, metadata, knowledge });
  const { made, unknownFiles } = await runBatch(db, {
    made: query(
      db,
      INSERT_THREAD,
      ...bindScope(scope),
      id,
      createdAtMs,
      THREADS.fields.metadata.write(metadata),
      JSON.stringify(fileIds),
      first.length,
      updatedAtMs,
      THREADS.fields.knowledge.write(knowledge),
    ),
    record: inSameTransaction(thread),
    // The thread begins behind them; where it was not made there is none to write to.
    messages:
      first.length === 0 ? null : insertMessages(db, scope, first, { offset: -first.length }),
    unknownFiles: checkFiles(db, scope, fileIds),
    indexed: await indexMessages(db, scope.projectId, first),
  });
  return made.length === 0
    ? failed(refuseUnknownFiles(messages, unknownFiles, (index) => ["messages", index]))
    : success(thread);
}

function newThread(
  { projectId, endUserId }: AccessScope,
  thread: Pick<Thread, "id" | "createdAtMs" | "updatedAtMs" | "metadata" | "knowledge">,
): Thread {
  return {
    ...thread,
    projectId,
    toolId: null,
    endUserId,
    language: null,
    country: null,
    timezone: null,
    alias: null,
  };
}

/** Returns the thread's row, or none where it is out of reach. */
function selectThread(db: ProjectDatabase, scope: AccessScope, id: string): Query<ThreadRow> {
  return query(
    db,
    `SELECT ${THREADS.columns} FROM threads WHERE id = ?3 AND ${threadIsVisible("threads")}`,
    ...bindScope(scope),
    id,
  );
}

/** Fails with `not_found`. */
export async function getThread(
  db: ProjectDatabase,
  scope: AccessScope,
  id: string,
): Promise<Outcome<Thread>> {
  return found(id, await firstRow(selectThread(db, scope, id)));
}

/** A page of the threads in scope that pass the filter. */
export function listThreads(
  db: ProjectDatabase,
  scope: AccessScope,
  page: PageRequest,
  filter: ThreadFilter = {},
): Promise<Outcome<Page<Thread>>> {
  return listPage(db, threadListing(scope, filter), page);
}

/** The threads in reach that the filter leaves, for `listPage`. */
export function threadListing(
  scope: AccessScope,
  filter: ThreadFilter,
): Listing<ThreadRow, Thread> {
  return {
    table: "threads",
    columns: THREADS.columns,
    within: threadIsVisible("threads"),
    ...filterThreads(filter, scope, bindScope(scope)),
    read: THREADS.read,
  };
}

interface ThreadChange {
  id: string;
  /** Replaces the whole metadata; absent, it stays. */
  metadata?: Metadata | undefined;
  /** Replaces all names; absent, they stay. */
  knowledge?: string[] | null | undefined;
  nowMs: number;
}

/** Changes what is given. */
export async function updateThread(
  db: ProjectDatabase,
  scope: AccessScope,
  change: ThreadChange,
): Promise<Outcome<Thread>> {
  return found(change.id, await firstRow(updateMetadata(db, scope, change)));
}

/** Returns the thread's new row, or none where it is out of reach. */
export function updateMetadata(
  db: ProjectDatabase,
  scope: AccessScope,
  { id, metadata, knowledge, nowMs }: ThreadChange,
): Query<ThreadRow> {
  return query(
    db,
    `UPDATE threads SET metadata = coalesce(?4, metadata), updated_at_ms = max(updated_at_ms, ?5),
       knowledge = iif(?6, ?7, knowledge)
     WHERE id = ?3 AND ${threadIsVisible("threads")} RETURNING ${THREADS.columns}`,
    ...bindScope(scope),
    id,
    metadata === undefined ? null : JSON.stringify(metadata),
    nowMs,
    knowledge === undefined ? 0 : 1,
    THREADS.fields.knowledge.write(knowledge ?? null),
  );
}

/** How a listing or a write asks, in the same batch, whether its thread is there. */
export function threadParent(db: ProjectDatabase, scope: AccessScope, id: string) {
  return { query: selectThread(db, scope, id), failure: lostThread(id) };
}

function found(id: string, row: ThreadRow | undefined): Outcome<Thread> {
  return row === undefined ? failed(lostThread(id)) : success(THREADS.read(row));
}

export function lostThread(id: string): Failure {
  return { kind: "not_found", entity: "thread", id };
}
