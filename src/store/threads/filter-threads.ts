/** What a listing of threads may be narrowed by, as SQL over `threads`: every filter has its index. */
import type { AccessScope } from "../../domain/access/caller";
import type { MomentRange, ThreadFilter } from "../../domain/thread-filter";
import { THREADS_FOUND } from "../../limits";
import { threadsWithText } from "../messages/message-search";
import type { Route } from "../sql/access-paths";
import { Conditions } from "../sql/conditions";
import { OWNER } from "../sql/scope";
import { type SortedSource, indexedSource } from "../sql/sorted-source";
import { TOUCHED } from "./thread-table";

export interface FilteredThreads {
  filter: string | undefined;
  route: Route | undefined;
  bindings: readonly (string | number | null)[];
}

/**
 * By anything but moments: the threads that all the filters' indexes know, and moments sift them.
 * By their creation: in its order, which is that of insertion but for clocks that differ. By their
 * last change: in the order of insertion, for that of changes does not hold still between pages.
 * @param bindings What the statement's first parameters stand for: see `bindScope`.
 */
export function filterThreads(
  filter: ThreadFilter,
  scope: AccessScope,
  bindings: readonly (string | null)[],
): FilteredThreads {
  const { createdAt, updatedAt } = filter;
  const conditions = new Conditions(bindings);
  const sources = sourcesOf(filter, scope, conditions);
  const byCreation = sources.length === 0 && hasBound(createdAt);
  // A plus keeps SQLite from walking an index that the order of the rows does not follow.
  conditions
    .addRange(byCreation ? "created_at_ms" : "+created_at_ms", createdAt)
    .addRange("+updated_at_ms", updatedAt);
  return {
    filter: conditions.sql,
    route: routeOf(sources, byCreation, updatedAt, conditions),
    bindings: conditions.bindings,
  };
}

function routeOf(
  sources: readonly SortedSource[],
  byCreation: boolean,
  updatedAt: MomentRange | undefined,
  conditions: Conditions,
): Route | undefined {
  if (sources.length > 0) {
    return { by: "sources", sources };
  }
  if (byCreation) {
    return { by: "column", column: "created_at_ms" };
  }
  if (!hasBound(updatedAt)) {
    return undefined;
  }
  const range = changedIn(updatedAt, conditions).join(" AND ");
  return { by: "range", select: `SELECT seq FROM threads WHERE project_id = ?1 AND ${range}` };
}

/** By the index, which knows the last change as it was up to `THREADS_FOUND.slackMs` before it, and by the row. */
function changedIn(updatedAt: MomentRange = {}, conditions: Conditions): string[] {
  const { gt, gte, lt, lte } = updatedAt;
  const after = gte ?? gt;
  const indexed: MomentRange = {
    gte: after === undefined ? undefined : after - THREADS_FOUND.slackMs,
    lte: lte ?? lt,
  };
  return [
    ...conditions.rangeOf(TOUCHED, indexed),
    ...conditions.rangeOf("+updated_at_ms", updatedAt),
  ];
}

function sourcesOf(
  { ids, metadata = {}, toolId, ranToolId, participantId, text }: ThreadFilter,
  scope: AccessScope,
  conditions: Conditions,
): SortedSource[] {
  const bind = (value: string) => conditions.bind(value);
  return [
    ...ownThreads(scope),
    ...(ids === undefined
      ? []
      : [threadsWhere(`id IN (SELECT value FROM json_each(${bind(JSON.stringify(ids))}))`)]),
    ...Object.entries(metadata).map(([key, value]) =>
      markedThreads("metadata", bind(key), bind(value)),
    ),
    ...(toolId === undefined ? [] : [threadsWhere(`tool_id = ${bind(toolId)}`)]),
    ...(ranToolId === undefined ? [] : [threadsWhere(hasRunOf(bind(ranToolId)))]),
    ...(participantId === undefined
      ? []
      : [markedThreads("participant", "''", bind(participantId))]),
    ...(text === undefined ? [] : [threadsWithText(text, bind)]),
  ];
}

function ownThreads({ endUserId, threadId }: AccessScope): SortedSource[] {
  return endUserId === null || threadId !== null ? [] : [threadsWhere(`end_user_id = ${OWNER}`)];
}

function threadsWhere(condition: string): SortedSource {
  return indexedSource("seq", `threads WHERE project_id = ?1 AND ${condition}`);
}

/** Each thread on the way is asked; few assistants are rare among a project's threads. */
function hasRunOf(toolId: string): string {
  return `EXISTS (SELECT 1 FROM runs r
    WHERE r.project_id = ?1 AND r.thread_id = threads.id AND r.tool_id = ${toolId})`;
}

function markedThreads(kind: "metadata" | "participant", key: string, value: string) {
  return indexedSource(
    "thread_seq",
    `thread_index WHERE project_id = ?1 AND kind = '${kind}' AND key = ${key} AND value = ${value}`,
  );
}

function hasBound(range: MomentRange = {}): boolean {
  return Object.values(range).some((bound) => bound !== undefined);
}
