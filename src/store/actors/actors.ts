/** Actors, and their part in threads. */
import type { Actor, ActorType, Participant } from "../../domain/actor";
import { type Outcome, failed, success } from "../../domain/failure";
import type { Page, PageRequest } from "../../domain/page";
import type { MomentRange } from "../../domain/thread-filter";
import { type InSameTransaction, firstRow, query, runBatch } from "../sql/batch";
import { Conditions } from "../sql/conditions";
import { listPage } from "../sql/pages";

export interface ActorFilter {
  ids?: readonly string[] | undefined;
  type?: ActorType | undefined;
  createdAt?: MomentRange | undefined;
  updatedAt?: MomentRange | undefined;
}

interface ActorRow {
  id: string;
  project_id: string;
  name: string;
  type: ActorType;
  metadata: string;
  created_at_ms: number;
  updated_at_ms: number;
}

const ACTOR_COLUMNS = "id, project_id, name, type, metadata, created_at_ms, updated_at_ms";

export async function createActor(
  db: D1Database,
  actor: Actor,
  inSameTransaction: InSameTransaction<Actor> = () => null,
): Promise<void> {
  await runBatch(db, [
    query(
      db,
      `INSERT INTO actors (project_id, id, name, type, metadata, created_at_ms, updated_at_ms)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
      actor.projectId,
      actor.id,
      actor.name,
      actor.type,
      JSON.stringify(actor.metadata),
      actor.createdAtMs,
      actor.updatedAtMs,
    ),
    inSameTransaction(actor),
  ]);
}

export async function getActor(
  db: D1Database,
  projectId: string,
  id: string,
): Promise<Outcome<Actor>> {
  const row = await firstRow<ActorRow>(
    query(db, `SELECT ${ACTOR_COLUMNS} FROM actors WHERE project_id = ? AND id = ?`, projectId, id),
  );
  return row === undefined
    ? failed({ kind: "not_found", entity: "actor", id })
    : success(readActor(row));
}

export function listActors(
  db: D1Database,
  projectId: string,
  page: PageRequest,
  { ids, type, createdAt, updatedAt }: ActorFilter,
): Promise<Outcome<Page<Actor>>> {
  const filter = new Conditions([projectId])
    .add(ids && JSON.stringify(ids), (list) => `id IN (SELECT value FROM json_each(${list}))`)
    .add(type, (value) => `type = ${value}`)
    .addRange("created_at_ms", createdAt)
    .addRange("updated_at_ms", updatedAt);
  return listPage(
    db,
    {
      table: "actors",
      columns: ACTOR_COLUMNS,
      within: "project_id = ?1",
      filter: filter.sql,
      bindings: filter.bindings,
      read: readActor,
    },
    page,
  );
}

function readActor(row: ActorRow): Actor {
  return {
    id: row.id,
    projectId: row.project_id,
    name: row.name,
    type: row.type,
    metadata: JSON.parse(row.metadata),
    createdAtMs: row.created_at_ms,
    updatedAtMs: row.updated_at_ms,
  };
}

/** SQL: the participants of a row of `threads` as a JSON list, in the order in which they joined. */
export const PARTICIPANTS = `(
  SELECT json_group_array(json_object(
    'kind', p.kind, 'id', p.participant_id, 'name', coalesce(a.name, p.name),
    'type', coalesce(a.type, 'assistant'), 'metadata', json(coalesce(a.metadata, '{}')),
    'createdAtMs', coalesce(a.created_at_ms, p.joined_at_ms),
    'updatedAtMs', coalesce(a.updated_at_ms, p.joined_at_ms), 'joinedAtMs', p.joined_at_ms
  ) ORDER BY p.joined_at_ms, p.kind)
  FROM participants p LEFT JOIN actors a
    ON p.kind = 'actor' AND a.project_id = p.project_id AND a.id = p.participant_id
  WHERE p.project_id = threads.project_id AND p.thread_id = threads.id)`;

export function readParticipants(text: string): Participant[] {
  return JSON.parse(text);
}
