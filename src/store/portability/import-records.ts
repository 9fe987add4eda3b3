/**
 * Takes an export back. What is there already under the same id stays as it is, so that an import may
 * be repeated; quotas hold.
 */
import type { RecordOf } from "../../domain/export-record";
import { mediaTypeOf, safeFileName } from "../../domain/file-name";
import type { Message, MessagePart } from "../../domain/message";
import { RUN } from "../../limits";
import { deleteObjects, fileKey, runOutcomeKey } from "../files/objects";
import { storeBytes } from "../files/store-bytes";
import { indexMessages } from "../messages/index-messages";
import { INSERT_MESSAGES, NOTHING_TWICE } from "../runs/run-records";
import { type Query, allRows, query, runBatch } from "../sql/batch";
import { toJsonColumn } from "../sql/rows";

type Stores = Pick<Env, "DB" | "FILES">;

/** True where the record was new. */
export async function importActor(
  db: D1Database,
  projectId: string,
  actor: RecordOf<"actor">,
): Promise<boolean> {
  return isWritten(
    query(
      db,
      `INSERT INTO actors (project_id, id, name, type, metadata, created_at_ms, updated_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
      projectId,
      actor.id,
      actor.name,
      actor.actor_type,
      JSON.stringify(actor.metadata),
      actor.created_at_ms,
      actor.updated_at_ms,
    ),
  );
}

export async function importThread(
  db: D1Database,
  projectId: string,
  thread: RecordOf<"thread">,
): Promise<boolean> {
  const [made] = await runBatch<[{ id: string }, unknown]>(db, [
    query(
      db,
      `INSERT INTO threads (project_id, id, created_at_ms, updated_at_ms, metadata, tool_id,
         end_user_id, language, country, timezone)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
      projectId,
      thread.id,
      thread.created_at_ms,
      thread.updated_at_ms,
      toJsonColumn(thread.metadata),
      thread.tool_id,
      thread.end_user_id,
      thread.language,
      thread.country,
      thread.timezone,
    ),
    query(
      db,
      `INSERT OR IGNORE INTO participants
         (project_id, thread_id, kind, participant_id, joined_at_ms)
       SELECT ?1, ?2, 'actor', a.id, p.value ->> 'joined_at_ms' FROM json_each(?3) p
       CROSS JOIN actors a ON a.project_id = ?1 AND a.id = p.value ->> 'id'`,
      projectId,
      thread.id,
      JSON.stringify(thread.actors),
    ),
  ]);
  return made.length > 0;
}

/** False, too, where the message's thread is not there. */
export async function importMessage(
  db: D1Database,
  projectId: string,
  record: RecordOf<"message">,
): Promise<boolean> {
  const message = toMessage(record);
  const [made] = await runBatch<[{ id: string }, ...unknown[]]>(db, [
    query(
      db,
      `${INSERT_MESSAGES} WHERE ?2 IS NULL ${NOTHING_TWICE} RETURNING id`,
      projectId,
      null,
      JSON.stringify([message]),
    ),
    ...indexMessages(db, projectId, [message]),
  ]);
  return made.length > 0;
}

/** The outcome goes where a run's end would have put it. */
export async function importRun(
  { DB: db, FILES: bucket }: Stores,
  projectId: string,
  run: RecordOf<"run">,
): Promise<boolean> {
  const outcome = JSON.stringify(run.outcome);
  const isInRow = new TextEncoder().encode(outcome).byteLength <= RUN.outcomeInRowMaxBytes;
  if (!isInRow) {
    await bucket.put(runOutcomeKey(projectId, run.id), outcome);
  }
  return isWritten(
    query(
      db,
      `INSERT INTO runs (project_id, id, tool_id, tool_name, version, thread_id, end_user_id,
         status, error, config, outcome, outcome_in_r2, created_at_ms, started_at_ms, ended_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
      projectId,
      run.id,
      run.tool_id,
      run.tool_name,
      run.version,
      run.thread_id,
      run.end_user_id,
      run.status,
      toJsonColumn(run.error),
      JSON.stringify(run.config),
      isInRow ? outcome : null,
      isInRow ? 0 : 1,
      run.created_at_ms,
      run.started_at_ms,
      run.ended_at_ms,
    ),
  );
}

/** Thrown where the pieces of a file are not as long as its line says. */
export class WrongSize extends Error {
  override readonly name = "WrongSize";
}

/**
 * @param pieces The file's bytes; all of them are read, also where the file is there already.
 * @throws WrongSize; nothing is left of the file then.
 */
export async function importFile(
  { DB: db, FILES: bucket }: Stores,
  projectId: string,
  file: RecordOf<"file">,
  pieces: AsyncIterable<Uint8Array>,
): Promise<boolean> {
  const known = await allRows(
    query(db, "SELECT id FROM files WHERE project_id = ? AND id = ?", projectId, file.id),
  );
  if (known.length > 0) {
    await passOver(pieces);
    return false;
  }
  const key = fileKey(projectId, file.id);
  try {
    const { size } = await storeBytes(bucket, key, pieces, file.size);
    if (size !== file.size) {
      throw new WrongSize(`file ${file.id} has ${size} bytes, not ${file.size}`);
    }
    return await isWritten(insertFile(db, projectId, file));
  } catch (error) {
    await deleteObjects(bucket, [key]);
    throw error;
  }
}

async function passOver(pieces: AsyncIterable<Uint8Array>): Promise<void> {
  const iterator = pieces[Symbol.asyncIterator]();
  while ((await iterator.next()).done !== true) {
    // Only the place in the stream matters.
  }
}

function insertFile(
  db: D1Database,
  projectId: string,
  file: RecordOf<"file">,
): Query<{ id: string }> {
  return query(
    db,
    `INSERT INTO files (project_id, id, name, mime_type, size, created_at_ms, end_user_id)
     VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING RETURNING id`,
    projectId,
    file.id,
    safeFileName(file.name),
    mediaTypeOf(file.name, file.mime_type),
    file.size,
    file.created_at_ms,
    file.end_user_id,
  );
}

async function isWritten(insert: Query<{ id: string }>): Promise<boolean> {
  return (await allRows(insert)).length > 0;
}

function toMessage(record: RecordOf<"message">): Message {
  const { written_by: writer } = record;
  return {
    threadId: record.thread_id,
    id: record.id,
    role: record.role,
    content: record.content,
    fileIds: record.file_ids,
    metadata: record.metadata,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- parts are shown, never acted on
    parts: record.parts as MessagePart[] | null,
    createdAtMs: record.created_at_ms,
    writtenBy: writer && {
      toolId: writer.tool_id,
      toolName: writer.tool_name,
      runId: writer.run_id,
    },
    incomplete: record.incomplete,
  };
}
