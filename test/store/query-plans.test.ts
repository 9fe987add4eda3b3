/**
 * Proves that what a message and a run write is found by keys, however much the project holds. D1
 * keeps no statistics, so SQLite plans for an empty table as for a large one.
 */
import { env } from "cloudflare:workers";
import { it } from "vitest";

import { newMessageId, newRunId, newThreadId, newToolId } from "../../src/domain/ids";
import { type NewMessage, newMessage } from "../../src/domain/message";
import { createMessage } from "../../src/store/messages/messages";
import { admitRun, endRun } from "../../src/store/runs/run-records";
import { createThread } from "../../src/store/threads/threads";
import { makeProject } from "../support/project";
import { queryPlans } from "../support/query-plans";

/** A table read from end to end, or a project's part of it. */
const READS_ALL = /^SCAN (?!CONSTANT ROW|.* VIRTUAL TABLE)|\(project_id=\?\)/;
/** A project has few of these. */
const FEW = /webhook/;

it("looks up by key whatever a message or a run writes", async ({ expect }) => {
  const { id: projectId } = await makeProject();
  const reach = { projectId, endUserId: null, threadId: null };
  const threadId = newThreadId();
  const nowMs = Date.now();
  const message = () => newMessage(content(), { threadId, createdAtMs: nowMs });
  const request = {
    runId: newRunId(),
    projectId,
    toolId: newToolId(),
    toolName: "a tool",
    version: 1,
    config: {},
    inputs: [{}],
    threadIds: [threadId],
    reach,
    stream: false,
    conflict: "queue" as const,
    createdAtMs: nowMs,
    deadlineMs: 1000,
    endUserId: null,
    webhookUrl: null,
  };

  const plans = await queryPlans(env.DB, async (db) => {
    await createThread(db, reach, {
      id: threadId,
      nowMs,
      metadata: null,
      messages: [content()],
    });
    await createMessage(db, reach, { threadId, message: content(), nowMs });
    await admitRun(db, { request, config: {}, messages: [message()], reach });
    await endRun(
      { DB: db, FILES: env.FILES },
      {
        projectId,
        runId: request.runId,
        status: "succeeded",
        error: null,
        startedAtMs: nowMs,
        endedAtMs: nowMs,
        traces: [],
        results: null,
        usage: { inputTokens: 1, outputTokens: 1 },
        pendingCalls: [],
        messages: [message()],
        withdrawnMessages: [],
      },
    );
  });

  expect(plans.length).toBeGreaterThan(15);
  const slow = plans.filter(
    ({ sql, steps }) => !FEW.test(sql) && steps.some((step) => READS_ALL.test(step)),
  );
  expect(slow).toEqual([]);
});

function content(): NewMessage {
  return {
    id: newMessageId(),
    role: "user",
    content: "Some words to find it by",
    fileIds: [],
    metadata: null,
    parts: null,
  };
}
