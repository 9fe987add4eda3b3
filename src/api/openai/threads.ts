import { Hono } from "hono";

import { deleteThread } from "../../core/delete-thread";
import { startThread } from "../../core/write-messages";
import { scopeOf } from "../../domain/access/caller";
import { databaseOf } from "../../store/sql/databases";
import { getThread, listThreads, updateThread } from "../../store/threads/threads";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { storeResponseWith } from "../shared/idempotency/idempotent-request";
import { reply } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import { bareIdIfAny } from "./aliases";
import { withAttachedToNew } from "./attach";
import { call } from "./call";
import { presentList, readPage } from "./fields";
import { idOf, newWireId, toWireId } from "./ids";
import { withStores } from "./inline-stores";
import { checkStores } from "./known-stores";
import { toNewMessage } from "./message-wire";
import {
  CreateThreadBody,
  ListThreadsQuery,
  ThreadDeletedWire,
  ThreadListWire,
  ThreadWire,
  UpdateThreadBody,
  presentThread,
} from "./thread-wire";
import { storesIn } from "./tool-resources";

const tag = "Assistants threads";

export const threads = new Hono<AppEnv>()
  .post(
    "/threads",
    call({
      id: "openaiCreateThread",
      tag,
      summary: "Create a thread, empty or with its first messages",
      access: "write",
      verb: "threads:create",
      body: CreateThreadBody,
      reply: ThreadWire,
      failures: ["not_found"],
    }),
    async (c) => {
      const { messages, metadata, tool_resources: resources } = c.req.valid("json");
      const id = newWireId();
      const first = (messages ?? []).map(toNewMessage);
      const thread = await withStores(c, resources, { threadId: id, at: [] }, (own = null) =>
        withAttachedToNew(c, { threadId: id, messages: first, own }, async (knowledge) => {
          const made = await startThread(
            c.var.caller,
            coreContext(c),
            { id, nowMs: Date.now(), metadata: metadata ?? null, messages: first, knowledge },
            storeResponseWith(c, presentThread),
          );
          return unwrap(made);
        }),
      );
      return reply(c, presentThread(thread));
    },
  )
  .get(
    "/threads",
    call({
      id: "openaiListThreads",
      tag,
      summary: "List threads, the newest first",
      description: "Bobbin's: OpenAI never had it. `client.getAPIList('/threads', CursorPage)`.",
      access: "read",
      verb: "threads:read",
      query: ListThreadsQuery,
      reply: ThreadListWire,
    }),
    async (c) => {
      const query = c.req.valid("query");
      const listed = await listThreads(
        databaseOf(c.env, c.var.caller),
        scopeOf(c.var.caller),
        readPage("thread", query),
        {
          text: query.q,
          metadata: query.metadata,
          ranToolId: await bareIdIfAny(c, "assistant", query.assistant_id),
        },
      );
      return reply(c, presentList(unwrap(listed), presentThread, query));
    },
  )
  .get(
    "/threads/:thread_id",
    call({
      id: "openaiGetThread",
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
        idOf(c, "thread"),
      );
      return reply(c, presentThread(unwrap(thread)));
    },
  )
  .post(
    "/threads/:thread_id",
    call({
      id: "openaiUpdateThread",
      tag,
      summary: "Replace a thread's metadata, or the store that its runs search",
      access: "write",
      verb: "threads:update",
      body: UpdateThreadBody,
      reply: ThreadWire,
    }),
    async (c) => {
      const { metadata, tool_resources: resources } = c.req.valid("json");
      const knowledge = storesIn(resources);
      await checkStores(c, knowledge);
      const db = databaseOf(c.env, c.var.caller);
      const scope = scopeOf(c.var.caller);
      const id = idOf(c, "thread");
      const thread =
        metadata === undefined && knowledge === undefined
          ? await getThread(db, scope, id)
          : await updateThread(db, scope, {
              id,
              ...(metadata === undefined ? {} : { metadata: metadata ?? {} }),
              knowledge,
              nowMs: Date.now(),
            });
      return reply(c, presentThread(unwrap(thread)));
    },
  )
  .delete(
    "/threads/:thread_id",
    call({
      id: "openaiDeleteThread",
      tag,
      summary: "Delete a thread with its messages and runs",
      access: "write",
      verb: "threads:delete",
      reply: ThreadDeletedWire,
    }),
    async (c) => {
      const deleted = await deleteThread(c.env, scopeOf(c.var.caller), idOf(c, "thread"));
      const id = toWireId("thread", unwrap(deleted).id);
      return reply(c, { id, object: "thread.deleted", deleted: true });
    },
  );
