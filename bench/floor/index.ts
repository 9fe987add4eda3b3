/**
 * The floor: bare Hono routes at Bobbin's own paths that do a request's plain SQL and nothing else.
 * No key, no validation, no presentation, no object: what is above it is Bobbin's price.
 */
import { Hono } from "hono";
import { streamSSE } from "hono/streaming";
import { nanoid } from "nanoid";

import { FILE } from "../../src/limits";

const app = new Hono<{ Bindings: { DB: D1Database; FILES: R2Bucket } }>();

/** As `scripts/local/demo-project.ts` seeds it; a Worker cannot import a script's file system. */
const PROJECT = "d0d0d0d0d0d0d0d0d0d0";
const LIST_ITEMS = 20;

const HISTORY_ITEMS = 10;
const ANSWER = { role: "assistant", content: "Hello" };

interface NewMessage {
  role: string;
  content: string;
}

interface RunBody {
  thread_id: string;
  inputs: { messages: NewMessage[] }[];
  stream?: boolean;
}

app.post("/api/sdk/threads", async (c) => {
  const { metadata } = await c.req.json<{ metadata?: object }>();
  const now = Date.now();
  const thread = await c.env.DB.prepare(
    `INSERT INTO threads (project_id, id, created_at_ms, updated_at_ms, metadata)
     VALUES (?, ?, ?, ?, ?) RETURNING id, created_at_ms, metadata`,
  )
    .bind(PROJECT, nanoid(), now, now, JSON.stringify(metadata ?? {}))
    .first();
  return c.json(thread);
});

app.get("/api/sdk/threads", async (c) => {
  const { results } = await c.env.DB.prepare(
    `SELECT id, created_at_ms, metadata FROM threads
     WHERE project_id = ? ORDER BY seq DESC LIMIT ?`,
  )
    .bind(PROJECT, LIST_ITEMS)
    .all();
  return c.json({ list: results });
});

app.post("/api/sdk/threads/:thread/messages", async (c) => {
  const { role, content } = await c.req.json<NewMessage>();
  const [inserted] = await c.env.DB.batch([
    insertMessage(c.env.DB, c.req.param("thread"), { role, content }),
    touchThread(c.env.DB, c.req.param("thread")),
  ]);
  return c.json(inserted?.results[0]);
});

app.get("/api/sdk/threads/:thread/messages", async (c) => {
  const { results } = await listMessages(c.env.DB, c.req.param("thread"), LIST_ITEMS).all();
  return c.json({ list: results });
});

app.get("/api/sdk/threads/:thread/messages/:message", async (c) => {
  const message = await c.env.DB.prepare(
    `SELECT id, role, content, file_ids, metadata, created_at_ms FROM messages
     WHERE project_id = ? AND thread_id = ? AND id = ?`,
  )
    .bind(PROJECT, c.req.param("thread"), c.req.param("message"))
    .first();
  return c.json(message);
});

app.post("/api/sdk/p/:project/a/:tool/r", async (c) => {
  const run = await c.req.json<RunBody>();
  const { DB: db } = c.env;
  const input = run.inputs[0]?.messages[0] ?? { role: "user", content: "" };
  await db.batch([
    db
      .prepare(
        "SELECT actions FROM tool_versions WHERE project_id = ? AND tool_id = ? AND version = 1",
      )
      .bind(PROJECT, c.req.param("tool")),
    insertMessage(db, run.thread_id, input),
    touchThread(db, run.thread_id),
  ]);
  await listMessages(db, run.thread_id, HISTORY_ITEMS).all();
  if (run.stream !== true) {
    await endRun(db, run.thread_id, c.req.param("tool"));
    return c.json({ run: { results: [[{ value: ANSWER, error: null }]] } });
  }
  return streamSSE(c, async (stream) => {
    await stream.writeSSE({ data: JSON.stringify({ type: "tokens", content: ANSWER }) });
    await endRun(db, run.thread_id, c.req.param("tool"));
    await stream.writeSSE({ data: JSON.stringify({ type: "final", content: null }) });
  });
});

/** The whole body as it comes, in the parts that Bobbin makes. */
app.post("/api/sdk/files", async (c) => {
  const fileId = crypto.randomUUID();
  const upload = await c.env.FILES.createMultipartUpload(fileId);
  const parts: R2UploadedPart[] = [];
  const reader = c.req.raw.body?.getReader({ mode: "byob" });
  let buffer = new Uint8Array(FILE.uploadPartBytes);
  for (;;) {
    const { value, done } = (await reader?.readAtLeast(FILE.uploadPartBytes, buffer)) ?? {
      done: true,
    };
    if (done || value === undefined) {
      break;
    }
    parts.push(await upload.uploadPart(parts.length + 1, value));
    buffer = new Uint8Array(value.buffer);
  }
  await upload.complete(parts);
  return c.json({ fileId });
});

app.get("/api/sdk/files/:file/content", async (c) => {
  const object = await c.env.FILES.get(c.req.param("file"));
  return new Response(object?.body);
});

function endRun(db: D1Database, thread: string, tool: string): Promise<D1Result[]> {
  return db.batch([
    db
      .prepare(
        `INSERT INTO runs (project_id, id, tool_id, tool_name, version, thread_id, status, config,
           outcome, created_at_ms) VALUES (?, ?, ?, 'chat', 1, ?, 'succeeded', '{}', '{}', ?)`,
      )
      .bind(PROJECT, nanoid(), tool, thread, Date.now()),
    insertMessage(db, thread, ANSWER),
    touchThread(db, thread),
  ]);
}

function insertMessage(db: D1Database, thread: string, message: NewMessage): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO messages (project_id, thread_id, n, id, role, content, created_at_ms)
       SELECT project_id, id, last_n + 1, ?3, ?4, ?5, ?6 FROM threads WHERE project_id = ?1 AND id = ?2
       RETURNING id, role, content, created_at_ms`,
    )
    .bind(PROJECT, thread, nanoid(), message.role, message.content, Date.now());
}

function touchThread(db: D1Database, thread: string): D1PreparedStatement {
  return db
    .prepare(
      "UPDATE threads SET updated_at_ms = ?, last_n = last_n + 1 WHERE project_id = ? AND id = ?",
    )
    .bind(Date.now(), PROJECT, thread);
}

function listMessages(db: D1Database, thread: string, limit: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT id, role, content, file_ids, metadata, created_at_ms FROM messages
       WHERE project_id = ? AND thread_id = ? ORDER BY n DESC LIMIT ?`,
    )
    .bind(PROJECT, thread, limit);
}

export default app;
