import type { AccessScope } from "../../domain/access/caller";

/**
 * The first two parameters of every statement within a scope: `?1` is the project, `?2` null for the whole
 * project, else `{"user", "thread"}`.
 */
export function bindScope({
  projectId,
  endUserId,
  threadId,
}: AccessScope): [string, string | null] {
  return [
    projectId,
    endUserId === null ? null : JSON.stringify({ user: endUserId, thread: threadId }),
  ];
}

/** SQL: the end user who owns what the statement makes, or null. */
export const OWNER = "?2 ->> 'user'";

/** SQL: the one thread that the reach is bound to, or null. */
export const BOUND_THREAD = "?2 ->> 'thread'";

/** SQL that is true of a row of `threads` in the scope. */
export function threadIsVisible(alias: string): string {
  return isVisible(alias, "id");
}

/** SQL that is true of a row of `runs` in the scope. */
export function runIsVisible(alias: string): string {
  return isVisible(alias, "thread_id");
}

/** SQL that is true of a row of `files` in the scope that has not expired. */
export function fileIsVisible(alias: string): string {
  return `${alias}.project_id = ?1 AND (?2 IS NULL OR ${alias}.end_user_id = ${OWNER})
    AND ${fileIsThere(alias)}`;
}

/** SQL that is true of a row of `files` until it expires, whether the sweep has deleted it or not. */
export function fileIsThere(alias: string): string {
  return `(${alias}.expires_at_ms IS NULL OR ${alias}.expires_at_ms > unixepoch('subsec') * 1000)`;
}

function isVisible(alias: string, threadColumn: string): string {
  return `${alias}.project_id = ?1 AND (?2 IS NULL OR CASE WHEN ${BOUND_THREAD} IS NULL
    THEN ${alias}.end_user_id = ${OWNER} ELSE ${alias}.${threadColumn} = ${BOUND_THREAD} END)`;
}
