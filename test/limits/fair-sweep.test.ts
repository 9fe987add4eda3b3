/**
 * Erasure and the sweep in an account with the Free plan's limits: nobody waits for a larger one to
 * end, each pass keeps within one invocation, and what is left is told.
 */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeEach, describe, it } from "vitest";

import { app } from "../../src/app";
import { shareOut } from "../../src/core/sweep/share-out";
import { newRunId } from "../../src/domain/ids";
import { ERASURE, RETENTION, RUN } from "../../src/limits";
import { reconcileRuns } from "../../src/runs/client/reconcile-runs";
import { sweep } from "../../src/scheduled";
import { setKeepIdleDays } from "../../src/store/projects/retention";
import { forgetOpenRuns } from "../support/forget-open-runs";
import { PlayedInvocation } from "../support/played-account";
import { type TestProject, makeProject } from "../support/project";

const DAY_MS = 24 * 60 * 60 * 1000;
const LATER_MS = Date.now() + 40 * DAY_MS;

const numbers = (length: number) => JSON.stringify(Array.from({ length }, (_, n) => n));

/** Rows as they are, without a call for each. */
async function fill(
  { id }: TestProject,
  threads: number,
  { messages = 1, owner = null }: { messages?: number; owner?: string | null } = {},
) {
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO threads (project_id, id, created_at_ms, updated_at_ms, end_user_id, last_n)
       SELECT ?1, 't' || value, 0, value, ?3, ?4 FROM json_each(?2)`,
    ).bind(id, numbers(threads), owner, messages),
    env.DB.prepare(
      `INSERT INTO messages (project_id, thread_id, n, id, role, content, created_at_ms)
       SELECT ?1, 't' || t.value, m.value + 1, m.value, 'user', 'x', 0
       FROM json_each(?2) t CROSS JOIN json_each(?3) m`,
    ).bind(id, numbers(threads), numbers(messages)),
  ]);
}

async function fillFiles({ id }: TestProject, count: number, used: boolean) {
  const ids = Array.from({ length: count }, () => crypto.randomUUID());
  const list = JSON.stringify(ids);
  await env.DB.batch([
    env.DB.prepare(
      `INSERT INTO files (project_id, id, name, mime_type, size, created_at_ms)
       SELECT ?1, value, 'a', 'text/plain', 1, 0 FROM json_each(?2)`,
    ).bind(id, list),
    ...(used
      ? [
          env.DB.prepare(
            `INSERT INTO file_uses (project_id, file_id, message_seq)
             SELECT ?1, value, -1 FROM json_each(?2)`,
          ).bind(id, list),
        ]
      : []),
  ]);
}

async function rowsOf(table: "threads" | "messages" | "files", { id }: TestProject) {
  const sql = `SELECT count(*) AS count FROM ${table} WHERE project_id = ?`;
  return (await env.DB.prepare(sql).bind(id).first<number>("count")) ?? 0;
}

async function pass() {
  const invocation = new PlayedInvocation(env);
  const report = await sweep(invocation.env, LATER_MS);
  return { ...report, spent: invocation.spent };
}

/** Projects and runs of other tests would take turns. */
beforeEach(async () => {
  await forgetOpenRuns();
  await env.DB.batch([
    env.DB.prepare("UPDATE projects SET keep_idle_days = NULL"),
    env.DB.prepare("DELETE FROM project_sweeps"),
  ]);
});

describe("the sweep", () => {
  it("serves a small project in the pass in which a large one is behind", async ({ expect }) => {
    const [large, small] = [await makeProject(), await makeProject()];
    await fill(large, RETENTION.threadsPerPass + 20);
    await fill(small, 3);
    await setKeepIdleDays(env.DB, large.id, 30);
    await setKeepIdleDays(env.DB, small.id, 30);
    const { projects, spent } = await pass();
    expect(await rowsOf("threads", small)).toBe(0);
    expect(await rowsOf("threads", large)).toBe(23);
    expect(projects).toMatchObject({
      erased: { threads: RETENTION.threadsPerPass },
      projects: 2,
      behind: 1,
    });
    expect(spent.queries).toBeLessThanOrEqual(20);
    expect(await pass()).toMatchObject({ projects: { behind: 0 } });
    expect(await rowsOf("threads", large)).toBe(0);
  });

  it("comes to every project, however many there are", async ({ expect }) => {
    const projects: TestProject[] = [];
    for (let n = 0; n < RETENTION.projectsPerPass + 2; n += 1) {
      const project = await makeProject();
      await fill(project, 1);
      await setKeepIdleDays(env.DB, project.id, 30);
      projects.push(project);
    }
    const left = async () => {
      const counts = await Promise.all(projects.map((project) => rowsOf("threads", project)));
      return counts.filter((threads) => threads > 0).length;
    };
    await pass();
    expect(await left()).toBe(2);
    const { spent } = await pass();
    expect(await left()).toBe(0);
    expect(spent.queries).toBeLessThanOrEqual(20);
  });

  it("finds the orphan behind thousands of files that are used", async ({ expect }) => {
    const project = await makeProject();
    await setKeepIdleDays(env.DB, project.id, 30);
    await fillFiles(project, RETENTION.filesLookedAtPerPass + 10, true);
    await fillFiles(project, 5, false);
    await pass();
    expect(await rowsOf("files", project)).toBe(RETENTION.filesLookedAtPerPass + 15);
    await pass();
    expect(await rowsOf("files", project)).toBe(RETENTION.filesLookedAtPerPass + 10);
  });

  it("takes more orphans than a pass may erase in the passes that follow", async ({ expect }) => {
    const project = await makeProject();
    await setKeepIdleDays(env.DB, project.id, 30);
    await fillFiles(project, RETENTION.filesPerPass + 7, false);
    expect(await pass()).toMatchObject({ projects: { behind: 1 } });
    expect(await rowsOf("files", project)).toBe(7);
    expect(await pass()).toMatchObject({ projects: { behind: 0 } });
    expect(await rowsOf("files", project)).toBe(0);
  });

  it("asks after a lost run that stands behind more open ones than a pass takes", async ({
    expect,
  }) => {
    const { id } = await makeProject();
    const lost = RETENTION.lostRunsPerPass * 2 + 1;
    await env.DB.batch(
      Array.from({ length: lost }, () =>
        env.DB.prepare(
          `INSERT INTO runs (project_id, id, tool_id, tool_name, version, status, config, created_at_ms)
           VALUES (?, ?, 't', 't', 1, 'running', '{}', 0)`,
        ).bind(id, newRunId()),
      ),
    );
    const open = () =>
      env.DB.prepare("SELECT count(*) AS n FROM runs WHERE project_id = ? AND ended_at_ms IS NULL")
        .bind(id)
        .first<number>("n");
    const nowMs = RUN.overdueMs + 1;
    for (let left = lost; left > 0; left -= RETENTION.lostRunsPerPass) {
      const invocation = new PlayedInvocation(env);
      const { isBehind } = await reconcileRuns(invocation.env, nowMs);
      expect(isBehind).toBe(left > RETENTION.lostRunsPerPass);
      expect(await open()).toBe(Math.max(0, left - RETENTION.lostRunsPerPass));
    }
  });
});

it("shares out in turns", ({ expect }) => {
  expect(shareOut([[1, 2, 3, 4], [10], []], 4)).toEqual([1, 10, 2, 3]);
  expect(shareOut([], 4)).toEqual([]);
});

async function erase({ key }: TestProject) {
  const invocation = new PlayedInvocation(env);
  const response = await app.request(
    "/api/sdk/end-users/ada",
    { method: "DELETE", headers: { Authorization: `Bearer ${key}` } },
    invocation.env,
    createExecutionContext(),
  );
  const text = await response.text();
  return { status: response.status, json: JSON.parse(text), spent: invocation.spent };
}

describe("erasure of an end user", () => {
  it("goes on by calls that each keep within one invocation, and says what is left", async ({
    expect,
  }) => {
    const project = await makeProject();
    await fill(project, ERASURE.threadsPerCall + 20, { messages: 2, owner: "ada" });
    const first = await erase(project);
    expect([first.status, first.json]).toMatchObject([
      200,
      { erased: { threads: 100, messages: 200 }, complete: false, left: { threads: 20 } },
    ]);
    expect(first.spent.queries).toBeLessThanOrEqual(15);
    const second = await erase(project);
    expect(second.json).toMatchObject({ erased: { threads: 20 }, complete: true });
  });

  it("takes a thread of more messages than one statement deletes piece by piece", async ({
    expect,
  }) => {
    const project = await makeProject();
    await fill(project, 1, { messages: ERASURE.rowsPerStatement + 1, owner: "ada" });
    const first = await erase(project);
    expect(first.json).toMatchObject({
      erased: { threads: 0, messages: ERASURE.rowsPerStatement },
      complete: false,
      left: { threads: 1 },
    });
    expect((await erase(project)).json).toMatchObject({ erased: { threads: 1, messages: 1 } });
    expect(await rowsOf("messages", project)).toBe(0);
  });
});
