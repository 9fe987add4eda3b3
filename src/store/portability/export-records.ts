import type { AccessScope } from "../../domain/access/caller";
/** All that is kept of a thread or an end user, record by record: see `domain/export-record.ts`. */
import type { Actor } from "../../domain/actor";
import { EXPORT_VERSION, type ExportRecord } from "../../domain/export-record";
import { type Outcome, success } from "../../domain/failure";
import type { StoredFile } from "../../domain/file";
import type { Message } from "../../domain/message";
import { type Run, isFinal } from "../../domain/run";
import type { ThreadWithParticipants } from "../../domain/thread";
import { EXPORT } from "../../limits";
import { fileKey } from "../files/objects";
import { getRun } from "../runs/runs";
import { allRows, query } from "../sql/batch";
import { FILE_COLUMNS, type FileRow, MESSAGE_COLUMNS, type MessageRow } from "../sql/rows";
import { readFile, readMessage } from "../sql/rows";
import { getThreadWithParticipants } from "../threads/threads-with-participants";

type Stores = Pick<Env, "DB" | "FILES">;
type Records = AsyncGenerator<ExportRecord>;

const HEADER: ExportRecord = { type: "bobbin_export", version: EXPORT_VERSION };

/** Fails at once where the thread is out of reach. */
export async function exportThread(
  env: Stores,
  reach: AccessScope,
  id: string,
): Promise<Outcome<Records>> {
  const thread = await getThreadWithParticipants(env.DB, reach, id);
  return thread.ok ? success(withHeader(threadRecords(env, thread.value, new Set()))) : thread;
}

export function exportEndUser(env: Stores, projectId: string, endUserId: string): Records {
  return withHeader(endUserRecords(env, projectId, endUserId));
}

async function* withHeader(records: Records): Records {
  yield HEADER;
  yield* records;
}

async function* endUserRecords(env: Stores, projectId: string, endUserId: string): Records {
  const told = new Set<string>();
  const owned = "WHERE project_id = ?1 AND end_user_id = ?2";
  yield* filesRecords(env, projectId, told, `${owned} AND seq > ?3`, endUserId);
  const reach = { projectId, endUserId: null, threadId: null };
  for await (const ids of walk(env.DB, "threads", owned, projectId, endUserId)) {
    for (const id of ids) {
      const thread = await getThreadWithParticipants(env.DB, reach, id);
      if (thread.ok) {
        yield* threadRecords(env, thread.value, told);
      }
    }
  }
  yield* runRecords(env, `${owned} AND thread_id IS NULL`, projectId, endUserId, endUserId);
}

/** @param told What earlier lines hold already, by kind and id; grows. */
async function* threadRecords(
  env: Stores,
  thread: ThreadWithParticipants,
  told: Set<string>,
): Records {
  const { projectId, id } = thread;
  const actors = thread.participants.filter(({ kind }) => kind === "actor");
  for (const actor of actors) {
    if (isNew(told, `actor/${actor.id}`)) {
      yield toActorRecord(actor);
    }
  }
  yield {
    type: "thread",
    id,
    created_at_ms: thread.createdAtMs,
    updated_at_ms: thread.updatedAtMs,
    metadata: thread.metadata,
    tool_id: thread.toolId,
    end_user_id: thread.endUserId,
    language: thread.language,
    country: thread.country,
    timezone: thread.timezone,
    actors: actors.map((actor) => ({ id: actor.id, joined_at_ms: actor.joinedAtMs })),
  };
  const used = `WHERE project_id = ?1 AND seq > ?3 AND id IN (
    SELECT u.file_id FROM messages m JOIN file_uses u ON u.message_seq = m.seq
    WHERE m.project_id = ?1 AND m.thread_id = ?2)`;
  yield* filesRecords(env, projectId, told, used, id);
  yield* messageRecords(env.DB, projectId, id);
  const own = "WHERE project_id = ?1 AND thread_id = ?2";
  yield* runRecords(env, own, projectId, id, thread.endUserId);
}

async function* messageRecords(db: D1Database, projectId: string, threadId: string): Records {
  const sql = `SELECT seq, ${MESSAGE_COLUMNS} FROM messages
    WHERE project_id = ?1 AND thread_id = ?2 AND seq > ?3 ORDER BY seq LIMIT ?4`;
  for await (const rows of pages<MessageRow>(db, sql, projectId, threadId)) {
    yield* rows.map((row) => toMessageRecord(readMessage(row)));
  }
}

async function* filesRecords(
  { DB: db, FILES: bucket }: Stores,
  projectId: string,
  told: Set<string>,
  where: string,
  of: string,
): Records {
  const sql = `SELECT seq, end_user_id, ${FILE_COLUMNS} FROM files ${where} ORDER BY seq LIMIT ?4`;
  type Row = FileRow & { end_user_id: string | null };
  for await (const rows of pages<Row>(db, sql, projectId, of)) {
    for (const row of rows.filter(({ id }) => isNew(told, `file/${id}`))) {
      yield toFileRecord(readFile(row), row.end_user_id);
      yield* bytesRecords(bucket, fileKey(projectId, row.id), row.size);
    }
  }
}

async function* bytesRecords(bucket: R2Bucket, key: string, size: number): Records {
  for (let offset = 0; offset < size; offset += EXPORT.pieceBytes) {
    const piece = await bucket.get(key, { range: { offset, length: EXPORT.pieceBytes } });
    const bytes = new Uint8Array(await (piece?.arrayBuffer() ?? new ArrayBuffer(0)));
    yield { type: "bytes", base64: toBase64(bytes) };
  }
}

async function* runRecords(
  env: Stores,
  where: string,
  projectId: string,
  of: string,
  endUserId: string | null,
): Records {
  const reach = { projectId, endUserId: null, threadId: null };
  for await (const ids of walk(env.DB, "runs", where, projectId, of)) {
    for (const runId of ids) {
      const run = await getRun(env, reach, { runId });
      const record = run.ok ? toRunRecord(run.value, endUserId) : null;
      if (record !== null) {
        yield record;
      }
    }
  }
}

async function* walk(
  db: D1Database,
  table: "threads" | "runs",
  where: string,
  projectId: string,
  of: string,
): AsyncGenerator<string[]> {
  const sql = `SELECT seq, id FROM ${table} ${where} AND seq > ?3 ORDER BY seq LIMIT ?4`;
  for await (const rows of pages<{ id: string }>(db, sql, projectId, of)) {
    yield rows.map(({ id }) => id);
  }
}

/** The rows of a statement that takes project, whose, last `seq` and limit, page by page. */
async function* pages<Row>(
  db: D1Database,
  sql: string,
  projectId: string,
  of: string,
): AsyncGenerator<Row[]> {
  for (let after = 0, full = true; full;) {
    const rows = await allRows(
      query<Row & { seq: number }>(db, sql, projectId, of, after, EXPORT.rowsAtOnce),
    );
    yield rows;
    after = rows.at(-1)?.seq ?? after;
    full = rows.length === EXPORT.rowsAtOnce;
  }
}

function isNew(told: Set<string>, name: string): boolean {
  const before = told.size;
  return told.add(name).size > before;
}

function toActorRecord(actor: Omit<Actor, "projectId">): ExportRecord {
  return {
    type: "actor",
    id: actor.id,
    name: actor.name,
    actor_type: actor.type,
    metadata: actor.metadata,
    created_at_ms: actor.createdAtMs,
    updated_at_ms: actor.updatedAtMs,
  };
}

function toFileRecord(file: StoredFile, endUserId: string | null): ExportRecord {
  return {
    type: "file",
    id: file.id,
    name: file.name,
    mime_type: file.mimeType,
    size: file.size,
    created_at_ms: file.createdAtMs,
    end_user_id: endUserId,
  };
}

function toMessageRecord({ writtenBy, ...message }: Message): ExportRecord {
  return {
    type: "message",
    thread_id: message.threadId,
    id: message.id,
    role: message.role,
    content: message.content,
    file_ids: message.fileIds,
    metadata: message.metadata,
    parts: message.parts,
    created_at_ms: message.createdAtMs,
    written_by: writtenBy && {
      tool_id: writtenBy.toolId,
      tool_name: writtenBy.toolName,
      run_id: writtenBy.runId,
    },
    incomplete: message.incomplete,
  };
}

/** Null for a run that is under way: its end will belong to where it runs. */
function toRunRecord(run: Run, endUserId: string | null): ExportRecord | null {
  const { status, endedAtMs, traces, results, usage, pendingCalls } = run;
  if (!isFinal(status) || endedAtMs === null) {
    return null;
  }
  return {
    type: "run",
    id: run.id,
    tool_id: run.toolId,
    tool_name: run.toolName,
    version: run.version,
    thread_id: run.threadId,
    end_user_id: endUserId,
    status,
    error: run.error && { ...run.error },
    config: run.config,
    outcome: { traces, results, usage, pendingCalls },
    created_at_ms: run.createdAtMs,
    started_at_ms: run.startedAtMs,
    ended_at_ms: endedAtMs,
  };
}

const CHARS_AT_ONCE = 8192;

function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let from = 0; from < bytes.byteLength; from += CHARS_AT_ONCE) {
    binary += String.fromCharCode(...bytes.subarray(from, from + CHARS_AT_ONCE));
  }
  return btoa(binary);
}
