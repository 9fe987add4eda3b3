/** A thread's messages as a run reads them. */
import type { Message, Role } from "../../domain/message";
import type { Metadata } from "../../domain/metadata";
import { IS_CURRENT, MESSAGES, MESSAGE_BYTES, type MessageRow } from "../messages/message-table";
import { type Query, firstRow, query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { selectWithinBytes } from "../sql/within-bytes";
import { THREADS } from "./thread-table";

/** The messages of a thread that a model is to read. */
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

/** With when the run that wrote it began; null where none did. */
export type HistoryRow = MessageRow & { began_at_ms: number | null };

/** The newest `limit` of them, oldest first. */
export async function readHistory(db: ProjectDatabase, history: HistoryQuery): Promise<Message[]> {
  const { last, others } = await runBatch(db, selectHistory(db, history));
  return historyOf([...last, ...others], history.limit);
}

/** For a batch; its rows, those of `last` first, are for `historyOf`. */
export function selectHistory(
  db: ProjectDatabase,
  history: HistoryQuery,
): { last: Query<HistoryRow> | null; others: Query<HistoryRow> } {
  const { projectId, threadId, limit, roles, lastIds, hiddenIds, maxBytes } = history;
  const select = (ids: readonly string[], belongs: "IN" | "NOT IN") =>
    query<HistoryRow>(
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
        columns: `${MESSAGES.columns}, ${BEGAN} AS began_at_ms`,
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

const BEGAN = `(SELECT started_at_ms FROM runs
  WHERE project_id = messages.project_id AND id = messages.run_id)`;

/**
 * What was said while a run was at work stands behind what that run wrote: it had not read it, and the
 * next model would take it for answered.
 * @param rows The newest first.
 */
export function historyOf(rows: readonly HistoryRow[], limit: number): Message[] {
  const stored = rows.slice(0, limit).toReversed().map(readRow);
  const runs = new Map<string, { beganAtMs: number; last: number }>();
  for (const [at, { message, beganAtMs }] of stored.entries()) {
    if (message.writtenBy !== null && beganAtMs !== null) {
      runs.set(message.writtenBy.runId, { beganAtMs, last: at });
    }
  }
  const placeOf = ({ writtenBy, createdAtMs }: Message, at: number): number => {
    const unread = [...runs.values()].filter(({ beganAtMs }) => beganAtMs < createdAtMs);
    return writtenBy === null ? Math.max(at, ...unread.map(({ last }) => last)) : at;
  };
  return stored
    .map(({ message }, at) => ({ message, at, place: placeOf(message, at) }))
    .toSorted((one, other) => one.place - other.place || behind(one) - behind(other))
    .map(({ message }) => message);
}

/** Whoever stands at its own place stands before those that were moved there. */
function behind({ at, place }: { at: number; place: number }): number {
  return Number(at !== place);
}

function readRow(row: HistoryRow): { message: Message; beganAtMs: number | null } {
  const { began_at_ms: beganAtMs } = row;
  return { message: MESSAGES.read(row), beganAtMs };
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
