/** Threads together with who takes part in them. */
import type { AccessScope } from "../../domain/access/caller";
import type { Participant } from "../../domain/actor";
import { type Outcome, failed, success } from "../../domain/failure";
import type { Metadata } from "../../domain/metadata";
import type { Page, PageRequest } from "../../domain/page";
import type { ThreadWithParticipants } from "../../domain/thread";
import type { ThreadFilter } from "../../domain/thread-filter";
import { PARTICIPANTS, getActor } from "../actors/actors";
import { type InSameTransaction, type Query, firstRow, query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { listPage } from "../sql/pages";
import { OWNER, bindScope, threadIsVisible } from "../sql/scope";
import { type RowOf, table } from "../sql/table";
import { THREADS } from "./thread-table";
import { lostThread, threadListing, updateMetadata } from "./threads";

/** A thread that begins with its tool, actor and locale. */
export interface PlacedThread {
  /** Fixed before the write, so that a repeated write is the same thread. */
  id: string;
  nowMs: number;
  metadata: Metadata | null;
  /** The tool that the thread is meant for. */
  toolId: string;
  /** Takes part from the start. */
  actorId: string | null;
  language: string | null;
  country: string | null;
  timezone: string | null;
}

export const JOINED_THREADS = table("threads", { ...THREADS.fields, participants: PARTICIPANTS });

export type JoinedThreadRow = RowOf<typeof JOINED_THREADS>;

/** The row, or none where the thread is out of reach. */
export function selectThreadWithParticipants(
  db: ProjectDatabase,
  scope: AccessScope,
  id: string,
): Query<JoinedThreadRow> {
  return query(
    db,
    `SELECT ${JOINED_THREADS.columns} FROM threads WHERE id = ?3 AND ${threadIsVisible("threads")}`,
    ...bindScope(scope),
    id,
  );
}

const INSERT_PLACED = `
  INSERT INTO threads (project_id, end_user_id, id, created_at_ms, updated_at_ms, metadata, tool_id,
    language, country, timezone)
  SELECT ?1, ${OWNER}, ?3, ?4, ?4, ?5, ?6, ?7, ?8, ?9
  WHERE EXISTS (SELECT 1 FROM tools WHERE project_id = ?1 AND id = ?6)
    AND (?10 IS NULL OR EXISTS (SELECT 1 FROM actors WHERE project_id = ?1 AND id = ?10))`;

const JOIN_THREAD = `
  INSERT INTO participants (project_id, thread_id, kind, participant_id, joined_at_ms)
  SELECT project_id, id, 'actor', ?4, ?5 FROM threads
  WHERE id = ?3 AND ${threadIsVisible("threads")}`;

/** Not found, of entity `tool` or `actor`, where the one or the other is not the project's. */
export async function createPlacedThread(
  db: ProjectDatabase,
  scope: AccessScope,
  thread: PlacedThread,
  inSameTransaction?: InSameTransaction<ThreadWithParticipants>,
): Promise<Outcome<ThreadWithParticipants>> {
  const { id, nowMs, toolId, actorId } = thread;
  const bound = bindScope(scope);
  const record = inSameTransaction?.(await foresee(db, scope, thread)) ?? null;
  const { threads, tools } = await runBatch(db, {
    inserted: query(
      db,
      INSERT_PLACED,
      ...bound,
      id,
      nowMs,
      THREADS.fields.metadata.write(thread.metadata),
      toolId,
      thread.language,
      thread.country,
      thread.timezone,
      actorId,
    ),
    record,
    joined: actorId === null ? null : query(db, JOIN_THREAD, ...bound, id, actorId, nowMs),
    threads: selectThreadWithParticipants(db, scope, id),
    tools: query(
      db,
      "SELECT id FROM tools WHERE project_id = ? AND id = ?",
      scope.projectId,
      toolId,
    ),
  });
  const [row] = threads;
  if (row !== undefined) {
    return success(JOINED_THREADS.read(row));
  }
  return tools.length === 0
    ? failed({ kind: "not_found", entity: "tool", id: toolId })
    : failed({ kind: "not_found", entity: "actor", id: actorId ?? "" });
}

/** The thread as it will be, where its tool and its actor are the project's. */
async function foresee(
  db: ProjectDatabase,
  { projectId, endUserId }: AccessScope,
  { nowMs, actorId, ...place }: PlacedThread,
): Promise<ThreadWithParticipants> {
  const actor = actorId === null ? null : await getActor(db, projectId, actorId);
  const participants: Participant[] = [];
  if (actor?.ok === true) {
    participants.push({ ...actor.value, kind: "actor", joinedAtMs: nowMs });
  }
  return {
    ...place,
    projectId,
    endUserId,
    knowledge: null,
    alias: null,
    createdAtMs: nowMs,
    updatedAtMs: nowMs,
    participants,
  };
}

/** Fails with `not_found`. */
export async function getThreadWithParticipants(
  db: ProjectDatabase,
  scope: AccessScope,
  id: string,
): Promise<Outcome<ThreadWithParticipants>> {
  return found(id, await firstRow(selectThreadWithParticipants(db, scope, id)));
}

/** A page of the threads in scope that pass the filter. */
export function listThreadsWithParticipants(
  db: ProjectDatabase,
  scope: AccessScope,
  page: PageRequest,
  filter: ThreadFilter,
): Promise<Outcome<Page<ThreadWithParticipants>>> {
  return listPage(
    db,
    { ...threadListing(scope, filter), columns: JOINED_THREADS.columns, read: JOINED_THREADS.read },
    page,
  );
}

/** Replaces the whole metadata; none given changes nothing. */
export async function updateThreadWithParticipants(
  db: ProjectDatabase,
  scope: AccessScope,
  { id, metadata, nowMs }: { id: string; metadata: Metadata | undefined; nowMs: number },
): Promise<Outcome<ThreadWithParticipants>> {
  const { threads } = await runBatch(db, {
    updated: metadata === undefined ? null : updateMetadata(db, scope, { id, metadata, nowMs }),
    threads: selectThreadWithParticipants(db, scope, id),
  });
  return found(id, threads[0]);
}

function found(id: string, row: JoinedThreadRow | undefined): Outcome<ThreadWithParticipants> {
  return row === undefined ? failed(lostThread(id)) : success(JOINED_THREADS.read(row));
}
