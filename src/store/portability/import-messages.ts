/** Messages on their way in: written by the statement of all messages, behind what their threads have. */
import type { Message } from "../../domain/message";
import type { RecordOf } from "../../domain/records/export-record";
import { INDEX_NEW_MESSAGES, indexMessages } from "../messages/index-messages";
import { insertMessages } from "../messages/insert-messages";
import { type Query, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";

export interface MessageReplies {
  message: object;
  written: MessagesWritten;
  indexed: object;
  advanced: object;
}

interface MessagesWritten {
  /** How many were new. */
  made: number;
  /** JSON list of those of the threads that are not there. */
  lost: string;
}

type MessageWrites = {
  [Name in keyof MessageReplies]: Query<MessageReplies[Name]> | Query<never>[] | null;
};

/** UTF-16 units of messages whose words one statement takes. */
const INDEX_CHARS = 256 * 1024;

/** At most so many statements `importMessages` has for messages of so many UTF-16 units. */
export function messageQueries(chars: number): number {
  return 3 + Math.ceil((2 * chars) / INDEX_CHARS);
}

/** For one batch. A message that is there already stays as it is, and so does its thread then. */
export async function importMessages(
  db: ProjectDatabase,
  projectId: string,
  records: readonly RecordOf<"message">[],
): Promise<MessageWrites> {
  if (records.length === 0) {
    return { message: null, written: null, indexed: null, advanced: null };
  }
  const messages = records.map(toMessage);
  const threadIds = JSON.stringify([...new Set(messages.map(({ threadId }) => threadId))]);
  const wholeProject = { projectId, endUserId: null, threadId: null };
  return {
    message: insertMessages(db, wholeProject, messages),
    written: query<MessagesWritten>(db, COUNT_WRITTEN, projectId, threadIds),
    indexed: await indexMessages(db, projectId, messages, INDEX_NEW_MESSAGES),
    advanced: query<object>(db, ADVANCE_THREADS, projectId, threadIds),
  };
}

/** Right behind the statement that writes, whose `changes()` are told. */
const COUNT_WRITTEN = `
  SELECT changes() AS made, json_group_array(r.value) AS lost FROM json_each(?2) r
  WHERE NOT EXISTS (SELECT 1 FROM threads t WHERE t.project_id = ?1 AND t.id = r.value)`;

/** A thread is no older than its last message, and its next one comes behind those that were new. */
const ADVANCE_THREADS = `
  UPDATE threads SET last_n = new.n, updated_at_ms = max(updated_at_ms, new.at_ms) FROM (
    SELECT t.seq, max(m.n) AS n, max(m.created_at_ms) AS at_ms FROM json_each(?2) r
    CROSS JOIN threads t ON t.project_id = ?1 AND t.id = r.value
    CROSS JOIN messages m ON m.project_id = ?1 AND m.thread_id = t.id AND m.n > t.last_n
    GROUP BY t.seq) new
  WHERE threads.seq = new.seq`;

function toMessage(record: RecordOf<"message">): Message {
  const { tool_id: toolId, tool_name: toolName, run_id: runId } = record;
  return {
    id: record.id,
    threadId: record.thread_id,
    role: record.role,
    content: record.content,
    fileIds: record.file_ids,
    metadata: record.metadata,
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- of parts only the type and the text are read
    parts: record.parts as Message["parts"],
    createdAtMs: record.created_at_ms,
    author: record.author,
    writtenBy:
      toolId === null || toolName === null || runId === null ? null : { toolId, toolName, runId },
    incomplete: record.incomplete,
    clientId: record.client_id,
    supersededBy: record.superseded_by,
    incompleteReason: record.incomplete_reason,
    endedAtMs: record.ended_at_ms,
    attachments: record.attachments,
    citations: record.citations,
  };
}
