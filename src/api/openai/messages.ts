import { type Context, Hono } from "hono";

import { addMessage } from "../../core/write-messages";
import { scopeOf } from "../../domain/access/caller";
import type { Failure } from "../../domain/failure";
import {
  type MessageAddress,
  deleteMessage,
  getMessage,
  listMessages,
  updateMessage,
} from "../../store/messages/messages";
import { databaseOf } from "../../store/sql/databases";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { storeResponseWith } from "../shared/idempotency/idempotent-request";
import { reply } from "../shared/operation";
import { fail, unwrap } from "../shared/reply/fail";
import { bareIdIfAny } from "./aliases";
import { withAttached } from "./attach";
import { call } from "./call";
import { CONFLICT_HEADERS, readConflict } from "./conflict";
import { presentList, readPage } from "./fields";
import { idOf, toWireId } from "./ids";
import {
  ListMessagesQuery,
  CreateMessageBody,
  MessageDeletedWire,
  MessageListWire,
  MessageWire,
  UpdateMessageBody,
  presentMessage,
  toNewMessage,
} from "./message-wire";

const tag = "Assistants messages";

export const messages = new Hono<AppEnv>()
  .post(
    "/threads/:thread_id/messages",
    call({
      id: "openaiCreateMessage",
      tag,
      summary: "Add a message to a thread",
      description:
        "Never waits for a run that is at work on the thread; under `reject` it is refused then.",
      access: "write",
      verb: "messages:create",
      headers: CONFLICT_HEADERS,
      body: CreateMessageBody,
      reply: MessageWire,
    }),
    async (c) => {
      const body = c.req.valid("json");
      const conflict = readConflict(c, body) === "reject" ? "reject" : "queue";
      const threadId = idOf(c, "thread");
      const given = toNewMessage(body);
      const message = await withAttached(c, { threadId, messages: [given] }, async () => {
        const added = await addMessage(
          c.var.caller,
          coreContext(c),
          { threadId, message: given, conflict },
          storeResponseWith(c, presentMessage),
        );
        return added.ok ? added.value : fail(inOwnWords(added.failure));
      });
      return reply(c, presentMessage(message));
    },
  )
  .get(
    "/threads/:thread_id/messages",
    call({
      id: "openaiListMessages",
      tag,
      summary: "List a thread's messages, the newest first",
      access: "read",
      verb: "messages:read",
      query: ListMessagesQuery,
      reply: MessageListWire,
    }),
    async (c) => {
      const query = c.req.valid("query");
      const listed = await listMessages(
        databaseOf(c.env, c.var.caller),
        scopeOf(c.var.caller),
        {
          threadId: idOf(c, "thread"),
          text: query.q,
          runId: await bareIdIfAny(c, "run", query.run_id),
        },
        readPage("message", query),
      );
      return reply(c, presentList(unwrap(listed), presentMessage, query));
    },
  )
  .get(
    "/threads/:thread_id/messages/:message_id",
    call({
      id: "openaiGetMessage",
      tag,
      summary: "Get a message",
      access: "read",
      verb: "messages:read",
      reply: MessageWire,
    }),
    async (c) => {
      const db = databaseOf(c.env, c.var.caller);
      const message = await getMessage(db, scopeOf(c.var.caller), addressOf(c));
      return reply(c, presentMessage(unwrap(message)));
    },
  )
  .post(
    "/threads/:thread_id/messages/:message_id",
    call({
      id: "openaiUpdateMessage",
      tag,
      summary: "Replace a message's metadata",
      access: "write",
      verb: "messages:update",
      body: UpdateMessageBody,
      reply: MessageWire,
    }),
    async (c) => {
      const { metadata } = c.req.valid("json");
      const db = databaseOf(c.env, c.var.caller);
      const scope = scopeOf(c.var.caller);
      const message =
        metadata === undefined
          ? await getMessage(db, scope, addressOf(c))
          : await updateMessage(db, scope, addressOf(c), metadata ?? {});
      return reply(c, presentMessage(unwrap(message)));
    },
  )
  .delete(
    "/threads/:thread_id/messages/:message_id",
    call({
      id: "openaiDeleteMessage",
      tag,
      summary: "Delete a message",
      access: "write",
      reply: MessageDeletedWire,
    }),
    async (c) => {
      const db = databaseOf(c.env, c.var.caller);
      const deleted = await deleteMessage(db, scopeOf(c.var.caller), addressOf(c));
      const id = toWireId("message", unwrap(deleted).id);
      return reply(c, { id, object: "thread.message.deleted", deleted: true });
    },
  );

/** Programs look for this very text, and take both ids out of it. */
function inOwnWords(failure: Failure): Failure {
  if (failure.kind !== "thread_busy") {
    return failure;
  }
  const { threadId, activeRunId: runId } = failure;
  const message = `Can't add messages to ${toWireId("thread", threadId)} while a run ${toWireId("run", runId)} is active.`;
  return { kind: "run_state", runId, status: "running", message };
}

function addressOf(c: Context<AppEnv>): MessageAddress {
  return { threadId: idOf(c, "thread"), id: idOf(c, "message") };
}
