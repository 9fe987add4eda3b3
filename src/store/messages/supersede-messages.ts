/** Messages whose place a run's turn takes: kept, and no part of their thread any more. */
import type { AccessScope } from "../../domain/access/caller";
import type { RunRequest } from "../../domain/run";
import { type Query, query } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { bindScope, threadIsVisible } from "../sql/scope";
import { IS_CURRENT } from "./message-table";

type TurnOf = Pick<RunRequest, "projectId" | "runId" | "threadIds" | "turn">;

/** Goes before the run's row and its messages. Does nothing where the run has a row already. */
export function supersedeMessages(
  db: ProjectDatabase,
  scope: AccessScope,
  { runId, turn, threadIds }: TurnOf,
): Query<never> | null {
  const cut = turn?.cut ?? null;
  return cut === null
    ? null
    : query(
        db,
        `UPDATE messages SET superseded_by = ?5
         WHERE project_id = ?1 AND thread_id = ?3 AND ${IS_CURRENT}
           AND n >= ?6 + (SELECT n FROM messages
             WHERE project_id = ?1 AND thread_id = ?3 AND id = ?4)
           AND EXISTS (SELECT 1 FROM threads WHERE id = ?3 AND ${threadIsVisible("threads")})
           AND NOT EXISTS (SELECT 1 FROM runs WHERE project_id = ?1 AND id = ?5)`,
        ...bindScope(scope),
        threadIds?.[0] ?? null,
        cut.messageId,
        runId,
        cut.isIncluded ? 0 : 1,
      );
}

/** Of a run that is withdrawn; goes behind the deletion of what it wrote. */
export function restoreMessages(
  db: ProjectDatabase,
  { projectId, runId, turn, threadIds }: TurnOf,
): Query<never> | null {
  return turn?.cut
    ? query(
        db,
        `UPDATE messages SET superseded_by = NULL
         WHERE project_id = ?1 AND thread_id = ?2 AND superseded_by = ?3`,
        projectId,
        threadIds?.[0] ?? null,
        runId,
      )
    : null;
}

/** Whether the write failed because a message of its client's id is on the thread already. */
export function isClientIdTaken(error: unknown): boolean {
  return error instanceof Error && error.message.includes("messages.client_id");
}
