/** Webhooks: addresses that are sent the events of a project's runs. */
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
  disabledAtMs: nullable(integer("disabled_at_ms")),
});

/** SQL that is true of a row of `webhooks` that is neither deleted nor disabled. */
export const isEnabled = (row: string) =>
  `${row}.deleted_at_ms IS NULL AND ${row}.disabled_at_ms IS NULL`;

/** Fails with `conflict` where the project has `WEBHOOK.maxPerProject` of them. */
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

/** The project's webhooks, the oldest first, without their secrets. */
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
 * Deletes a webhook with its secret, and says whether there was one. Its pending deliveries are given up; past
 * ones stay listed for `WEBHOOK.keepMs`. Webhooks that were deleted longer ago are removed with this call.
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
    givenUp: giveUp(db, projectId, id, "Its webhook was deleted."),
    forgotten: query(
      db,
      "DELETE FROM webhooks WHERE project_id = ?1 AND deleted_at_ms < ?2",
      projectId,
      nowMs - WEBHOOK.keepMs,
    ),
  });
  return deleted.length > 0;
}

/**
 * Disables or enables a webhook. Disabling gives its pending deliveries up; they can be delivered by hand once
 * it is enabled again. Null where there is no such webhook.
 */
export async function setWebhookEnabled(
  db: ProjectDatabase,
  projectId: string,
  { id, enabled, nowMs }: { id: string; enabled: boolean; nowMs: number },
): Promise<Webhook | null> {
  const { changed } = await runBatch(db, {
    changed: query<RowOf<typeof WEBHOOKS>>(
      db,
      `UPDATE webhooks SET disabled_at_ms = iif(?3, NULL, coalesce(disabled_at_ms, ?4))
       WHERE project_id = ?1 AND id = ?2 AND deleted_at_ms IS NULL RETURNING ${WEBHOOKS.columns}`,
      projectId,
      id,
      enabled ? 1 : 0,
      nowMs,
    ),
    givenUp: enabled ? null : giveUp(db, projectId, id, "Its webhook was disabled."),
  });
  const [row] = changed;
  return row === undefined ? null : WEBHOOKS.read(row);
}

/**
 * Ends the pending deliveries of a webhook.
 * @param why Is written before the error of the last attempt.
 */
function giveUp(db: ProjectDatabase, projectId: string, id: string, why: string) {
  return query(
    db,
    `UPDATE webhook_deliveries SET due_at_ms = NULL, error = rtrim(?3 || ' ' || coalesce(error, ''))
     WHERE project_id = ?1 AND webhook_id = ?2 AND due_at_ms IS NOT NULL`,
    projectId,
    id,
    why,
  );
}

/** Whether deliveries to addresses that run calls name can be signed. */
export async function hasSecretForRuns(db: ProjectDatabase, projectId: string): Promise<boolean> {
  const sql = `SELECT ${secretForRuns("?1")} AS has`;
  return (await firstRow(query<{ has: number }>(db, sql, projectId)))?.has === 1;
}

/** SQL that is true where the project has a secret for deliveries to addresses that run calls name. */
export function secretForRuns(projectId: string): string {
  return `EXISTS (SELECT 1 FROM webhooks w
    WHERE project_id = ${projectId} AND url IS NULL AND ${isEnabled("w")})`;
}
