import { type Context, Hono } from "hono";
import { createFactory } from "hono/factory";

import { deleteThread } from "../../core/delete-thread";
import { startPlacedThread } from "../../core/write-messages";
import { scopeOf } from "../../domain/access/caller";
import { newThreadId } from "../../domain/ids";
import type { ThreadWithParticipants } from "../../domain/thread";
import { databaseOf } from "../../store/sql/databases";
import {
  getThreadWithParticipants,
  listThreadsWithParticipants,
  updateThreadWithParticipants,
} from "../../store/threads/threads-with-participants";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { storeResponseWith } from "../shared/idempotency/idempotent-request";
import { operation, reply } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import { fromWireId } from "./ids";
import { presentList, readPage } from "./list";
import {
  CreateThreadBody,
  ListThreadsQuery,
  ThreadListWire,
  ThreadWire,
  UpdateThreadBody,
  presentThread,
  readFilter,
} from "./thread-wire";

const tag = "Metorial threads";

/** PUT, as documented, and PATCH, as what it does is called elsewhere, are one. */
const update = (id: string) =>
  createFactory<AppEnv>().createHandlers(
    operation({
      id,
      tag,
      summary: "Replace a thread's metadata",
      access: "write",
      verb: "threads:update",
      form: true,
      body: UpdateThreadBody,
      reply: ThreadWire,
    }),
    async (c) => {
      const nowMs = Date.now();
      const thread = await updateThreadWithParticipants(
        databaseOf(c.env, c.var.caller),
        scopeOf(c.var.caller),
        {
          id: threadIdOf(c),
          metadata: c.req.valid("json").metadata,
          nowMs,
        },
      );
      return reply(c, presentThread(unwrap(thread), nowMs));
    },
  );

export const threads = new Hono<AppEnv>()
  .post(
    "/threads",
    operation({
      id: "metorialCreateThread",
      tag,
      summary: "Create a thread for an agent",
      access: "write",
      verb: "threads:create",
      form: true,
      body: CreateThreadBody,
      reply: ThreadWire,
      failures: ["not_found"],
    }),
    async (c) => {
      const body = c.req.valid("json");
      const nowMs = Date.now();
      const present = (thread: ThreadWithParticipants) => presentThread(thread, nowMs);
      const thread = await startPlacedThread(
        c.var.caller,
        coreContext(c),
        {
          id: newThreadId(),
          nowMs,
          metadata: body.metadata ?? null,
          toolId: fromWireId("agent", body.agent_id),
          actorId: body.actor_id ? fromWireId("actor", body.actor_id) : null,
          language: body.language ?? null,
          country: body.country ?? null,
          timezone: body.timezone ?? null,
        },
        storeResponseWith(c, present),
      );
      return reply(c, present(unwrap(thread)));
    },
  )
  .get(
    "/threads",
    operation({
      id: "metorialListThreads",
      tag,
      summary: "List threads",
      access: "read",
      verb: "threads:read",
      query: ListThreadsQuery,
      reply: ThreadListWire,
    }),
    async (c) => {
      const query = c.req.valid("query");
      const nowMs = Date.now();
      const listed = await listThreadsWithParticipants(
        databaseOf(c.env, c.var.caller),
        scopeOf(c.var.caller),
        readPage("thread", query),
        readFilter(query),
      );
      return reply(
        c,
        presentList(unwrap(listed), (thread) => presentThread(thread, nowMs)),
      );
    },
  )
  .get(
    "/threads/:thread_id",
    operation({
      id: "metorialGetThread",
      tag,
      summary: "Get a thread",
      access: "read",
      verb: "threads:read",
      reply: ThreadWire,
    }),
    async (c) => {
      const thread = await getThreadWithParticipants(
        databaseOf(c.env, c.var.caller),
        scopeOf(c.var.caller),
        threadIdOf(c),
      );
      return reply(c, presentThread(unwrap(thread), Date.now()));
    },
  )
  .put("/threads/:thread_id", ...update("metorialUpdateThread"))
  .patch("/threads/:thread_id", ...update("metorialPatchThread"))
  .delete(
    "/threads/:thread_id",
    operation({
      id: "metorialDeleteThread",
      tag,
      summary: "Delete a thread with its messages and runs; answers with the thread that is gone",
      access: "write",
      verb: "threads:delete",
      reply: ThreadWire,
    }),
    async (c) => {
      const deleted = await deleteThread(c.env, scopeOf(c.var.caller), threadIdOf(c));
      return reply(c, presentThread(unwrap(deleted), Date.now()));
    },
  );

function threadIdOf(c: Context): string {
  return fromWireId("thread", c.req.param("thread_id") ?? "");
}
