/** Where projects want to be told of their runs. */
import { type Outcome, failed, success } from "../../domain/failure";
import type { Webhook, WebhookEvent } from "../../domain/webhook";
import { WEBHOOK } from "../../limits";
import { allRows, firstRow, query, runBatch } from "../sql/batch";
import { toJsonColumn } from "../sql/rows";

interface WebhookRow {
  id: string;
  url: string | null;
  events: string | null;
  created_at_ms: number;
}

export async function createWebhook(
  db: D1Database,
  projectId: string,
  { id, url, events, createdAtMs }: Webhook,
  secret: string,
): Promise<Outcome<null>> {
  const { meta } = await db
    .prepare(
      `INSERT INTO webhooks (project_id, id, url, events, created_at_ms, secret)
       SELECT ?1, ?2, ?3, ?4, ?5, ?6
       WHERE (SELECT count(*) FROM webhooks WHERE project_id = ?1 AND deleted_at_ms IS NULL) < ?7`,
    )
    .bind(projectId, id, url, toJsonColumn(events), createdAtMs, secret, WEBHOOK.maxPerProject)
    .run();
  return meta.changes > 0
    ? success(null)
    : failed({
        kind: "conflict",
        message: `The project has ${WEBHOOK.maxPerProject} webhooks already.`,
      });
}

/** Oldest first; without their secrets. */
export async function listWebhooks(db: D1Database, projectId: string): Promise<Webhook[]> {
  const rows = await allRows<WebhookRow>(
    query(
      db,
      `SELECT id, url, events, created_at_ms FROM webhooks WHERE project_id = ? AND deleted_at_ms IS NULL
       ORDER BY created_at_ms, id`,
      projectId,
    ),
  );
  return rows.map(readWebhook);
}

/**
 * Whether there was one. Its secret is gone, nothing is delivered to it any more, and what was stays
 * listed for its time. Those deleted longer ago than that go for good.
 */
export async function deleteWebhook(
  db: D1Database,
  projectId: string,
  id: string,
  nowMs: number,
): Promise<boolean> {
  const [[deleted]] = await runBatch<[{ id: string }, never, never]>(db, [
    query(
      db,
      `UPDATE webhooks SET deleted_at_ms = ?3, secret = ''
       WHERE project_id = ?1 AND id = ?2 AND deleted_at_ms IS NULL RETURNING id`,
      projectId,
      id,
      nowMs,
    ),
    query(
      db,
      `UPDATE webhook_deliveries SET due_at_ms = NULL,
         error = rtrim('Its webhook was deleted. ' || coalesce(error, ''))
       WHERE project_id = ?1 AND webhook_id = ?2 AND due_at_ms IS NOT NULL`,
      projectId,
      id,
    ),
    query(
      db,
      "DELETE FROM webhooks WHERE project_id = ?1 AND deleted_at_ms < ?2",
      projectId,
      nowMs - WEBHOOK.keepMs,
    ),
  ]);
  return deleted !== undefined;
}

/** Whether what goes to addresses of run calls can be signed. */
export async function hasSecretForRuns(db: D1Database, projectId: string): Promise<boolean> {
  const sql =
    "SELECT 1 FROM webhooks WHERE project_id = ? AND url IS NULL AND deleted_at_ms IS NULL LIMIT 1";
  return (await firstRow(query(db, sql, projectId))) !== undefined;
}

function readWebhook(row: WebhookRow): Webhook {
  const events: WebhookEvent[] | null = row.events === null ? null : JSON.parse(row.events);
  return { id: row.id, url: row.url, events, createdAtMs: row.created_at_ms };
}
