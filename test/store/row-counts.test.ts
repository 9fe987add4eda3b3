/**
 * How many rows of D1 the usual calls read and write, indexes and triggers included: what production
 * bills. The messages have no words: what the full-text index adds depends on what stands in it.
 */
import { env } from "cloudflare:workers";
import { beforeAll, it } from "vitest";

import { newThreadId } from "../../src/domain/ids";
import { createMessage, deleteMessage, listMessages } from "../../src/store/messages/messages";
import { type RunAdmission, admitRun } from "../../src/store/runs/admit-run";
import { endRun } from "../../src/store/runs/run-records";
import { createThread, listThreads } from "../../src/store/threads/threads";
import { countRows } from "../support/count-rows";
import { makeProject } from "../support/project";
import { runAdmission, runEnding, userMessage } from "../support/run-records";

const MESSAGES_BEFORE = 30;
const nowMs = Date.now();
const threadId = newThreadId();
const message = userMessage();
let projectId: string;
let admission: RunAdmission;

beforeAll(async () => {
  projectId = (await makeProject()).id;
  admission = runAdmission(place());
  await createThread(env.DB, whole(), { id: threadId, nowMs, metadata: null, messages: [] });
  for (let sent = 0; sent < MESSAGES_BEFORE; sent += 1) {
    await createMessage(env.DB, whole(), { threadId, message: userMessage(), nowMs });
  }
});

it.for<[string, (db: D1Database) => Promise<unknown>, { read: number; written: number }]>([
  ["create a thread", (db) => createThread(db, whole(), newThread(0)), { read: 8, written: 6 }],
  [
    "create a thread with two messages",
    (db) => createThread(db, whole(), newThread(2)),
    { read: 24, written: 14 },
  ],
  [
    "create a message",
    (db) => createMessage(db, whole(), { threadId, message, nowMs }),
    { read: 14, written: 5 },
  ],
  [
    "list twenty messages",
    (db) => listMessages(db, whole(), { threadId }, { limit: 20, order: "desc" }),
    // Each twice: all are sized before the first is read.
    { read: 45, written: 0 },
  ],
  [
    "delete a message",
    (db) => deleteMessage(db, whole(), { threadId, id: message.id }),
    { read: 6, written: 2 },
  ],
  ["start a run", (db) => admitRun(db, admission), { read: 44, written: 9 }],
  [
    "end a run",
    (db) => endRun({ DB: db, FILES: env.FILES }, runEnding(admission, place())),
    { read: 28, written: 9 },
  ],
])("%s", async ([, work, rows], { expect }) => {
  const counted = await countRows(env.DB, work);
  expect(counted.written).toBe(rows.written);
  // A look-up that finds nothing reads the row behind the gap, if there is one.
  expect(counted.read).toBeLessThanOrEqual(rows.read);
});

it("list threads changed of late, of thousands: those of ten minutes more, and no others", async ({
  expect,
}) => {
  const { id } = await makeProject();
  const threads = 3000;
  const minuteMs = 60_000;
  await env.DB.prepare(
    `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ?2)
     INSERT INTO threads (project_id, id, created_at_ms, updated_at_ms)
     SELECT ?1, 'late-' || n, n * ?3, n * ?3 FROM numbers`,
  )
    .bind(id, threads, minuteMs)
    .run();
  const scope = { projectId: id, endUserId: null, threadId: null };
  const filter = { updatedAt: { gte: (threads - 4) * minuteMs } };
  const page = { limit: 20, order: "desc" } as const;
  const counted = await countRows(env.DB, async (db) => {
    const listed = await listThreads(db, scope, page, filter);
    expect(listed).toMatchObject({ ok: true, value: { items: { length: 5 } } });
  });
  // An entry and a row each in the search, and a row in the page.
  expect(counted.read).toBeLessThanOrEqual(80);
});

function place() {
  return { projectId, threadId, nowMs };
}

function whole() {
  return { projectId, endUserId: null, threadId: null };
}

function newThread(messages: number) {
  return {
    id: newThreadId(),
    nowMs,
    metadata: null,
    messages: Array.from({ length: messages }, () => userMessage()),
  };
}
