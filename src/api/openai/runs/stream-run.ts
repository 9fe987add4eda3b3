import { Hono } from "hono";
import * as z from "zod";

import { readRun } from "../../../core/runs";
import type { AppEnv } from "../../shared/app-env";
import { coreContext } from "../../shared/core-context";
import { replyText } from "../../shared/operation";
import { readPlace } from "../../shared/reply/event-stream";
import { fail, unwrap } from "../../shared/reply/fail";
import { queryInteger } from "../../shared/request/fields";
import { call } from "../call";
import { BehindNumber } from "./gates";
import { openStream } from "./open-stream";
import { runOf, speakersOf } from "./run-access";
import { includeFields } from "./run-bodies";
import { EVENT_STREAM } from "./stream-document";
import { streamItems } from "./stream-reply";

const Place = queryInteger({ min: 0, max: 999_999_999 });

const StreamQuery = z.strictObject({
  after: Place.optional().describe(
    "The last event seen; `Last-Event-ID` goes before it. What is open behind it is told first, as begun with what it held.",
  ),
  starting_after: Place.optional().describe("The same as `after`."),
  ...includeFields,
});

export const streamRun = new Hono<AppEnv>().get(
  "/threads/:thread_id/runs/:run_id/stream",
  call({
    id: "openaiStreamRun",
    tag: "Assistants runs",
    summary: "Follow a run from its start, or from where a reader left off",
    description: "Bobbin's: `client.get(path, {stream: true})`.",
    access: "read",
    verb: "runs:read",
    query: StreamQuery,
    ...EVENT_STREAM,
  }),
  async (c) => {
    const query = c.req.valid("query");
    const asked = query.after ?? query.starting_after ?? 0;
    const after = readPlace(c.req.header("Last-Event-ID"), asked);
    if (after === null) {
      const issues = [{ path: ["Last-Event-ID"], message: "must be a number of this stream" }];
      return fail({ kind: "invalid", where: "header", issues });
    }
    const view = await runOf(c);
    const core = coreContext(c);
    const { caller } = c.var;
    const standing = async () => unwrap(await readRun(caller, core, { runId: view.run.id }));
    const withContent = query["include[]"] !== undefined;
    const shown = { speakers: await speakersOf(c, view.run), steps: { withContent } };
    const gate = new BehindNumber(after);
    return replyText(
      await streamItems(c, (signal) => openStream({ core, view, shown, gate, standing }, signal)),
    );
  },
);
