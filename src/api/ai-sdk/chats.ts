/** Chats as their pages load them. */
import { Hono } from "hono";

import { deleteChat } from "../../core/chats/delete-chat";
import { findChatTool } from "../../core/chats/find-chat-tool";
import { listChats } from "../../core/chats/list-chats";
import { readChatMessages } from "../../core/chats/read-chat";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { operation, reply } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import { linkFiles } from "./linked-files";
import { presentChat, presentMessages } from "./present";
import {
  ChatDeletedReply,
  ListChatsQuery,
  ListChatsReply,
  MessagesQuery,
  MessagesReply,
  settingsOf,
} from "./wire";

const tag = "Chats";

export const chats = new Hono<AppEnv>()
  .get(
    "/tools/:tool_id/chat/:chat_id/messages",
    operation({
      id: "loadChat",
      tag,
      summary: "Load a chat for `useChat`",
      description:
        "The newest messages, as `messages` of `useChat`. The answer of a run at work is not among them: its stream brings it.",
      access: "read",
      verb: "messages:read",
      query: MessagesQuery,
      reply: MessagesReply,
    }),
    async (c) => {
      const { limit, before, ...query } = c.req.valid("query");
      const { caller } = c.var;
      const core = coreContext(c);
      const page = { limit, before };
      unwrap(await findChatTool(caller, core, c.req.param("tool_id")));
      const read = await readChatMessages(caller, core, c.req.param("chat_id"), page);
      const chat = unwrap(read);
      const files = await linkFiles(
        c,
        chat.entries.map(({ message }) => message),
      );
      return reply(c, {
        messages: presentMessages(chat.entries, settingsOf(query), files),
        activeStreamId: chat.openRunId,
        before: chat.before,
      });
    },
  )
  .get(
    "/tools/:tool_id/chat",
    operation({
      id: "listChats",
      tag,
      summary: "List chats, the newest first",
      description: "All threads in reach, whichever tool ran on them.",
      access: "read",
      verb: "threads:read",
      query: ListChatsQuery,
      reply: ListChatsReply,
    }),
    async (c) => {
      const { limit, after } = c.req.valid("query");
      const { caller } = c.var;
      const core = coreContext(c);
      unwrap(await findChatTool(caller, core, c.req.param("tool_id")));
      const listed = unwrap(await listChats(caller, core, { limit, after }));
      return reply(c, { chats: listed.chats.map(presentChat), after: listed.after });
    },
  )
  .delete(
    "/tools/:tool_id/chat/:chat_id",
    operation({
      id: "deleteChat",
      tag,
      summary: "Delete a chat and all that is in it",
      access: "write",
      verb: "threads:delete",
      reply: ChatDeletedReply,
    }),
    async (c) => {
      const id = c.req.param("chat_id");
      const { caller } = c.var;
      const core = coreContext(c);
      unwrap(await findChatTool(caller, core, c.req.param("tool_id")));
      const threadId = unwrap(await deleteChat(caller, core, id));
      return reply(c, { success: true as const, id, threadId });
    },
  );
