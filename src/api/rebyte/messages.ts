import { Hono } from "hono";

import { addMessage } from "../../core/write-messages";
import { scopeOf } from "../../domain/access/caller";
import {
  deleteMessage,
  getMessage,
  listMessages,
  updateMessage,
} from "../../store/messages/messages";
import { databaseOf } from "../../store/sql/databases";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { storeResponseWith } from "../shared/idempotency/idempotent-request";
import { operation, reply } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import {
  ListMessagesQuery,
  MessageBody,
  MessageDeletedWire,
  MessageListWire,
  MessageWire,
  UpdateMessageBody,
  presentMessage,
  toNewMessage,
} from "./message-wire";

const tag = "Messages";

export const messages = new Hono<AppEnv>()
  .post(
    "/threads/:thread_id/messages",
    operation({
      id: "createMessage",
      tag,
      summary: "Add a message to a thread",
      description: "Never waits for a run that is at work on the thread.",
      access: "write",
      verb: "messages:create",
      body: MessageBody,
      reply: MessageWire,
    }),
    async (c) => {
      const message = await addMessage(
        c.var.caller,
        coreContext(c),
        { threadId: c.req.param("thread_id"), message: toNewMessage(c.req.valid("json")) },
        storeResponseWith(c, presentMessage),
      );
      return reply(c, presentMessage(unwrap(message)));
    },
  )
  .get(
    "/threads/:thread_id/messages",
    operation({
      id: "listMessages",
      tag,
      summary: "List a thread's messages, the newest first",
      access: "read",
      verb: "messages:read",
      query: ListMessagesQuery,
      reply: MessageListWire,
    }),
    async (c) => {
      const { q: text, superseded, ...page } = c.req.valid("query");
      const listed = await listMessages(
        databaseOf(c.env, c.var.caller),
        scopeOf(c.var.caller),
        { threadId: c.req.param("thread_id"), text, withSuperseded: superseded === "1" },
        page,
      );
      const { items, isCutShort } = unwrap(listed);
      return reply(c, {
        list: items.map(presentMessage),
        ...(isCutShort ? { has_more: true as const } : {}),
      });
    },
  )
  .get(
    "/threads/:thread_id/messages/:message_id",
    operation({
      id: "getMessage",
      tag,
      summary: "Get a message",
      access: "read",
      verb: "messages:read",
      reply: MessageWire,
    }),
    async (c) => {
      const message = await getMessage(databaseOf(c.env, c.var.caller), scopeOf(c.var.caller), {
        threadId: c.req.param("thread_id"),
        id: c.req.param("message_id"),
      });
      return reply(c, presentMessage(unwrap(message)));
    },
  )
  .post(
    "/threads/:thread_id/messages/:message_id",
    operation({
      id: "updateMessage",
      tag,
      summary: "Replace a message's metadata",
      access: "write",
      verb: "messages:update",
      body: UpdateMessageBody,
      reply: MessageWire,
    }),
    async (c) => {
      const message = await updateMessage(
        databaseOf(c.env, c.var.caller),
        scopeOf(c.var.caller),
        { threadId: c.req.param("thread_id"), id: c.req.param("message_id") },
        c.req.valid("json").metadata,
      );
      return reply(c, presentMessage(unwrap(message)));
    },
  )
  .delete(
    "/threads/:thread_id/messages/:message_id",
    operation({
      id: "deleteMessage",
      tag,
      summary: "Delete a message",
      access: "write",
      reply: MessageDeletedWire,
    }),
    async (c) => {
      const deleted = await deleteMessage(databaseOf(c.env, c.var.caller), scopeOf(c.var.caller), {
        threadId: c.req.param("thread_id"),
        id: c.req.param("message_id"),
      });
      return reply(c, { message: "deleted", messageId: unwrap(deleted).id });
    },
  );
