import { Hono } from "hono";

import { newActorId } from "../../domain/ids";
import { createActor, getActor, listActors } from "../../store/actors/actors";
import { databaseOf } from "../../store/sql/databases";
import type { AppEnv } from "../shared/app-env";
import { storeResponseWith } from "../shared/idempotency/idempotent-request";
import { operation, reply } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import {
  ActorListWire,
  ActorWire,
  CreateActorBody,
  ListActorsQuery,
  presentActor,
} from "./actor-wire";
import { readIds } from "./fields";
import { fromWireId } from "./ids";
import { presentList, readPage } from "./list";

const tag = "Metorial actors";

export const actors = new Hono<AppEnv>()
  .post(
    "/actors",
    operation({
      id: "metorialCreateActor",
      tag,
      summary: "Create an actor",
      access: "write",
      form: true,
      body: CreateActorBody,
      reply: ActorWire,
    }),
    async (c) => {
      const { name, type, metadata = {} } = c.req.valid("json");
      const nowMs = Date.now();
      const actor = {
        id: newActorId(),
        projectId: c.var.caller.projectId,
        name,
        type,
        metadata,
        createdAtMs: nowMs,
        updatedAtMs: nowMs,
      };
      await createActor(databaseOf(c.env, c.var.caller), actor, storeResponseWith(c, presentActor));
      return reply(c, presentActor(actor));
    },
  )
  .get(
    "/actors",
    operation({
      id: "metorialListActors",
      tag,
      summary: "List actors",
      access: "read",
      query: ListActorsQuery,
      reply: ActorListWire,
    }),
    async (c) => {
      const query = c.req.valid("query");
      const listed = await listActors(
        databaseOf(c.env, c.var.caller),
        c.var.caller.projectId,
        readPage("actor", query),
        {
          ids: readIds(query)?.map((id) => fromWireId("actor", id)),
          type: query.type,
          createdAt: query.created_at,
          updatedAt: query.updated_at,
        },
      );
      return reply(c, presentList(unwrap(listed), presentActor));
    },
  )
  .get(
    "/actors/:actor_id",
    operation({
      id: "metorialGetActor",
      tag,
      summary: "Get an actor",
      access: "read",
      reply: ActorWire,
      failures: ["not_found"],
    }),
    async (c) => {
      const id = fromWireId("actor", c.req.param("actor_id"));
      const actor = await getActor(databaseOf(c.env, c.var.caller), c.var.caller.projectId, id);
      return reply(c, presentActor(unwrap(actor)));
    },
  );
