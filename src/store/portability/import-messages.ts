/** Messages on their way in: written by the statement of all messages, behind what their threads have. */
import { type RecordOf, toColumns } from "../../domain/records/export-record";
import { INDEX_NEW_MESSAGES, indexMessages } from "../messages/index-messages";
import { insertMessages } from "../messages/insert-messages";
import { MESSAGES } from "../messages/message-table";
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
  const messages = records.map((record) => MESSAGES.read(toColumns("message", record)));
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
