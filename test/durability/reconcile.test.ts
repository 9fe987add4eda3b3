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
