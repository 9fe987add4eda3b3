/** Proves that the clock ends runs that their object knows nothing of, and leaves all others alone. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, it } from "vitest";

import { newProjectId, newRunId } from "../../src/domain/ids";
import { RUN } from "../../src/limits";
import { reconcileRuns } from "../../src/runs/client/reconcile-runs";
import { getRun } from "../../src/store/runs/runs";
import { forgetOpenRuns } from "../support/forget-open-runs";

async function insertRun(status: string, createdAtMs: number): Promise<() => Promise<string>> {
  const [projectId, runId] = [newProjectId(), newRunId()];
  await env.DB.prepare(
    `INSERT INTO runs (project_id, id, tool_id, tool_name, version, status, config, created_at_ms)
     VALUES (?, ?, 'tool', 'chat', 1, ?, '{}', ?)`,
  )
    .bind(projectId, runId, status, createdAtMs)
    .run();
  return async () => {
    const run = await getRun(env, { projectId, endUserId: null, threadId: null }, { runId });
    return run.ok ? `${run.value.status} ${run.value.error?.code ?? ""}`.trim() : "gone";
  };
}

function newest(): Promise<number | null> {
  return env.DB.prepare("SELECT max(seq) AS n FROM runs").first<number>("n");
}

function noted(): Promise<number | null> {
  return env.DB.prepare("SELECT count(*) AS n FROM late_runs").first<number>("n");
}

beforeEach(forgetOpenRuns);

describe("runs that D1 has as unfinished", () => {
  it("end as lost where nobody knows of them, long after their time", async ({ expect }) => {
    const nowMs = Date.now();
    const overdue = await insertRun("queued", nowMs - RUN.overdueMs - 1);
    const young = await insertRun("queued", nowMs - RUN.overdueMs + 60_000);
    const waiting = await insertRun("requires_action", nowMs - RUN.overdueMs - 1);
    await reconcileRuns(env, nowMs);
    expect([await overdue(), await young(), await waiting()]).toEqual([
      "failed lost",
      "queued",
      "requires_action",
    ]);
  });
});

describe("a run that is lost", () => {
  it("is found behind others that have ended, and where it has the number of one that was deleted", async ({
    expect,
  }) => {
    const nowMs = Date.now();
    const longAgoMs = nowMs - RUN.overdueMs - 1;
    await insertRun("succeeded", longAgoMs);
    await env.DB.prepare("UPDATE runs SET ended_at_ms = 1 WHERE ended_at_ms IS NULL").run();
    await reconcileRuns(env, nowMs);
    const before = await newest();
    await env.DB.prepare("DELETE FROM runs WHERE seq = ?").bind(before).run();
    const lost = await insertRun("running", longAgoMs);
    expect(await newest()).toBe(before);
    await reconcileRuns(env, nowMs);
    expect(await lost()).toBe("failed lost");
  });

  it("is asked for by no pass once it has ended by itself", async ({ expect }) => {
    const nowMs = Date.now();
    await insertRun("requires_action", nowMs - RUN.overdueMs - 1);
    await reconcileRuns(env, nowMs);
    expect(await noted()).toBe(1);
    await forgetOpenRuns();
    await insertRun("queued", nowMs);
    await env.DB.prepare("UPDATE runs SET ended_at_ms = 1 WHERE ended_at_ms IS NULL").run();
    expect(await reconcileRuns(env, nowMs)).toEqual({ asked: 0, lost: 0, isBehind: false });
    expect(await noted()).toBe(0);
  });
});
