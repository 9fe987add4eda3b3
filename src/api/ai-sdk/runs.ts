/** What is at work in a chat: taken up again by its page, or stopped. */
import { Hono } from "hono";

import { findChatRun } from "../../core/chats/chat-run";
import { findChatTool } from "../../core/chats/find-chat-tool";
import { findRunToResume } from "../../core/chats/read-chat";
import { stopChat } from "../../core/chats/stop-chat";
import { SECOND_MS } from "../../limits/units";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { operation, reply, replyText } from "../shared/operation";
import { readPlace, whileWaiting } from "../shared/reply/event-stream";
import { fail, unwrap } from "../shared/reply/fail";
import { streamChat } from "./stream-chat";
import { ChatStreamEvent } from "./stream-events";
import { StopBody, StopReply, StreamQuery, settingsOf } from "./wire";

const tag = "Chats";
const NO_CONTENT = 204;

export const runs = new Hono<AppEnv>()
  .get(
    "/tools/:tool_id/chat/:chat_id/stream",
    operation({
      id: "resumeChat",
      tag,
      summary: "Take up the stream of the run that is at work in a chat",
      description:
        "From its first chunk, and on as it comes. A run that has ended within ten minutes, and has the last word, is told as well: a page that was cut off has half of it. 204: there is nothing to resume.",
      access: "read",
      verb: "runs:read",
      query: StreamQuery,
      events: ChatStreamEvent,
      document: {
        responses: { 204: { description: "Nothing to resume." } },
      },
    }),
    async (c) => {
      const { after, ...query } = c.req.valid("query");
      const place = readPlace(c.req.header("Last-Event-ID"), after);
      if (place === null) {
        const issues = [{ path: ["Last-Event-ID"], message: "must be a number of this stream" }];
        return fail({ kind: "invalid", where: "header", issues });
      }
      const { caller } = c.var;
      const core = coreContext(c);
      unwrap(await findChatTool(caller, core, c.req.param("tool_id")));
      const waitMs = query.wait * SECOND_MS;
      const chatId = c.req.param("chat_id");
      const found = await whileWaiting(c, (signal) =>
        findRunToResume(caller, core, chatId, { waitMs, seen: query.seen ?? null, signal }),
      );
      const resumed = unwrap(found);
      if (resumed === null) {
        return replyText(new Response(null, { status: NO_CONTENT }));
      }
      const { runId, asked } = resumed;
      const options = { settings: settingsOf(query), after: place, passedOver: 0, asked };
      return replyText(
        await streamChat(c, async () => {
          return { run: unwrap(await findChatRun(caller, core, runId)), options };
        }),
      );
    },
  )
  .post(
    "/tools/:tool_id/chat/:chat_id/stop",
    operation({
      id: "stopChat",
      tag,
      summary: "Stop the run that is at work in a chat; its text is kept",
      access: "run",
      verb: "runs:cancel",
      body: StopBody,
      reply: StopReply,
      failures: ["not_found"],
    }),
    async (c) => {
      const { runId, activeStreamId } = c.req.valid("json");
      const meant = [runId, activeStreamId].filter((id) => typeof id === "string");
      const { caller } = c.var;
      const core = coreContext(c);
      unwrap(await findChatTool(caller, core, c.req.param("tool_id")));
      const run = unwrap(await stopChat(caller, core, c.req.param("chat_id"), meant));
      return reply(c, {
        success: true as const,
        runId: run?.id ?? null,
        status: run?.status ?? null,
      });
    },
  );
