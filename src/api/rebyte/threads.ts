import { Hono } from "hono";

import { reachOf } from "../../domain/caller";
import { newThreadId } from "../../domain/ids";
import { createThread, getThread } from "../../store/threads";
import type { AppEnv } from "../shared/app-env";
import { operation, reply } from "../shared/operation";
import { unwrap } from "../shared/refuse";
import { toNewMessage } from "./message-wire";
import { CreateThreadBody, ThreadWire, presentThread } from "./thread-wire";

export const threads = new Hono<AppEnv>()
  .post(
    "/threads",
    operation({
      id: "createThread",
      tag: "Threads",
      summary: "Create a thread",
      access: "write",
      verb: "threads:create",
      body: CreateThreadBody,
      reply: ThreadWire,
    }),
    async (c) => {
      const { messages = [], metadata } = c.req.valid("json");
      const thread = await createThread(c.env.DB, reachOf(c.var.caller), {
        id: newThreadId(),
        nowMs: Date.now(),
        metadata: metadata ?? null,
        messages: messages.map(toNewMessage),
      });
      return reply(c, presentThread(unwrap(thread)));
    },
  )
  .get(
    "/threads/:thread_id",
    operation({
      id: "getThread",
      tag: "Threads",
      summary: "Get a thread",
      access: "read",
      verb: "threads:read",
      reply: ThreadWire,
    }),
    async (c) => {
      const thread = await getThread(c.env.DB, reachOf(c.var.caller), c.req.param("thread_id"));
      return reply(c, presentThread(unwrap(thread)));
    },
  );
