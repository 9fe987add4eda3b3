/**
 * The floor: bare Hono routes at Bobbin's own paths that do a request's plain SQL and nothing else.
 * No key, no validation, no presentation, no object: what is above it is Bobbin's price.
 */
import { Hono } from "hono";
import { nanoid } from "nanoid";

const app = new Hono<{ Bindings: { DB: D1Database; FILES: R2Bucket } }>();

/** As `scripts/local/demo-project.ts` seeds it; a Worker cannot import a script's file system. */
const PROJECT = "d0d0d0d0d0d0d0d0d0d0";
const LIST_ITEMS = 20;

interface NewMessage {
  role: string;
  content: string;
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

function insertMessage(db: D1Database, thread: string, message: NewMessage): D1PreparedStatement {
  return db
    .prepare(
      `INSERT INTO messages (project_id, thread_id, id, role, content, created_at_ms)
       VALUES (?, ?, ?, ?, ?, ?) RETURNING id, role, content, created_at_ms`,
    )
    .bind(PROJECT, thread, nanoid(), message.role, message.content, Date.now());
}

function touchThread(db: D1Database, thread: string): D1PreparedStatement {
  return db
    .prepare("UPDATE threads SET updated_at_ms = ? WHERE project_id = ? AND id = ?")
    .bind(Date.now(), PROJECT, thread);
}

function listMessages(db: D1Database, thread: string, limit: number): D1PreparedStatement {
  return db
    .prepare(
      `SELECT id, role, content, file_ids, metadata, created_at_ms FROM messages
       WHERE project_id = ? AND thread_id = ? ORDER BY seq DESC LIMIT ?`,
    )
    .bind(PROJECT, thread, limit);
}

export default app;
