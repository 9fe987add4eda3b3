/** The same rows for both sides: a project of many threads, one of them short and one long. */
import { DEMO } from "../scripts/local/demo-project.ts";

export const THREADS = 10_000;
export const LONG = { id: "long", messages: 10_000 };
export const SHORT = { id: "short", messages: 100 };

export async function seed(db: D1Database): Promise<void> {
  await db.batch([
    db.prepare(`${upTo(THREADS)} INSERT INTO threads (project_id, id, created_at_ms, updated_at_ms)
      SELECT '${DEMO.projectId}', 'thread-' || n, n, n FROM numbers`),
    ...[SHORT, LONG].flatMap(({ id, messages }) => [
      db.prepare(`INSERT INTO threads (project_id, id, created_at_ms, updated_at_ms, last_n)
        VALUES ('${DEMO.projectId}', '${id}', 1, 1, ${messages})`),
      db.prepare(`${upTo(messages)} INSERT INTO messages
        (project_id, thread_id, n, id, role, content, created_at_ms)
        SELECT '${DEMO.projectId}', '${id}', n, '${id}-' || n, 'user',
          'Message number ' || n || ', as long as people write them.', n FROM numbers`),
    ]),
  ]);
}

function upTo(count: number): string {
  return `WITH RECURSIVE numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${count})`;
}
