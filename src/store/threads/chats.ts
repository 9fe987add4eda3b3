/** A chat: a thread with the message that its client speaks of, and the run that answers it. */
import type { AccessScope } from "../../domain/access/caller";
import type { Message } from "../../domain/message";
import type { RunStatus } from "../../domain/run";
import { COUNTS, MESSAGES, type MessageRow } from "../messages/message-table";
import { query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { bindScope, threadIsVisible } from "../sql/scope";

export interface ChatQuery {
  /** Ids of threads: the first one in reach is meant. */
  threadIds: readonly string[];
  /** A message as its client names it, or by its own id; null: none. */
  message: string | null;
  /** Id of an answer whose place another may have taken; null: none. */
  answer: string | null;
}

export interface ChatState {
  threadId: string;
  /** See `Turn.alias`. */
  alias: string | null;
  /** Null where the thread has none of that name, or nothing but ones whose place others took. */
  message: Message | null;
  /** The last run that was to answer it. */
  run: { id: string; status: RunStatus } | null;
  /** Id of the run that took the answer's place. */
  replacedBy: string | null;
}

const CHAT = `(SELECT t.id FROM json_each(?3) named CROSS JOIN threads t ON t.id = named.value
  AND ${threadIsVisible("t")} ORDER BY named.key LIMIT 1)`;

/** The message that `?4` names; the client's own name of one goes before another's id. */
const NAMED = `(SELECT id FROM messages WHERE project_id = ?1 AND thread_id = ${CHAT} AND ${COUNTS}
    AND client_id = ?4
  UNION ALL SELECT ?4 LIMIT 1)`;

/** Null where none of the threads is in reach. */
export async function readChat(
  db: ProjectDatabase,
  reach: AccessScope,
  { threadIds, message, answer }: ChatQuery,
): Promise<ChatState | null> {
  const bound = [...bindScope(reach), JSON.stringify(threadIds)] as const;
  const { threads, messages, runs, replaced } = await runBatch(db, {
    threads: query<{ id: string; alias: string | null }>(
      db,
      `SELECT id, alias FROM threads WHERE project_id = ?1 AND id = ${CHAT}`,
      ...bound,
    ),
    messages:
      message === null
        ? null
        : query<MessageRow>(
            db,
            `SELECT ${MESSAGES.columns} FROM messages
             WHERE project_id = ?1 AND thread_id = ${CHAT} AND ${COUNTS} AND id = ${NAMED}`,
            ...bound,
            message,
          ),
    runs:
      message === null
        ? null
        : query<{ id: string; status: RunStatus }>(
            db,
            `SELECT id, status FROM runs
             WHERE project_id = ?1 AND thread_id = ${CHAT} AND message_id = ${NAMED}
             ORDER BY seq DESC LIMIT 1`,
            ...bound,
            message,
          ),
    replaced:
      answer === null
        ? null
        : query<{ superseded_by: string | null }>(
            db,
            `SELECT superseded_by FROM messages
             WHERE project_id = ?1 AND thread_id = ${CHAT} AND id = ?4`,
            ...bound,
            answer,
          ),
  });
  const [thread] = threads;
  return thread === undefined
    ? null
    : {
        threadId: thread.id,
        alias: thread.alias,
        message: messages.map(MESSAGES.read)[0] ?? null,
        run: runs[0] ?? null,
        replacedBy: replaced[0]?.superseded_by ?? null,
      };
}
