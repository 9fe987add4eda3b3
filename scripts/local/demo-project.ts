/**
 * The project, key and tool that a local server starts with. They are written by the local commands
 * alone, straight into the local database: no migration and no part of the Worker knows them, so
 * none of it can reach a deployment.
 */
import { createHash } from "node:crypto";

export const DEMO = {
  projectId: "d0d0d0d0d0d0d0d0d0d0",
  key: "sk-dev",
  toolId: "c0ffee00000000000000",
} as const;

/** Answers from the thread's last messages, on the provider that needs no key. */
const CHAT_ACTIONS = [
  { name: "INPUT", type: "input" },
  { name: "HISTORY", type: "thread", config: { files: true } },
  {
    name: "MODEL_CALL",
    type: "chat",
    spec: { messages: "{{ HISTORY.messages }}" },
    config: { provider_id: "offline" },
  },
  { name: "OUTPUT", type: "output" },
];

/** Adds what is missing and leaves what is there, so that a restart keeps the user's own changes. */
export async function seedDemoProject(db: D1Database): Promise<void> {
  const now = Date.now();
  const hash = createHash("sha256").update(DEMO.key).digest("hex");
  await db.batch([
    db
      .prepare("INSERT OR IGNORE INTO projects (id, name, created_at_ms) VALUES (?, 'Demo', ?)")
      .bind(DEMO.projectId, now),
    db
      .prepare(
        `INSERT OR IGNORE INTO project_numbers (id, number)
         SELECT id, number FROM projects WHERE id = ?`,
      )
      .bind(DEMO.projectId),
    db
      .prepare(
        `INSERT OR IGNORE INTO api_keys (project_id, id, name, hash, hint, scopes, created_at_ms)
         VALUES (?, 'dev', 'Local development', ?, ?, ?, ?)`,
      )
      .bind(DEMO.projectId, hash, DEMO.key, JSON.stringify(["read", "write", "run", "admin"]), now),
    db
      .prepare(
        `INSERT OR IGNORE INTO tools (project_id, id, name, description, latest_version,
                                      live_version, default_version, created_at_ms, updated_at_ms)
         VALUES (?, ?, 'chat', 'Answers from the thread so far.', 1, 1, 'live', ?, ?)`,
      )
      .bind(DEMO.projectId, DEMO.toolId, now, now),
    db
      .prepare(
        `INSERT OR IGNORE INTO tool_versions (project_id, tool_id, version, actions, created_at_ms)
         VALUES (?, ?, 1, ?, ?)`,
      )
      .bind(DEMO.projectId, DEMO.toolId, JSON.stringify(CHAT_ACTIONS), now),
  ]);
}
