/** Proves that a listing of runs walks an index of what is asked for, and that open runs are found among few. */
import { env } from "cloudflare:workers";
import { it } from "vitest";

import type { AccessScope } from "../../src/domain/access/caller";
import { type RunFilter, listRuns, listWholeRuns } from "../../src/store/runs/runs";
import { makeProject } from "../support/project";
import { queryPlans } from "../support/query-plans";

const OPEN: RunFilter = { statuses: ["queued", "running"] };

/** How SQLite comes by the table's rows, each way once. */
async function waysOf(scope: AccessScope, filter: RunFilter): Promise<string[]> {
  const ways = new Set<string>();
  for (const list of [listRuns, listWholeRuns]) {
    for (const order of ["asc", "desc"] as const) {
      const plans = await queryPlans(env.DB, (db) => list(db, scope, { limit: 20, order }, filter));
      const steps = plans.flatMap((plan) => plan.steps);
      for (const step of steps.filter((one) => /^(SCAN|SEARCH) runs\b/.test(one))) {
        ways.add(step.replace("SEARCH runs USING INDEX ", ""));
      }
    }
  }
  return [...ways].toSorted();
}

it("walks what a project, a tool, a thread or an end user has, or what of it went wrong", async ({
  expect,
}) => {
  const whole = { projectId: "p", endUserId: null, threadId: null };
  const ada = { ...whole, endUserId: "ada" };
  const ways = {
    project: await waysOf(whole, {}),
    succeeded: await waysOf(whole, { statuses: ["succeeded"] }),
    failed: await waysOf(whole, { statuses: ["failed"] }),
    unsuccessful: await waysOf(whole, { statuses: ["failed", "cancelled", "expired"] }),
    incomplete: await waysOf(whole, { statuses: ["succeeded"], isIncomplete: true }),
    failedOfTool: await waysOf(whole, { toolId: "c0ffee", statuses: ["failed"] }),
    tool: await waysOf(whole, { toolId: "c0ffee" }),
    thread: await waysOf(whole, { threadId: "t" }),
    user: await waysOf(ada, {}),
    bound: await waysOf({ ...ada, threadId: "t" }, {}),
  };
  expect(ways).toEqual({
    project: ["runs_by_project (project_id=?)"],
    succeeded: ["runs_by_project (project_id=?)"],
    failed: ["runs_unsuccessful (project_id=?)"],
    unsuccessful: ["runs_unsuccessful (project_id=?)"],
    incomplete: ["runs_incomplete (project_id=?)"],
    failedOfTool: ["runs_unsuccessful_by_tool (project_id=? AND tool_id=?)"],
    tool: ["runs_by_tool (project_id=? AND tool_id=?)"],
    thread: ["runs_by_thread (project_id=? AND thread_id=?)"],
    user: ["runs_by_owner (project_id=? AND end_user_id=?)"],
    bound: ["runs_by_thread (project_id=? AND thread_id=?)"],
  });
});

it("finds open runs, new ones and late ones, without reading those that have ended", async ({
  expect,
}) => {
  const { id: projectId } = await makeProject();
  const scope = { projectId, endUserId: null, threadId: null };
  const insert = (id: string, endedAtMs: number | null) =>
    env.DB.prepare(
      `INSERT INTO runs (project_id, id, tool_id, tool_name, version, status, config, created_at_ms,
         ended_at_ms) VALUES (?, ?, 'c0ffee', 'chat', 1, ?, '{}', 0, ?)`,
    ).bind(projectId, id, endedAtMs === null ? "running" : "succeeded", endedAtMs);
  const past = Array.from({ length: 300 }, (_, index) => insert(`past-${index}`, 1));
  await env.DB.batch([insert("late", null), ...past]);
  // The clock has looked at these; what other tests have left open is read for every project.
  await env.DB.batch([
    env.DB.prepare("UPDATE run_looks SET looked_to = (SELECT max(seq) FROM runs)"),
    env.DB.prepare(
      "DELETE FROM late_runs WHERE seq NOT IN (SELECT seq FROM runs WHERE project_id = ?)",
    ).bind(projectId),
  ]);
  await env.DB.batch([insert("new", null), insert("just-ended", 1)]);

  for (const list of [listRuns, listWholeRuns]) {
    const idsOf = async (page: { after?: string; limit?: number }, filter: RunFilter = OPEN) => {
      const listed = await list(env.DB, scope, { limit: 20, order: "desc", ...page }, filter);
      return listed.ok ? listed.value.items.map(({ id }) => id) : listed.failure;
    };
    expect(await idsOf({})).toEqual(["new", "late"]);
    expect(await idsOf({ limit: 1 })).toEqual(["new"]);
    expect(await idsOf({ after: "new" })).toEqual(["late"]);
    expect(await idsOf({ after: "past-7" })).toEqual(["late"]);
    expect(await idsOf({}, { ...OPEN, toolId: "c0ffee" })).toEqual(["new", "late"]);
    expect(await idsOf({}, { ...OPEN, toolId: "other" })).toEqual([]);
  }
  let read = 0;
  const counting = new Proxy(env.DB, {
    get: (db, name) =>
      name === "batch"
        ? async (statements: D1PreparedStatement[]) => {
            const results = await db.batch(statements);
            read += results.reduce((sum, { meta }) => sum + meta.rows_read, 0);
            return results;
          }
        : Reflect.get(db, name).bind(db),
  });
  await listRuns(counting, scope, { limit: 20, order: "desc" }, OPEN);
  expect(read).toBeGreaterThan(0);
  expect(read).toBeLessThan(30);
});
