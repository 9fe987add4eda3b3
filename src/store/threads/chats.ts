/** A chat: a thread with the message that its client speaks of, and the run that answers it. */
import type { AccessScope } from "../../domain/access/caller";
import type { Message } from "../../domain/message";
import type { RunStatus } from "../../domain/run";
import { RUN } from "../../limits";
import { IS_CURRENT, MESSAGES, type MessageRow } from "../messages/message-table";
import { allRows, firstRow, query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { bindScope, threadIsVisible } from "../sql/scope";

/** What is asked of a chat before its turn. */
export interface ChatQuery {
  /** Ids of threads: the first one in reach is meant. */
  threadIds: readonly string[];
  /** A message as its client names it, or by its own id; null: none. */
  message: string | null;
  /** Id of an answer whose place another may have taken; null: none. */
  answer: string | null;
}

/** A chat as it stands before a turn. */
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
const NAMED = `(SELECT id FROM messages WHERE project_id = ?1 AND thread_id = ${CHAT} AND ${IS_CURRENT}
    AND client_id = ?4
  UNION ALL SELECT ?4 LIMIT 1)`;

/** Null where none of the threads is in reach. */
export async function readChat(
  db: ProjectDatabase,
  scope: AccessScope,
  { threadIds, message, answer }: ChatQuery,
): Promise<ChatState | null> {
  const bound = [...bindScope(scope), JSON.stringify(threadIds)] as const;
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
             WHERE project_id = ?1 AND thread_id = ${CHAT} AND ${IS_CURRENT} AND id = ${NAMED}`,
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

/** Where a chat's work stands. */
export interface ChatWork {
  /** The run at work or waiting, or else the one that ended last. */
  run: { id: string; status: RunStatus; endedAtMs: number | null } | null;
  /** The run that wrote the thread's last message. */
  lastWriter: string | null;
}

interface WorkRow {
  id: string;
  status: RunStatus;
  ended_at_ms: number | null;
}

/** As many as may be open on one thread: the oldest of them is at work. */
const OPEN_MAX = RUN.queueMax + 1;

/** @param threadId In the reach of whoever asks. */
export async function readChatWork(
  db: ProjectDatabase,
  projectId: string,
  threadId: string,
): Promise<ChatWork> {
  const { runs, last } = await runBatch(db, {
    runs: query<WorkRow>(
      db,
      `SELECT id, status, ended_at_ms FROM runs WHERE project_id = ?1 AND thread_id = ?2
       ORDER BY seq DESC LIMIT ${OPEN_MAX}`,
      projectId,
      threadId,
    ),
    last: query<{ run_id: string | null }>(
      db,
      `SELECT run_id FROM messages WHERE project_id = ?1 AND thread_id = ?2 AND ${IS_CURRENT}
       ORDER BY n DESC LIMIT 1`,
      projectId,
      threadId,
    ),
  });
  const run = runs.findLast(({ ended_at_ms: endedAtMs }) => endedAtMs === null) ?? runs[0];
  return {
    run: run === undefined ? null : { id: run.id, status: run.status, endedAtMs: run.ended_at_ms },
    lastWriter: last[0]?.run_id ?? null,
  };
}

/** The message that the run answers; null where it answers none, or the message is gone. */
export async function readAskedMessage(
  db: ProjectDatabase,
  scope: AccessScope,
  { threadId, runId }: { threadId: string; runId: string },
): Promise<Message | null> {
  const sql = `SELECT ${MESSAGES.columns} FROM messages WHERE project_id = ?1
    AND thread_id = (SELECT id FROM threads t WHERE t.id = ?3 AND ${threadIsVisible("t")})
    AND id = (SELECT message_id FROM runs WHERE project_id = ?1 AND id = ?4)`;
  const row = await firstRow<MessageRow>(query(db, sql, ...bindScope(scope), threadId, runId));
  return row === undefined ? null : MESSAGES.read(row);
}

/** What a list of chats says of each. */
export interface ChatSummary {
  /** Of its first user's message, as many as asked for. */
  firstWords: string | null;
  openRunId: string | null;
}

/** By thread. @param threadIds In the reach of whoever asks. @param chars UTF-16 units, roughly. */
export async function summarizeChats(
  db: ProjectDatabase,
  projectId: string,
  threadIds: readonly string[],
  chars: number,
): Promise<Map<string, ChatSummary>> {
  const rows = await allRows(
    query<{ thread_id: string; words: string | null; run_id: string | null }>(
      db,
      `SELECT named.value AS thread_id,
         (SELECT substr(content, 1, ?3) FROM messages m WHERE m.project_id = ?1
            AND m.thread_id = named.value AND m.role = 'user' AND m.superseded_by IS NULL
          ORDER BY n LIMIT 1) AS words,
         (SELECT iif(ended_at_ms IS NULL, id, NULL) FROM runs r WHERE r.project_id = ?1
            AND r.thread_id = named.value ORDER BY seq DESC LIMIT 1) AS run_id
       FROM json_each(?2) named`,
      projectId,
      JSON.stringify(threadIds),
      chars,
    ),
  );
  return new Map(
    rows.map(({ thread_id: threadId, words, run_id: openRunId }) => [
      threadId,
      { firstWords: words, openRunId },
    ]),
  );
}
