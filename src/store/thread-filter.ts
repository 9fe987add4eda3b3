/** What a listing of threads may be narrowed by, as SQL over `threads`. */
import type { ThreadFilter } from "../domain/thread-filter";
import { Conditions } from "./conditions";

const HAS_PAIRS = (pairs: string) => `NOT EXISTS (
  SELECT 1 FROM json_each(${pairs}) f WHERE NOT EXISTS (
    SELECT 1 FROM json_each(threads.metadata) m WHERE m.key = f.key AND m.value = f.value))`;

const TAKES_PART = (id: string) => `EXISTS (
  SELECT 1 FROM participants p WHERE p.project_id = threads.project_id
    AND p.participant_id = ${id} AND p.thread_id = threads.id)`;

/** @param bindings What the statement's first parameters stand for. */
export function threadConditions(
  { ids, metadata = {}, createdAt, updatedAt, toolId, participantId }: ThreadFilter,
  bindings: readonly (string | null)[],
): Conditions {
  const pairs = Object.keys(metadata).length === 0 ? undefined : JSON.stringify(metadata);
  return new Conditions(bindings)
    .add(ids && JSON.stringify(ids), (list) => `id IN (SELECT value FROM json_each(${list}))`)
    .add(pairs, HAS_PAIRS)
    .addRange("created_at_ms", createdAt)
    .addRange("updated_at_ms", updatedAt)
    .add(toolId, (id) => `tool_id = ${id}`)
    .add(participantId, TAKES_PART);
}
