/**
 * Proves that what a message and a run write is found by keys, however much the project holds. D1
 * keeps no statistics, so SQLite plans for an empty table as for a large one.
 */
import { env } from "cloudflare:workers";
import { it } from "vitest";

import { newThreadId } from "../../src/domain/ids";
import { createMessage } from "../../src/store/messages/messages";
import { listOwnThreads } from "../../src/store/projects/erasure";
import { admitRun } from "../../src/store/runs/admit-run";
import { endRun } from "../../src/store/runs/run-records";
import { createThread } from "../../src/store/threads/threads";
import { makeProject } from "../support/project";
import { queryPlans } from "../support/query-plans";
import { runAdmission, runEnding, userMessage } from "../support/run-records";

/** A table read from end to end, or a project's part of it. */
const READS_ALL = /^SCAN (?!CONSTANT ROW|.* VIRTUAL TABLE)|\(project_id=\?\)/;
/** A project has few of these. */
const FEW = /webhook/;

it("looks up by key whatever a message or a run writes", async ({ expect }) => {
  const { id: projectId } = await makeProject();
  const scope = { projectId, endUserId: null, threadId: null };
  const threadId = newThreadId();
  const nowMs = Date.now();
  const place = { projectId, threadId, nowMs, content: "Some words to find it by" };
  const admission = runAdmission(place);

  const plans = await queryPlans(env.DB, async (db) => {
    await createThread(db, scope, {
      id: threadId,
      nowMs,
      metadata: null,
      messages: [userMessage(place.content)],
    });
    await createMessage(db, scope, { threadId, message: userMessage(place.content), nowMs });
    await admitRun(db, admission);
    await endRun({ DB: db, FILES: env.FILES }, runEnding(admission, place));
  });

  expect(plans.length).toBeGreaterThan(15);
  const slow = plans.filter(
    ({ sql, steps }) => !FEW.test(sql) && steps.some((step) => READS_ALL.test(step)),
  );
  expect(slow).toEqual([]);
});

it("finds the threads of an end user in the order of their making, and sorts none", async ({
  expect,
}) => {
  const endUser = { projectId: "p", id: "u" };
  const [plan] = await queryPlans(env.DB, async (db) => listOwnThreads(db, endUser, 10));
  expect(plan?.sql).toContain("ORDER BY seq");
  expect(plan?.steps).toEqual([
    expect.stringMatching(/^SEARCH threads USING (COVERING )?INDEX threads_by_end_user /),
  ]);
});
