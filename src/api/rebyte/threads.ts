import { Hono } from "hono";

import { deleteThread } from "../../core/delete-thread";
import { startThread } from "../../core/write-messages";
import { scopeOf } from "../../domain/access/caller";
import { newThreadId } from "../../domain/ids";
import { SECOND_MS } from "../../limits/units";
import { databaseOf } from "../../store/sql/databases";
import { getThread, listThreads, updateThread } from "../../store/threads/threads";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { storeResponseWith } from "../shared/idempotency/idempotent-request";
import { operation, reply } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import { toNewMessage } from "./message-wire";
import {
  CreateThreadBody,
  ListThreadsQuery,
  ThreadDeletedWire,
  ThreadListWire,
  ThreadWire,
  UpdateThreadBody,
  presentThread,
  readFilter,
} from "./thread-wire";

const tag = "Threads";

export const threads = new Hono<AppEnv>()
  .post(
    "/threads",
    operation({
      id: "createThread",
      tag,
      summary: "Create a thread, empty or with its first messages",
      access: "write",
      verb: "threads:create",
      body: CreateThreadBody,
      reply: ThreadWire,
    }),
    async (c) => {
      const { messages = [], metadata = null, created_at: createdAt } = c.req.valid("json");
      const thread = await startThread(
        c.var.caller,
        coreContext(c),
        {
          id: newThreadId(),
          nowMs: Date.now(),
          metadata,
          messages: messages.map(toNewMessage),
          ...(createdAt !== undefined && { createdAtMs: createdAt * SECOND_MS }),
        },
        storeResponseWith(c, (made) => presentThread(made, c.var.caller)),
      );
      return reply(c, presentThread(unwrap(thread), c.var.caller));
    },
  )
  .get(
    "/threads",
    operation({
      id: "listThreads",
      tag,
      summary: "List threads, the newest first",
      access: "read",
      verb: "threads:read",
      query: ListThreadsQuery,
      reply: ThreadListWire,
    }),
    async (c) => {
      const { limit, order, after, before, ...filter } = c.req.valid("query");
      const page = { limit, order, after, before };
      const listed = await listThreads(
        databaseOf(c.env, c.var.caller),
        scopeOf(c.var.caller),
        page,
        readFilter(filter),
      );
      return reply(c, {
        list: unwrap(listed).items.map((thread) => presentThread(thread, c.var.caller)),
      });
    },
  )
  .get(
    "/threads/:thread_id",
    operation({
      id: "getThread",
      tag,
      summary: "Get a thread",
      access: "read",
      verb: "threads:read",
      reply: ThreadWire,
    }),
    async (c) => {
      const thread = await getThread(
        databaseOf(c.env, c.var.caller),
        scopeOf(c.var.caller),
        c.req.param("thread_id"),
      );
      return reply(c, presentThread(unwrap(thread), c.var.caller));
    },
  )
  .post(
    "/threads/:thread_id",
    operation({
      id: "updateThread",
      tag,
      summary: "Replace a thread's metadata",
      access: "write",
      verb: "threads:update",
      body: UpdateThreadBody,
      reply: ThreadWire,
    }),
    async (c) => {
      const thread = await updateThread(databaseOf(c.env, c.var.caller), scopeOf(c.var.caller), {
        id: c.req.param("thread_id"),
        metadata: c.req.valid("json").metadata,
        nowMs: Date.now(),
      });
      return reply(c, presentThread(unwrap(thread), c.var.caller));
    },
  )
  .delete(
    "/threads/:thread_id",
    operation({
      id: "deleteThread",
      tag,
      summary: "Delete a thread with its messages and runs",
      access: "write",
      verb: "threads:delete",
      reply: ThreadDeletedWire,
    }),
    async (c) => {
      const deleted = await deleteThread(c.env, scopeOf(c.var.caller), c.req.param("thread_id"));
      return reply(c, { message: "deleted", threadId: unwrap(deleted).id });
    },
  );
