import { type Context, Hono } from "hono";

import { readRun } from "../../../core/runs";
import type { Run } from "../../../domain/run";
import type { RunStep } from "../../../domain/runs/run-steps";
import type { AppEnv } from "../../shared/app-env";
import { coreContext } from "../../shared/core-context";
import { reply } from "../../shared/operation";
import { fail, unwrap } from "../../shared/reply/fail";
import { call } from "../call";
import { presentList } from "../fields";
import { fromWireId, idOf } from "../ids";
import { runOf, speakersOf } from "./run-access";
import { IncludeQuery, ListStepsQuery } from "./run-bodies";
import { isShownStep } from "./step-encoder";
import { StepListWire, StepWire, presentStep } from "./step-wire";

const tag = "Assistants runs";

export const steps = new Hono<AppEnv>()
  .get(
    "/threads/:thread_id/runs/:run_id/steps",
    call({
      id: "openaiListRunSteps",
      tag,
      summary: "List a run's steps, the newest first",
      access: "read",
      verb: "runs:read",
      query: ListStepsQuery,
      reply: StepListWire,
    }),
    async (c) => {
      const query = c.req.valid("query");
      const { run, shown } = await stepsOf(c);
      const withContent = query["include[]"] !== undefined;
      const page = pageOf(run.id, shown, query);
      return reply(
        c,
        presentList(page, (step) => presentStep(run, step, { withContent }), query),
      );
    },
  )
  .get(
    "/threads/:thread_id/runs/:run_id/steps/:step_id",
    call({
      id: "openaiGetRunStep",
      tag,
      summary: "Get one step of a run",
      access: "read",
      verb: "runs:read",
      query: IncludeQuery,
      reply: StepWire,
    }),
    async (c) => {
      const id = idOf(c, "step");
      const { run, shown } = await stepsOf(c);
      const step = shown.find(({ n }) => id === `${run.id}_${n}`);
      const withContent = c.req.valid("query")["include[]"] !== undefined;
      return reply(
        c,
        step === undefined
          ? fail({ kind: "not_found", entity: "run_step", id })
          : presentStep(run, step, { withContent }),
      );
    },
  );

async function stepsOf(c: Context<AppEnv>): Promise<{ run: Run; shown: RunStep[] }> {
  const view = await runOf(c);
  const run = unwrap(await readRun(c.var.caller, coreContext(c), { runId: view.run.id }));
  const speakers = await speakersOf(c, run);
  return { run, shown: run.steps.filter((step) => isShownStep(speakers, step)) };
}

interface StepPage {
  limit: number;
  order: "asc" | "desc";
  after?: string | undefined;
  before?: string | undefined;
}

/** All steps of a run are read with it: the page is cut out of them. */
function pageOf(
  runId: string,
  shown: readonly RunStep[],
  { limit, order, after, before }: StepPage,
) {
  const listed = order === "asc" ? shown : shown.toReversed();
  const placeOf = (name: "after" | "before", id: string | undefined, otherwise: number) => {
    const found = listed.findIndex(({ n }) => namesStep(runId, n, id ?? ""));
    return id === undefined || found >= 0 ? (id === undefined ? otherwise : found) : lost(name, id);
  };
  const first = placeOf("after", after, -1) + 1;
  const end = placeOf("before", before, listed.length);
  const isBackward = after === undefined && before !== undefined;
  const from = isBackward ? Math.max(0, end - limit) : first;
  const to = Math.min(end, from + limit);
  return {
    items: listed.slice(from, to),
    hasMoreAfter: to < listed.length,
    hasMoreBefore: from > 0,
    isCutShort: false,
  };
}

function namesStep(runId: string, n: number, id: string): boolean {
  return fromWireId("step", id) === `${runId}_${n}`;
}

function lost(name: string, id: string): never {
  const message = `names nothing that this list holds: ${JSON.stringify(id)}`;
  return fail({ kind: "invalid", where: "query", issues: [{ path: [name], message }] });
}
