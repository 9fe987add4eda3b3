/** The one statement that writes messages, whoever writes them. */
import type { AccessScope } from "../../domain/access/caller";
import type { Message, NewMessage } from "../../domain/message";
import { type Query, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { bindScope, threadIsVisible } from "../sql/scope";
import type { SqlValue } from "../sql/table";
import { MESSAGES } from "./message-table";

export interface InsertOptions {
  /**
   * SQL of what else must hold for messages to be written. `?1` and `?2` are the scope's parameters;
   * its own begin at `?4`.
   */
  where?: string;
  bindings?: readonly SqlValue[];
  /** Messages that the same batch has written to their threads already. */
  offset?: number;
  /** SQL of 1 where the end of the messages' run counts them: see `countEndedRun`. By default they count at once. */
  countedWithRun?: string;
}

/** SQL of 1 where a run's messages count at its end, and of 0 where a quota judges each as it comes. */
export const COUNTED_WITH_RUN =
  "NOT EXISTS (SELECT 1 FROM quotas WHERE project_id = ?1 AND counter = 'messages')";

/**
 * Inserts in the order given, behind the last message that the thread ever had: the batch must move
 * `threads.last_n` on by as many (`advanceBy`). A message whose thread is not there or out of reach is left out, as is
 * one that is there already; none is written where the condition does not hold. `changes()` behind it
 * tells how many were written: RETURNING would read each once more.
 */
export function insertMessages(
  db: ProjectDatabase,
  scope: AccessScope,
  messages: readonly Message[],
  { where = "true", bindings = [], offset = 0, countedWithRun = "0" }: InsertOptions = {},
): Query<never> {
  return query(
    db,
    `INSERT INTO messages (project_id, n, counted_with_run, ${MESSAGES.insertColumns})
     SELECT ?1, t.last_n + ${offset + 1} + m.key, ${countedWithRun}, ${MESSAGES.fromJson("m.value")}
     FROM json_each(?3) m CROSS JOIN threads t ON t.id = m.value ->> '$.threadId'
       AND ${threadIsVisible("t")}
     WHERE ${where}
     ORDER BY m.key ON CONFLICT (project_id, thread_id, id) DO NOTHING`,
    ...bindScope(scope),
    JSON.stringify(messages),
    ...bindings,
  );
}

/** SQL that sets a row of `threads` behind the messages that the batch has written to it. */
export function advanceBy(count: number): string {
  return `last_n = last_n + ${count}`;
}

/** Each file that the messages name, once. */
export function fileIdsOf(messages: readonly Pick<NewMessage, "fileIds">[]): string[] {
  return [...new Set(messages.flatMap((message) => message.fileIds))];
}
