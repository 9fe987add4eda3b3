import type { Message } from "../../domain/message";
import { type Query, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";

export type MessageAddress = Pick<Message, "threadId" | "id">;

/** Takes messages back that a run has brought to its threads; null where it has brought none. */
export function deleteMessages(
  db: ProjectDatabase,
  projectId: string,
  messages: readonly MessageAddress[],
): Query<never> | null {
  return messages.length === 0
    ? null
    : query(
        db,
        `DELETE FROM messages WHERE project_id = ?1 AND thread_id IN (
       SELECT value ->> 'threadId' FROM json_each(?2)) AND id IN (SELECT value ->> 'id' FROM json_each(?2))`,
        projectId,
        addressesOf(messages),
      );
}

/** As JSON. */
export function addressesOf(messages: readonly MessageAddress[]): string {
  return JSON.stringify(messages.map(({ threadId, id }) => ({ threadId, id })));
}
