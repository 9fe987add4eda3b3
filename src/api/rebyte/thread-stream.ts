/** A thread as it happens: its messages and the events of its runs, for all who follow it. */
import { type Context, Hono } from "hono";
import * as z from "zod";

import { type DisclosedItem, findThread, followThread } from "../../core/follow-thread";
import { type Outcome, failed, success } from "../../domain/failure";
import { THREAD_FEED } from "../../limits";
import type { FollowStart } from "../../runs/client/thread-client";
import type { ThreadPlace } from "../../runs/object/protocol";
import { databaseOf } from "../../store/sql/databases";
import { type ThreadAddress, placeOfMessage } from "../../store/threads/thread-tail";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { operation } from "../shared/operation";
import { type WireEvent, mapEach, streamEvents } from "../shared/reply/event-stream";
import { unwrap } from "../shared/reply/fail";
import { presentMessage } from "./message-wire";
import { wordEvent } from "./run-events";
import { ThreadStreamEvent } from "./stream-events";

const StreamThreadQuery = z.strictObject({
  after: z
    .string()
    .optional()
    .describe(
      "A message's id, or the `id` of the last event seen; `Last-Event-ID` goes before it.",
    ),
});

/**
 * Where a follower stands: `<message>.<row>.<part>`. Part 0 of a row is all of it; another says how
 * much of what began there the follower has taken. `.idle` stands behind the place of one that was
 * sent away for want of news.
 */
const CURSOR = /^(\d{1,15})\.(\d{1,15})\.(\d{1,2})(\.idle)?$/;

interface Start {
  from: FollowStart;
  /** Of the event that begins in this row the follower has taken so many of this dialect's. */
  partial: { row: number; parts: number };
}

export const threadStream = new Hono<AppEnv>().get(
  "/threads/:thread_id/stream",
  operation({
    id: "streamThread",
    tag: "Threads",
    summary: "Follow a thread: its messages, and the runs to come",
    description:
      "Server-sent events: `message` for each message, whoever wrote it, from the first on or behind `after`; for runs what their own streams tell, with `run_id` beside it, from the run at work on. After some minutes without news the stream is closed with a `retry:`; whoever comes back with the last `id` misses nothing.",
    access: "read",
    verb: "messages:read",
    query: StreamThreadQuery,
    events: ThreadStreamEvent,
  }),
  async (c) => {
    const { caller } = c.var;
    const core = coreContext(c);
    const thread = unwrap(await findThread(caller, core, c.req.param("thread_id")));
    const start = unwrap(await readStart(c, thread, c.req.valid("query").after));
    return streamEvents(c, async (signal) =>
      mapEach(followThread(caller, core, thread, start.from, signal), (batch) =>
        batch.flatMap((one) => (one === null ? [null] : encode(one, start))),
      ),
    );
  },
);

async function readStart(
  c: Context<AppEnv>,
  thread: ThreadAddress,
  after: string | undefined,
): Promise<Outcome<Start>> {
  const header = c.req.header("Last-Event-ID");
  const place = header === undefined || header === "" ? after : header;
  if (place === undefined) {
    return success(beginBehind(0));
  }
  const [, message, row, parts, idle] = CURSOR.exec(place) ?? [];
  if (message !== undefined) {
    const partial = { row: Number(row), parts: Number(parts) };
    const event = partial.parts === 0 ? partial.row : partial.row - 1;
    const from = { message: Number(message), event, isReturning: idle !== undefined };
    return success({ from, partial });
  }
  const n = await placeOfMessage(databaseOf(c.env, c.var.caller), thread, place);
  const issue = { path: ["after"], message: "names no message and no event of this thread" };
  return n === null
    ? failed({ kind: "invalid", where: "query", issues: [issue] })
    : success(beginBehind(n));
}

/** With the run that is at work, or the next one. */
function beginBehind(message: number): Start {
  return {
    from: { message, event: null, isReturning: false },
    partial: { row: 0, parts: 0 },
  };
}

function encode(item: DisclosedItem, { partial }: Start): WireEvent[] {
  if ("idle" in item) {
    const id = item.place === null ? {} : { id: `${cursorOf(item.place)}.idle` };
    const spreadMs = Math.round(Math.random() * THREAD_FEED.returnSpreadMs);
    return [{ ...id, retryMs: THREAD_FEED.returnMs + spreadMs }];
  }
  if ("start" in item) {
    return [{ id: cursorOf(item.place) }];
  }
  if ("message" in item) {
    const data = { type: "message", content: presentMessage(item.message) };
    return [{ id: cursorOf(item.place), data }];
  }
  return encodeEvent(item).slice(item.row === partial.row ? partial.parts : 0);
}

function cursorOf({ message, event }: ThreadPlace): string {
  return `${message}.${event}.0`;
}

function encodeEvent({
  place,
  row,
  runId,
  seq,
  event,
}: Extract<DisclosedItem, { event: unknown }>): WireEvent[] {
  const words = event.type === "hidden" ? [] : wordEvent(runId, event, seq === 1);
  return words.map((wireEvent, index) => ({
    id: `${place.message}.${row}.${index + 1}`,
    data: { ...wireEvent, run_id: runId },
  }));
}
