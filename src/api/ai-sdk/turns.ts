/** A turn of a chat: the call that `useChat` makes, answered with the stream that it reads. */
import { Hono } from "hono";

import { answerCalls } from "../../core/chats/answer-page-calls";
import { findChatTool } from "../../core/chats/find-chat-tool";
import { takeTurn } from "../../core/chats/take-turn";
import { CHAT } from "../../limits";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { readIdempotency } from "../shared/idempotency/idempotent-request";
import { operation, replyText } from "../shared/operation";
import { fail, unwrap } from "../shared/reply/fail";
import { inBody, readAnswers, readTurn } from "./read-turn";
import { streamChat } from "./stream-chat";
import { ChatStreamEvent } from "./stream-events";
import { TurnBody, TurnQuery, settingsOf } from "./wire";

export const turns = new Hono<AppEnv>().post(
  "/tools/:tool_id/chat",
  operation({
    id: "takeTurn",
    tag: "Chats",
    summary: "Say something in a chat, and hear the answer as it comes",
    description:
      "What `DefaultChatTransport` of `ai` 5, 6 and 7 sends and reads. A message that is sent again is the same message, and its run the same run. The reply may be broken off: the run goes on.",
    access: "run",
    verb: "runs:create",
    retry: "own",
    query: TurnQuery,
    body: TurnBody,
    bodyMaxBytes: CHAT.bodyMaxBytes,
    failures: ["not_found", "conflict", "thread_busy", "queue_full", "unavailable"],
    events: ChatStreamEvent,
  }),
  async (c) => {
    const body = c.req.valid("json");
    const core = coreContext(c);
    const settings = settingsOf(c.req.valid("query"));
    return replyText(
      await streamChat(c, async () => {
        const toolId = unwrap(await findChatTool(c.var.caller, core, c.req.param("tool_id")));
        const answers = readAnswers(body);
        if (answers !== null) {
          const { run, callIds } = unwrap(await answerCalls(c.var.caller, core, answers));
          return { run, options: { settings, after: 0, passedOver: 0, behind: callIds } };
        }
        const { call, passedOver, path } = readTurn(toolId, body, core.ownHost);
        const idempotent = await readIdempotency(c, body);
        const fixRunId = (runId: string) => idempotent?.reserve(runId) ?? runId;
        const begun = await takeTurn(c.var.caller, core, call, fixRunId);
        const run = begun.ok ? begun.value : fail(inBody(begun.failure, path));
        return { run, options: { settings, after: 0, passedOver } };
      }),
    );
  },
);
