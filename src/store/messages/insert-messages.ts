/** The one statement that writes messages, whoever writes them. */
import type { AccessScope } from "../../domain/access/caller";
import type { Message, NewMessage } from "../../domain/message";
import { type Query, query } from "../sql/batch";
import { bindScope, threadIsVisible } from "../sql/scope";
import type { SqlValue } from "../sql/table";
import { MESSAGES } from "./message-table";

/** What else must hold for messages to be written. */
export interface InsertCondition {
  /** SQL. `?1` and `?2` are the scope's parameters; the condition's own begin at `?4`. */
  sql: string;
  bindings: readonly SqlValue[];
}

/**
 * Inserts in the order given. A message whose thread is not there or out of reach is left out, as is
 * one that is there already; none is written where the condition does not hold. `changes()` behind it
 * tells how many were written: RETURNING would read each once more.
 */
export function insertMessages(
  db: D1Database,
  reach: AccessScope,
  messages: readonly Message[],
  condition: InsertCondition = { sql: "true", bindings: [] },
): Query<never> {
  // Within a whole project the index of threads tells all, and no row of theirs is read.
  const isThere = reach.endUserId === null ? "t.project_id = ?1" : threadIsVisible("t");
  return query(
    db,
    `INSERT INTO messages (project_id, ${MESSAGES.insertColumns})
     SELECT ?1, ${MESSAGES.fromJson("m.value")}
     FROM json_each(?3) m CROSS JOIN threads t ON t.id = m.value ->> '$.threadId'
       AND ${isThere}
     WHERE ${condition.sql}
     ORDER BY m.key ON CONFLICT (project_id, thread_id, id) DO NOTHING`,
    ...bindScope(reach),
    JSON.stringify(messages),
    ...condition.bindings,
  );
}

export function fileIdsOf(messages: readonly Pick<NewMessage, "fileIds">[]): string[] {
  return [...new Set(messages.flatMap((message) => message.fileIds))];
}
