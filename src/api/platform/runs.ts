import { Hono } from "hono";
import * as z from "zod";

import { listRuns } from "../../core/runs";
import { ListRunsQuery, RunSummaryWire, presentSummary, statusesOf } from "../rebyte/run-wire";
import type { AppEnv } from "../shared/app-env";
import { coreContext } from "../shared/core-context";
import { operation, reply } from "../shared/operation";
import { unwrap } from "../shared/reply/fail";
import { ownProject } from "../shared/request/own-project";

const ListProjectRunsQuery = ListRunsQuery.extend({
  tool_id: z.string().optional().describe("Only runs of this tool."),
});

const ProjectRunListReply = z.strictObject({
  runs: z.array(RunSummaryWire.extend({ tool_id: z.string() }).meta({ id: "ProjectRunSummary" })),
});

export const runs = new Hono<AppEnv>().get(
  "/p/:project_id/r",
  operation({
    id: "listProjectRuns",
    tag: "Runs",
    summary: "List runs of all tools, the newest first",
    description: "With `status=running` those that are at work, on whatever thread.",
    access: "read",
    verb: "runs:read",
    query: ListProjectRunsQuery,
    reply: ProjectRunListReply,
  }),
  async (c) => {
    ownProject(c);
    const { status, thread_id: threadId, tool_id: toolId, ...page } = c.req.valid("query");
    const filter = { toolId, threadId, statuses: status && statusesOf(status) };
    const listed = unwrap(await listRuns(c.var.caller, coreContext(c), page, filter));
    return reply(c, {
      runs: listed.items.map((run) => ({ ...presentSummary(run), tool_id: run.toolId })),
    });
  },
);
