/** Where projects want to be told of their runs. */
import { type Outcome, failed, success } from "../../domain/failure";
import type { Webhook, WebhookEvent } from "../../domain/webhook";
import { WEBHOOK } from "../../limits";
import { allRows, firstRow, query, runBatch, runQuery } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { STRINGS } from "../sql/shapes";
import { type RowOf, integer, json, nullable, table, text } from "../sql/table";

const WEBHOOKS = table("webhooks", {
  id: text("id"),
  url: nullable(text("url")),
  events: nullable(json<readonly WebhookEvent[]>("events", STRINGS)),
  createdAtMs: integer("created_at_ms"),
});

export async function createWebhook(
  db: ProjectDatabase,
  projectId: string,
  webhook: Webhook,
  secret: string,
): Promise<Outcome<null>> {
  const changes = await runQuery(
    query(
      db,
      `INSERT INTO webhooks (project_id, secret, ${WEBHOOKS.insertColumns})
       SELECT ?1, ?2, ${WEBHOOKS.fromJson("?3")}
       WHERE (SELECT count(*) FROM webhooks WHERE project_id = ?1 AND deleted_at_ms IS NULL) < ?4`,
      projectId,
      secret,
      JSON.stringify(webhook),
      WEBHOOK.maxPerProject,
    ),
  );
  return changes > 0
    ? success(null)
    : failed({
        kind: "conflict",
        message: `The project has ${WEBHOOK.maxPerProject} webhooks already.`,
      });
}

/** Oldest first; without their secrets. */
export async function listWebhooks(db: ProjectDatabase, projectId: string): Promise<Webhook[]> {
  const rows = await allRows<RowOf<typeof WEBHOOKS>>(
    query(
      db,
      `SELECT ${WEBHOOKS.columns} FROM webhooks WHERE project_id = ? AND deleted_at_ms IS NULL
       ORDER BY created_at_ms, id`,
      projectId,
    ),
  );
  return rows.map(WEBHOOKS.read);
}

/**
 * Whether there was one. Its secret is gone, nothing is delivered to it any more, and what was stays
 * listed for its time. Those deleted longer ago than that go for good.
 */
export async function deleteWebhook(
  db: ProjectDatabase,
  projectId: string,
  id: string,
  nowMs: number,
): Promise<boolean> {
  const { deleted } = await runBatch(db, {
    deleted: query(
      db,
      `UPDATE webhooks SET deleted_at_ms = ?3, secret = ''
       WHERE project_id = ?1 AND id = ?2 AND deleted_at_ms IS NULL RETURNING id`,
      projectId,
      id,
      nowMs,
    ),
    givenUp: query(
      db,
      `UPDATE webhook_deliveries SET due_at_ms = NULL,
         error = rtrim('Its webhook was deleted. ' || coalesce(error, ''))
       WHERE project_id = ?1 AND webhook_id = ?2 AND due_at_ms IS NOT NULL`,
      projectId,
      id,
    ),
    forgotten: query(
      db,
      "DELETE FROM webhooks WHERE project_id = ?1 AND deleted_at_ms < ?2",
      projectId,
      nowMs - WEBHOOK.keepMs,
    ),
  });
  return deleted.length > 0;
}

/** Whether what goes to addresses of run calls can be signed. */
export async function hasSecretForRuns(db: ProjectDatabase, projectId: string): Promise<boolean> {
  const sql =
    "SELECT 1 FROM webhooks WHERE project_id = ? AND url IS NULL AND deleted_at_ms IS NULL LIMIT 1";
  return (await firstRow(query(db, sql, projectId))) !== undefined;
}
