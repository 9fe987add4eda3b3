/** The one statement that writes messages: a caller's, a new thread's first ones, a run's answer. */
import type { AccessScope } from "../../domain/access/caller";
import type { Message, NewMessage } from "../../domain/message";
import { selectUnknownFiles } from "../files/files";
import { type Query, query } from "../sql/batch";
import { bindScope, threadIsVisible } from "../sql/scope";

/** A message as it will be stored: one of a caller's has no writer and is complete. */
export type MessageToInsert = NewMessage & Partial<Pick<Message, "writtenBy" | "incomplete">>;

const INSERT_MESSAGES = `
  INSERT INTO messages (project_id, thread_id, id, role, content, file_ids, metadata, parts,
    created_at_ms, tool_id, tool_name, run_id, incomplete)
  SELECT t.project_id, t.id, m.value ->> 'id', m.value ->> 'role', m.value ->> 'content',
    m.value ->> 'fileIds', m.value ->> 'metadata', m.value ->> 'parts', ?4,
    m.value ->> '$.writtenBy.toolId', m.value ->> '$.writtenBy.toolName',
    m.value ->> '$.writtenBy.runId', coalesce(m.value ->> 'incomplete', 0)
  FROM threads t, json_each(?5) m
  WHERE t.id = ?3 AND ${threadIsVisible("t")} AND NOT EXISTS (${selectUnknownFiles("?6")})
  ORDER BY m.key
  RETURNING id`;

/**
 * Inserts in the order given. Inserts nothing, and so returns no row, where the thread is out of
 * reach or any message names a file that is.
 */
export function insertMessages(
  db: D1Database,
  reach: AccessScope,
  threadId: string,
  messages: readonly MessageToInsert[],
  nowMs: number,
): Query<{ id: string }> {
  return query(
    db,
    INSERT_MESSAGES,
    ...bindScope(reach),
    threadId,
    nowMs,
    JSON.stringify(messages),
    JSON.stringify(fileIdsOf(messages)),
  );
}

export function fileIdsOf(messages: readonly NewMessage[]): string[] {
  return [...new Set(messages.flatMap((message) => message.fileIds))];
}
