import { type Context, Hono } from "hono";

import { readRun } from "../../../core/runs";
import { asAccepted } from "../../../domain/run";
import type { AppEnv } from "../../shared/app-env";
import { coreContext } from "../../shared/core-context";
import { reply, replyText } from "../../shared/operation";
import { unwrap } from "../../shared/reply/fail";
import { call } from "../call";
import { CONFLICT_HEADERS } from "../conflict";
import { idOf } from "../ids";
import { presentThread } from "../thread-wire";
import { type BegunRun, beginRun, beginThreadAndRun } from "./begin-run";
import { BehindNumber } from "./gates";
import { openStream } from "./open-stream";
import { sayWhenToPoll } from "./run-access";
import { CreateRunBody, CreateThreadAndRunBody, IncludeQuery } from "./run-bodies";
import { RunWire, presentRun } from "./run-wire";
import { EVENT_STREAM } from "./stream-document";
import { type StreamItem, streamItems } from "./stream-reply";

const tag = "Assistants runs";

export const createRuns = new Hono<AppEnv>()
  .post(
    "/threads/runs",
    call({
      id: "openaiCreateThreadAndRun",
      tag,
      summary: "Create a thread and run an assistant on it",
      access: "run",
      verb: "runs:create",
      retry: "own",
      body: CreateThreadAndRunBody,
      reply: RunWire,
      failures: ["not_found", "queue_full", "unavailable"],
      ...EVENT_STREAM,
    }),
    async (c) => {
      const body = c.req.valid("json");
      const begin = () => beginThreadAndRun(c, body);
      return body.stream === true
        ? replyText(await streamBegun(c, begin, { withContent: false }))
        : reply(c, presentBegun(c, await begin()));
    },
  )
  .post(
    "/threads/:thread_id/runs",
    call({
      id: "openaiCreateRun",
      tag,
      summary: "Run an assistant on a thread",
      description:
        "Answers at once, with the run as it was accepted, or streams what happens in it. Where a run is at work on the thread it waits for that.",
      access: "run",
      verb: "runs:create",
      retry: "own",
      headers: CONFLICT_HEADERS,
      query: IncludeQuery,
      body: CreateRunBody,
      reply: RunWire,
      failures: ["not_found", "thread_busy", "queue_full", "unavailable"],
      ...EVENT_STREAM,
    }),
    async (c) => {
      const body = c.req.valid("json");
      const begin = () => beginRun(c, idOf(c, "thread"), body);
      const withContent = c.req.valid("query")["include[]"] !== undefined;
      return body.stream === true
        ? replyText(await streamBegun(c, begin, { withContent }))
        : reply(c, presentBegun(c, await begin()));
    },
  );

function presentBegun(c: Context<AppEnv>, { run }: BegunRun) {
  sayWhenToPoll(c, run.createdAtMs);
  return presentRun(asAccepted(run));
}

/** Takes its place among the streams before it begins the run. */
function streamBegun(
  c: Context<AppEnv>,
  begin: () => Promise<BegunRun>,
  steps: { withContent: boolean },
): Promise<Response> {
  return streamItems(c, async (signal) => {
    const { thread, answers: speakers, ...view } = await begin();
    const { caller } = c.var;
    const core = coreContext(c);
    const standing = async () => unwrap(await readRun(caller, core, { runId: view.run.id }));
    const shown = { speakers, steps };
    const items = await openStream(
      { core, view, shown, gate: new BehindNumber(0), standing },
      signal,
    );
    return thread === undefined ? items : behindThread(presentThread(thread), items);
  });
}

/** Without a number: who comes back to the run's stream is told of the run alone. */
async function* behindThread(
  thread: object,
  items: AsyncGenerator<StreamItem[]>,
): AsyncGenerator<StreamItem[]> {
  yield [{ event: "thread.created", data: thread }];
  yield* items;
}
