/** Runs by the day: what is counted, when, and what may be asked for. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { newRunId } from "../../src/domain/ids";
import { dayOf } from "../../src/domain/usage/usage-day";
import { endRun } from "../../src/store/runs/run-records";
import { call } from "../support/call";
import { CountingDatabase } from "../support/counting-database";
import { type TestProject, makeProject } from "../support/project";

const DAY_MS = 24 * 60 * 60 * 1000;
const NOON = Date.parse("2026-03-01T12:00:00Z");

type Ending = Parameters<typeof endRun>[1];

/** A run that is admitted, as D1 has it, and the end that it comes to. */
async function endOf({ id: projectId }: TestProject, changes: Partial<Ending>): Promise<Ending> {
  const runId = newRunId();
  await env.DB.prepare(
    `INSERT INTO runs (project_id, id, tool_id, tool_name, version, status, config, created_at_ms,
       tokens_reserved) VALUES (?, ?, 'c0ffee', 'chat', 1, 'running', '{}', 0, 0)`,
  )
    .bind(projectId, runId)
    .run();
  return {
    projectId,
    runId,
    status: "succeeded",
    error: null,
    startedAtMs: NOON,
    endedAtMs: NOON,
    traces: [],
    results: null,
    usage: { inputTokens: 10, outputTokens: 5 },
    pendingCalls: [],
    messages: [],
    withdrawnMessages: [],
    timing: { queueMs: 0, firstTokenMs: 1000, attempts: 1 },
    ...changes,
  };
}

const withFirstToken = (firstTokenMs: number | null) => ({
  timing: { queueMs: 0, firstTokenMs, attempts: 1 },
});

const priced = (costUsd: number) => ({ usage: { inputTokens: 10, outputTokens: 5, costUsd } });

async function daysOf({ key }: TestProject, query: string) {
  return (await call(`/api/sdk/usage?${query}`, { key })).json.days;
}

describe("runs that end", () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await makeProject();
    for (const firstTokenMs of [100, 200, 400, null]) {
      await endRun(env, await endOf(project, withFirstToken(firstTokenMs)));
    }
    await endRun(
      env,
      await endOf(project, { status: "failed", ...withFirstToken(null), ...priced(0.1) }),
    );
    await endRun(env, await endOf(project, { status: "expired", ...withFirstToken(20_000) }));
    await endRun(
      env,
      await endOf(project, { status: "cancelled", ...withFirstToken(null), ...priced(0.2) }),
    );
    await endRun(env, await endOf(project, { endedAtMs: NOON + DAY_MS }));
  });

  it("are counted under the day of their end, in UTC", async ({ expect }) => {
    const days = await daysOf(project, "from=2026-02-28&to=2026-03-02");
    expect(days).toEqual([
      {
        day: "2026-02-28",
        runs: 0,
        errors: 0,
        tokens: { input: 0, output: 0 },
        cost_usd: 0,
        first_token_ms: { runs: 0, p50: null, p95: null },
      },
      {
        day: "2026-03-01",
        runs: 7,
        errors: 2,
        tokens: { input: 70, output: 35 },
        cost_usd: 0.3,
        // Of 100, 200, 400 and 20 000 ms, each within 9.1 %.
        first_token_ms: { runs: 4, p50: 207, p95: 18_780 },
      },
      {
        day: "2026-03-02",
        runs: 1,
        errors: 0,
        tokens: { input: 10, output: 5 },
        cost_usd: 0,
        first_token_ms: { runs: 1, p50: 987, p95: 987 },
      },
    ]);
  });

  it("take one row a project and day, and are no other project's", async ({ expect }) => {
    const { results } = await env.DB.prepare("SELECT day FROM usage_days WHERE project_id = ?")
      .bind(project.id)
      .all();
    expect(results).toHaveLength(2);
    const other = await makeProject();
    const days = await daysOf(other, "from=2026-03-01&to=2026-03-01");
    expect(days).toMatchObject([{ runs: 0 }]);
  });

  it("count once however often their end is recorded, in its own round trip", async ({
    expect,
  }) => {
    const alone = await makeProject();
    const ending = await endOf(alone, {});
    const counting = new CountingDatabase(env.DB);
    await endRun({ ...env, DB: counting.database }, ending);
    expect(counting.roundTrips).toBe(1);
    await endRun(env, ending);
    await endRun(env, { ...ending, runId: newRunId() });
    expect(await daysOf(alone, "from=2026-03-01&to=2026-03-01")).toMatchObject([
      { runs: 1, first_token_ms: { runs: 1 } },
    ]);
  });

  it("of an end that an earlier release has left count without their timing", async ({
    expect,
  }) => {
    const alone = await makeProject();
    const { timing: _, ...ending } = await endOf(alone, {});
    await endRun(env, ending);
    expect(await daysOf(alone, "from=2026-03-01&to=2026-03-01")).toMatchObject([
      { runs: 1, first_token_ms: { runs: 0, p50: null } },
    ]);
  });

  it("forget what no range can ask for, with the first of a day", async ({ expect }) => {
    const old = await makeProject();
    await endRun(env, await endOf(old, { endedAtMs: NOON - 401 * DAY_MS }));
    await endRun(env, await endOf(old, { endedAtMs: NOON - 400 * DAY_MS }));
    await endRun(env, await endOf(old, {}));
    const { results } = await env.DB.prepare(
      "SELECT day FROM usage_days WHERE project_id = ? ORDER BY day",
    )
      .bind(old.id)
      .all();
    expect(results.map(({ day }) => day)).toEqual([dayOf(NOON - 400 * DAY_MS), dayOf(NOON)]);
  });
});

describe("the range", () => {
  let project: TestProject;
  beforeAll(async () => {
    project = await makeProject();
  });

  it("is the last 30 days where nothing is said, beside what there was before", async ({
    expect,
  }) => {
    const { json } = await call("/api/sdk/usage", { key: project.key });
    expect(json.days).toHaveLength(30);
    expect(json.days.at(-1).day).toBe(dayOf(Date.now()));
    expect(json.usage.runs).toMatchObject({ used: 0, quota: null });
  });

  it("may be a leap year, and ends where it is told to", async ({ expect }) => {
    expect(await daysOf(project, "from=2024-01-01&to=2024-12-31")).toHaveLength(366);
    expect((await daysOf(project, "to=2026-03-01"))[0].day).toBe("2026-01-31");
  });

  it.for([
    ["from=2026-03-02&to=2026-03-01", "from is after 2026-03-01, the last day"],
    ["from=2025-01-01&to=2026-01-02", "from is 367 days up to 2026-01-02; 366 may be asked"],
    ["from=2026-02-30", "from must be a day as YYYY-MM-DD"],
    ["to=yesterday", "to must be a day as YYYY-MM-DD"],
    ["from=2026-03-01T00:00:00Z", "from must be a day as YYYY-MM-DD"],
    ["days=7", "days is not a known field"],
  ] as const)("%s is a 400 that says why", async ([query, words], { expect }) => {
    const refused = await call(`/api/sdk/usage?${query}`, { key: project.key });
    expect(refused.status).toBe(400);
    expect(refused.json.error.message).toContain(words);
  });
});
