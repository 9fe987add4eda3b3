/** A thread's messages as a run reads them. */
import type { Message, Role } from "../../domain/message";
import type { Metadata } from "../../domain/metadata";
import { IS_CURRENT, MESSAGES, MESSAGE_BYTES, type MessageRow } from "../messages/message-table";
import { type Query, firstRow, query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { selectWithinBytes } from "../sql/within-bytes";
import { THREADS } from "./thread-table";

export interface HistoryQuery {
  projectId: string;
  threadId: string;
  limit: number;
  roles: readonly Role[];
  /** Messages that come last, wherever they stand: what the run itself was asked. */
  lastIds: readonly string[];
  /** Messages that are not there yet: what runs were asked that wait behind this one. */
  hiddenIds: readonly string[];
  /** Of what they say: behind those that hold so much, none is read. */
  maxBytes: number;
}

/** A thread as a run finds it that begins when it is admitted. */
export interface ThreadSnapshot {
  threadId: string;
  metadata: Metadata | null;
  /** Of how many the newest were asked for. */
  limit: number;
  /** Of all roles, oldest first. */
  messages: Message[];
}

/** The newest `limit` of them, oldest first. */
export async function readHistory(db: ProjectDatabase, history: HistoryQuery): Promise<Message[]> {
  const { last, others } = await runBatch(db, selectHistory(db, history));
  return historyOf([...last, ...others], history.limit);
}

/** For a batch; its rows, those of `last` first, are for `historyOf`. */
export function selectHistory(
  db: ProjectDatabase,
  history: HistoryQuery,
): { last: Query<MessageRow> | null; others: Query<MessageRow> } {
  const { projectId, threadId, limit, roles, lastIds, hiddenIds, maxBytes } = history;
  const select = (ids: readonly string[], belongs: "IN" | "NOT IN") =>
    query<MessageRow>(
      db,
      selectWithinBytes({
        order: "n",
        direction: "desc",
        bytes: MESSAGE_BYTES,
        maxBytes: "?6",
        limit: "?5",
        select: (columns, most) =>
          `SELECT ${columns} FROM messages WHERE project_id = ?1 AND thread_id = ?2
             AND ${IS_CURRENT} AND role IN (SELECT value FROM json_each(?3))
             AND id ${belongs} (SELECT value FROM json_each(?4))
           ORDER BY n DESC LIMIT ${most}`,
        columns: MESSAGES.columns,
      }),
      projectId,
      threadId,
      JSON.stringify(roles),
      JSON.stringify(ids),
      limit,
      maxBytes,
    );
  return {
    last: lastIds.length === 0 ? null : select(lastIds, "IN"),
    others: select([...lastIds, ...hiddenIds], "NOT IN"),
  };
}

/** @param rows The newest first. */
export function historyOf(rows: readonly MessageRow[], limit: number): Message[] {
  return rows.slice(0, limit).toReversed().map(MESSAGES.read);
}

/** Null where the project has no such thread. */
export async function readThreadMetadata(
  db: ProjectDatabase,
  projectId: string,
  threadId: string,
): Promise<{ metadata: Metadata | null; knowledge: string[] } | null> {
  const row = await firstRow<{ metadata: string | null; knowledge: string | null }>(
    query(
      db,
      "SELECT metadata, knowledge FROM threads WHERE project_id = ?1 AND id = ?2",
      projectId,
      threadId,
    ),
  );
  const { metadata, knowledge } = THREADS.fields;
  return row === undefined
    ? null
    : {
        metadata: metadata.read(row.metadata),
        knowledge: knowledge.read(row.knowledge) ?? [],
      };
}
