import type { Reach } from "../domain/caller";

/**
 * The first two parameters of every statement that a reach bounds: `?1` the project, `?2` the end
 * user or null.
 */
export function bindReach({ projectId, endUserId }: Reach): [string, string | null] {
  return [projectId, endUserId];
}

/** True of a row (of threads or files) inside the reach. */
export function inReach(alias: string): string {
  return `${alias}.project_id = ?1 AND (?2 IS NULL OR ${alias}.end_user_id = ?2)`;
}
