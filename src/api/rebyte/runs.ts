import { type Context, Hono } from "hono";
import type * as z from "zod";

import type { RunCall } from "../../core/run-call";
import type { RunView } from "../../core/run-view";
import {
  type RunName,
  cancelRun,
  findRun,
  listRuns,
  listenToRun,
  readRun,
  submitOutputs,
  updateRun,
  waitForRun,
} from "../../core/runs";
import { type StartedRun, startRun } from "../../core/start-run";
import { newRunId } from "../../domain/ids";
import { type Run, asAccepted, isFinal } from "../../domain/run";
import { WAIT } from "../../limits";
import { SECOND_MS } from "../../limits/units";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { readIdempotency } from "../shared/idempotency/idempotent-request";
import { operation, reply, replyText } from "../shared/operation";
import {
  type WireEvent,
  inTurn,
  isInLine,
  mapEach,
  readPlace,
  streamEvents,
  streamReply,
  whileWaiting,
} from "../shared/reply/event-stream";
import { fail, unwrap } from "../shared/reply/fail";
import { ownProject } from "../shared/request/own-project";
import { PREFER, readWait } from "../shared/request/read-wait";
import { CONTENT_HEADERS, replyContent, streamContentOf } from "./content-only";
import { toRunCall } from "./read-run-call";
import { RunEventEncoder, WEIGHTS } from "./run-events";
import {
  ListRunsQuery,
  RunListReply,
  RunReply,
  StartRunBody,
  StartedRunReply,
  StreamRunQuery,
  SubmitBody,
  UpdateRunBody,
  presentRun,
  presentSummary,
  statusesOf,
} from "./run-wire";
import { RunStreamEvent } from "./stream-events";

const tag = "Runs";

/** For the document: what a run answers where it is not asked for JSON. */
const TEXT = { "text/plain": { schema: { type: "string", description: "With `contentOnly`." } } };

type RunPath = "/p/:project_id/a/:tool_id/r/:run_id";

/** Before it is known whether the project is the caller's. */
const toolInPath = (c: Context<AppEnv>) => {
  const { project_id: projectId = "", tool_id: toolId = "" }: Record<string, string> =
    c.req.param();
  return { projectId, toolId };
};

/** Starting, reading, following, cancelling runs, and handing in outputs. */
export const runs = new Hono<AppEnv>()
  .post(
    "/p/:project_id/a/:tool_id/r",
    operation({
      id: "startRun",
      tag,
      summary: "Run a tool",
      description:
        "Blocking, it answers with the run as it ended; a failing action is no HTTP error: see `run.status`. A run that takes longer than the caller waits goes on: the answer is then its `run_id` and a `run` that is `running`, to be polled or followed.",
      access: "run",
      verb: "runs:create",
      retry: "own",
      lookAhead: toolInPath,
      headers: PREFER,
      body: StartRunBody,
      reply: StartedRunReply,
      failures: ["not_found", "thread_busy", "queue_full", "unavailable", "run_failed"],
      events: RunStreamEvent,
      document: { responses: { 200: { content: TEXT } } },
    }),
    async (c) => {
      const { stream, blocking, contentOnly, block_filter: filter } = c.req.valid("json");
      const waitMs = readWait(c);
      ownProject(c);
      const begin = beginning(c, c.req.param("tool_id"), () => c.req.valid("json"));
      if (stream) {
        return replyText(await (contentOnly ? streamContent(c, begin) : streamStart(c, begin)));
      }
      if (!blocking) {
        const { run } = await inTurn(c, () => begin());
        return reply(c, { run_id: run.id, run: presentRun(asAccepted(run), filter) });
      }
      const run = await beginAndWait(c, begin, waitMs);
      if (contentOnly) {
        return replyText(replyContent(run));
      }
      const shown = presentRun(run, filter);
      return reply(c, isWaitedFor(run) ? { run_id: run.id, run: shown } : { run: shown });
    },
  )
  .get(
    "/p/:project_id/a/:tool_id/r",
    operation({
      id: "listRuns",
      tag,
      summary: "List a tool's runs, the newest first",
      access: "read",
      verb: "runs:read",
      query: ListRunsQuery,
      reply: RunListReply,
    }),
    async (c) => {
      ownProject(c);
      const { status, thread_id: threadId, ...page } = c.req.valid("query");
      const listed = await listRuns(c.var.caller, coreContext(c), page, {
        toolId: c.req.param("tool_id"),
        threadId,
        statuses: status && statusesOf(status),
      });
      return reply(c, { runs: unwrap(listed).items.map(presentSummary) });
    },
  )
  .get(
    "/p/:project_id/a/:tool_id/r/:run_id",
    operation({
      id: "getRun",
      tag,
      summary: "Get a run, at work or ended",
      access: "read",
      verb: "runs:read",
      reply: RunReply,
    }),
    async (c) => {
      const run = await readRun(c.var.caller, coreContext(c), nameOf(c));
      return reply(c, { run: presentRun(unwrap(run)) });
    },
  )
  .post(
    "/p/:project_id/a/:tool_id/r/:run_id",
    operation({
      id: "updateRun",
      tag,
      summary: "Replace a run's metadata, at work or ended",
      access: "run",
      body: UpdateRunBody,
      reply: RunReply,
    }),
    async (c) => {
      const { metadata } = c.req.valid("json");
      const run = await updateRun(c.var.caller, coreContext(c), nameOf(c), metadata);
      return reply(c, { run: presentRun(unwrap(run)) });
    },
  )
  .post(
    "/p/:project_id/a/:tool_id/r/:run_id/cancel",
    operation({
      id: "cancelRun",
      tag,
      summary: "Stop a run and keep the text it has told",
      description: `Answers with the run as it ended, also where it had ended before. Where its end cannot be recorded within ${WAIT.stopMs / SECOND_MS} seconds the answer is the run as it stands; it ends all the same.`,
      access: "run",
      verb: "runs:cancel",
      reply: RunReply,
    }),
    async (c) => {
      const run = await cancelRun(c.var.caller, coreContext(c), nameOf(c));
      return reply(c, { run: presentRun(unwrap(run)) });
    },
  )
  .post(
    "/p/:project_id/a/:tool_id/r/:run_id/submit",
    operation({
      id: "submitOutputs",
      tag,
      summary: "Hand in outputs of the function calls that a run waits for",
      description: "All at once or one by one; with the last one the run goes on.",
      access: "run",
      verb: "runs:submit",
      body: SubmitBody,
      reply: RunReply,
      failures: ["run_state", "conflict"],
    }),
    async (c) => {
      const { outputs } = c.req.valid("json");
      const given = outputs.map(({ call_id: callId, output }) => ({ callId, output }));
      const run = await submitOutputs(c.var.caller, coreContext(c), nameOf(c), given);
      return reply(c, { run: presentRun(unwrap(run)) });
    },
  )
  .get(
    "/p/:project_id/a/:tool_id/r/:run_id/stream",
    operation({
      id: "streamRun",
      tag,
      summary: "Follow a run from its start, or from where a reader left off",
      description:
        "Server-sent events. `Last-Event-ID`, or `after`, names the last one seen. A reader that goes away never stops the run.",
      access: "read",
      verb: "runs:read",
      query: StreamRunQuery,
      events: RunStreamEvent,
    }),
    async (c) => {
      const after = readPlace(c.req.header("Last-Event-ID"), c.req.valid("query").after);
      if (after === null) {
        const issues = [{ path: ["Last-Event-ID"], message: "must be a number of this stream" }];
        return fail({ kind: "invalid", where: "header", issues });
      }
      const view = unwrap(await findRun(c.var.caller, coreContext(c), nameOf(c)));
      return replyText(await streamEvents(c, (signal) => eventsOf(c, view, after, signal)));
    },
  );

function nameOf(c: Context<AppEnv, RunPath>): RunName {
  ownProject(c);
  const { tool_id: toolId, run_id: runId } = c.req.param();
  return { toolId, runId };
}

/** It is at work still: the caller has waited for it long enough. */
function isWaitedFor({ status }: Run): boolean {
  return !isFinal(status) && status !== "requires_action";
}

const FOLLOW = { kind: "follow" } as const;

/** Starts the run: in the caller's turn, and where it is followed or waited for in its place among the streams. */
type Begin = (andThen?: RunCall["andThen"]) => Promise<StartedRun>;

/** @param bodyOf Holds on to nothing: see `heldBody`. */
function beginning(
  c: Context<AppEnv>,
  toolId: string,
  bodyOf: () => z.output<typeof StartRunBody>,
): Begin {
  return async (andThen) => {
    const idempotent = await readIdempotency(c, bodyOf());
    const runId = newRunId();
    const call = { ...toRunCall(toolId, bodyOf()), andThen };
    const started = await startRun(c.var.caller, coreContext(c), call, () => runId, idempotent);
    return unwrap(started);
  };
}

/**
 * A small call of a caller without a line is started and waited for in one call of the object, which holds what it
 * was given. Any other is started first, and its body let go: a client that leaves tells nobody, and its call waits on.
 */
function beginAndWait(c: Context<AppEnv>, begin: Begin, waitMs: number): Promise<Run> {
  const isSmall = (c.get("heldBody")?.bytes ?? 0) <= WAIT.heldBodyMaxBytes;
  return whileWaiting(c, async (signal) => {
    const patience = { waitMs, signal };
    const started =
      isSmall && !isInLine(c)
        ? await inTurn(c, () => begin({ kind: "wait", ...patience }), WAIT.startingMs)
        : await inTurn(c, () => begin());
    c.get("heldBody")?.letGo();
    return unwrap(await waitForRun(coreContext(c), started, patience));
  });
}

function streamStart(c: Context<AppEnv>, begin: Begin): Promise<Response> {
  return streamEvents(c, async (signal) => eventsOf(c, await begin(FOLLOW), 0, signal));
}

function streamContent(c: Context<AppEnv>, begin: Begin): Promise<Response> {
  return streamReply(c, CONTENT_HEADERS, async (signal) =>
    streamContentOf(coreContext(c), await inTurn(c, () => begin(FOLLOW)), signal),
  );
}

async function eventsOf(
  c: Context<AppEnv>,
  view: RunView,
  after: number,
  signal: AbortSignal,
): Promise<AsyncGenerator<(WireEvent | null)[]>> {
  const heard = await listenToRun(coreContext(c), view, { after, weights: WEIGHTS }, signal);
  const encoder = new RunEventEncoder(view.address.runId, heard.before);
  return mapEach(heard.events, (batch) => encoder.encode(batch, after));
}
