/** Actors, and their part in threads. */
import type { Actor, ActorType, Participant } from "../../domain/actor";
import { type Outcome, failed, success } from "../../domain/failure";
import type { Metadata } from "../../domain/metadata";
import type { Page, PageRequest } from "../../domain/page";
import type { MomentRange } from "../../domain/thread-filter";
import { type InSameTransaction, firstRow, runBatch } from "../sql/batch";
import { Conditions } from "../sql/conditions";
import type { ProjectDatabase } from "../sql/databases";
import { listPage } from "../sql/pages";
import { METADATA, TYPED_OBJECTS } from "../sql/shapes";
import { computed, integer, json, table, text } from "../sql/table";

export interface ActorFilter {
  ids?: readonly string[] | undefined;
  type?: ActorType | undefined;
  createdAt?: MomentRange | undefined;
  updatedAt?: MomentRange | undefined;
}

const ACTORS = table("actors", {
  id: text("id"),
  projectId: text("project_id"),
  name: text("name"),
  type: text<ActorType>("type"),
  metadata: json<Metadata>("metadata", METADATA),
  createdAtMs: integer("created_at_ms"),
  updatedAtMs: integer("updated_at_ms"),
});

/** Writes the actor with what else its request records. */
export async function createActor(
  db: ProjectDatabase,
  actor: Actor,
  inSameTransaction: InSameTransaction<Actor> = () => null,
): Promise<void> {
  await runBatch(db, { made: ACTORS.insert(db, actor), record: inSameTransaction(actor) });
}

/** Fails with `not_found`. */
export async function getActor(
  db: ProjectDatabase,
  projectId: string,
  id: string,
): Promise<Outcome<Actor>> {
  const row = await firstRow(ACTORS.selectById(db, { projectId, id }));
  return row === undefined
    ? failed({ kind: "not_found", entity: "actor", id })
    : success(ACTORS.read(row));
}

/** A page of the project's actors. */
export function listActors(
  db: ProjectDatabase,
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
      columns: ACTORS.columns,
      within: "project_id = ?1",
      filter: filter.sql,
      bindings: filter.bindings,
      read: ACTORS.read,
    },
    page,
  );
}

/** The participants of a row of `threads` as a JSON list, in the order in which they joined. */
export const PARTICIPANTS = computed(
  json<Participant[]>("participants", TYPED_OBJECTS),
  `(SELECT json_group_array(json_object(
    'kind', p.kind, 'id', p.participant_id, 'name', coalesce(a.name, p.name),
    'type', coalesce(a.type, 'assistant'), 'metadata', json(coalesce(a.metadata, '{}')),
    'createdAtMs', coalesce(a.created_at_ms, p.joined_at_ms),
    'updatedAtMs', coalesce(a.updated_at_ms, p.joined_at_ms), 'joinedAtMs', p.joined_at_ms
  ) ORDER BY p.joined_at_ms, p.kind)
  FROM participants p LEFT JOIN actors a
    ON p.kind = 'actor' AND a.project_id = p.project_id AND a.id = p.participant_id
  WHERE p.project_id = threads.project_id AND p.thread_id = threads.id)`,
);
