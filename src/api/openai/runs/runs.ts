import { type Context, Hono } from "hono";

import { findThread } from "../../../core/follow-thread";
import {
  type ListedRun,
  type RunFilter,
  cancelRun,
  listWholeRuns,
  readRun,
  updateRun,
  waitForRun,
} from "../../../core/runs";
import type { Page } from "../../../domain/page";
import { type Run, isFinal } from "../../../domain/run";
import type { AppEnv } from "../../shared/app-env";
import { coreContext } from "../../shared/core-context";
import { reply } from "../../shared/operation";
import { fail, unwrap } from "../../shared/reply/fail";
import { bareIdIfAny } from "../aliases";
import { call } from "../call";
import { presentList, readPage } from "../fields";
import { fromWireId, idOf } from "../ids";
import { runOf, sayWhenToPoll } from "./run-access";
import { ListAllRunsQuery, ListRunsQuery, UpdateRunBody } from "./run-bodies";
import {
  RunListWire,
  RunWire,
  type ShownRun,
  type WireStatus,
  presentRun,
  wireStatus,
} from "./run-wire";

const tag = "Assistants runs";

/** How long a helper that polls is kept waiting for a change, which saves it most of its calls. */
const POLL_HOLD_MS = 10_000;

export const runs = new Hono<AppEnv>()
  .get(
    "/runs",
    call({
      id: "openaiListAllRuns",
      tag,
      summary: "List runs of all threads, the newest first",
      description: "Bobbin's: all of an assistant, all that are open, all that failed.",
      access: "read",
      verb: "runs:read",
      query: ListAllRunsQuery,
      reply: RunListWire,
    }),
    async (c) => {
      const {
        assistant_id: assistantId,
        thread_id: threadId,
        status,
        ...query
      } = c.req.valid("query");
      const filter = {
        toolId: await bareIdIfAny(c, "assistant", assistantId),
        threadId: threadId === undefined ? undefined : fromWireId("thread", threadId),
        ...(status === undefined ? {} : FILTERS[status]),
      };
      return reply(c, presentList(await listStanding(c, query, filter), presentRun, query));
    },
  )
  .get(
    "/threads/:thread_id/runs",
    call({
      id: "openaiListRuns",
      tag,
      summary: "List a thread's runs, the newest first",
      access: "read",
      verb: "runs:read",
      query: ListRunsQuery,
      reply: RunListWire,
    }),
    async (c) => {
      const query = c.req.valid("query");
      const core = coreContext(c);
      const threadId = idOf(c, "thread");
      unwrap(await findThread(c.var.caller, core, threadId));
      return reply(c, presentList(await listStanding(c, query, { threadId }), presentRun, query));
    },
  )
  .get(
    "/threads/:thread_id/runs/:run_id",
    call({
      id: "openaiGetRun",
      tag,
      summary: "Get a run",
      description:
        "An SDK's helper that polls is answered once the run has changed, within ten seconds.",
      access: "read",
      verb: "runs:read",
      reply: RunWire,
    }),
    async (c) => {
      const run = await readOrHold(c);
      sayWhenToPoll(c, run.createdAtMs);
      return reply(c, presentRun(run));
    },
  )
  .post(
    "/threads/:thread_id/runs/:run_id",
    call({
      id: "openaiUpdateRun",
      tag,
      summary: "Replace a run's metadata, whether it is at work or has ended",
      access: "run",
      verb: "runs:create",
      body: UpdateRunBody,
      reply: RunWire,
    }),
    async (c) => {
      const { run } = await runOf(c);
      const { metadata } = c.req.valid("json");
      const core = coreContext(c);
      const name = { runId: run.id };
      const updated =
        metadata === undefined
          ? await readRun(c.var.caller, core, name)
          : await updateRun(c.var.caller, core, name, metadata ?? {});
      return reply(c, presentRun(unwrap(updated)));
    },
  )
  .post(
    "/threads/:thread_id/runs/:run_id/cancel",
    call({
      id: "openaiCancelRun",
      tag,
      summary: "Stop a run and keep the text it has told",
      access: "run",
      verb: "runs:cancel",
      reply: RunWire,
      failures: ["run_state"],
    }),
    async (c) => {
      const { run } = await runOf(c);
      const { id: runId, status } = run;
      if (isFinal(status)) {
        const message = `Cannot cancel run with status '${wireStatus(run)}'`;
        fail({ kind: "run_state", runId, status, message });
      }
      const cancelled = await cancelRun(c.var.caller, coreContext(c), { runId });
      return reply(c, presentRun(unwrap(cancelled)));
    },
  );

async function readOrHold(c: Context<AppEnv>): Promise<Run> {
  const view = await runOf(c);
  const core = coreContext(c);
  if (isFinal(view.run.status)) {
    return view.run;
  }
  return c.req.header("X-Stainless-Poll-Helper") === "true"
    ? unwrap(await waitForRun(core, view, { waitMs: POLL_HOLD_MS }))
    : unwrap(await readRun(c.var.caller, core, { runId: view.run.id }));
}

const AT_WORK: RunFilter = { statuses: ["queued", "running", "cancelling"] };

/** How the store knows runs of these statuses. */
const FILTERS: Record<WireStatus, RunFilter> = {
  queued: AT_WORK,
  in_progress: AT_WORK,
  cancelling: AT_WORK,
  requires_action: { statuses: ["requires_action"] },
  completed: { statuses: ["succeeded"], isIncomplete: false },
  incomplete: { statuses: ["succeeded"], isIncomplete: true },
  failed: { statuses: ["failed"] },
  cancelled: { statuses: ["cancelled"] },
  expired: { statuses: ["expired"] },
};

async function listStanding(
  c: Context<AppEnv>,
  query: Parameters<typeof readPage>[1],
  filter: RunFilter,
): Promise<Page<ShownRun>> {
  const page = readPage("run", query);
  const listed = unwrap(await listWholeRuns(c.var.caller, coreContext(c), page, filter));
  const items = await Promise.all(listed.items.map((run) => asItStands(c, run)));
  return { ...listed, items };
}

/** How a run stands that has not ended is known to its object alone. */
async function asItStands(c: Context<AppEnv>, run: ListedRun): Promise<ShownRun> {
  return !isFinal(run.status)
    ? unwrap(await readRun(c.var.caller, coreContext(c), { runId: run.id }))
    : { ...run, pendingCalls: [] };
}
