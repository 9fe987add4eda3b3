/** What is to be, and was, told to whom: one row an announcement and address. */
import { type Outcome, failed, success } from "../../domain/failure";
import type { Page, PageRequest } from "../../domain/page";
import type { PendingCall } from "../../domain/run";
import type { Announcement, Delivery, DeliveryStatus, WebhookEvent } from "../../domain/webhook";
import { WEBHOOK } from "../../limits";
import { firstRow, query, runBatch } from "../sql/batch";
import type { ProjectDatabase } from "../sql/databases";
import { listPage } from "../sql/pages";
import { OBJECTS, STRINGS } from "../sql/shapes";
import {
  type ItemOf,
  type RowOf,
  computed,
  integer,
  json,
  nullable,
  table,
  text,
} from "../sql/table";
import { isEnabled } from "./webhooks";

const STATUS = `CASE WHEN due_at_ms IS NOT NULL THEN 'pending'
  WHEN delivered_at_ms IS NOT NULL THEN 'delivered' ELSE 'failed' END`;

const DELIVERIES = table("webhook_deliveries", {
  id: text("id"),
  webhookId: nullable(text("webhook_id")),
  runId: text("run_id"),
  threadId: nullable(text("thread_id")),
  type: text<WebhookEvent>("type"),
  url: text("url"),
  status: computed(text<DeliveryStatus>("status"), STATUS),
  attempts: integer("attempts"),
  createdAtMs: integer("created_at_ms"),
  dueAtMs: nullable(integer("due_at_ms")),
  deliveredAtMs: nullable(integer("delivered_at_ms")),
  responseStatus: nullable(integer("response_status")),
  error: nullable(text("error")),
});

type DeliveryRow = RowOf<typeof DELIVERIES>;

/** What an attempt needs of a delivery, over rows of `webhook_deliveries d`. */
const DUE_DELIVERIES = table("webhook_deliveries", {
  ...DELIVERIES.pick("id", "webhookId", "runId", "type", "url", "attempts", "createdAtMs").fields,
  calls: nullable(json<PendingCall[]>("calls", OBJECTS)),
  retryUntilMs: integer("retry_until_ms"),
  /** `whsec_…`: each of them signs. */
  secrets: computed(
    json<string[]>("secrets", STRINGS),
    `(SELECT json_group_array(w.secret) FROM webhooks w WHERE w.project_id = d.project_id
      AND ${isEnabled("w")}
      AND (w.id = d.webhook_id OR (d.webhook_id IS NULL AND w.url IS NULL)))`,
  ),
});

/** A delivery with all that its attempt needs. */
export type DueDelivery = ItemOf<typeof DUE_DELIVERIES>;

const INSERT = `INSERT INTO webhook_deliveries (project_id, id, webhook_id, run_id, thread_id, type,
    occasion, url, calls, created_at_ms, retry_until_ms, due_at_ms)
  SELECT ?1, 'msg_' || lower(hex(randomblob(16))), w.id, r.id, r.thread_id, ?3, ?4, w.url, ?5, ?6, ?7, ?6`;

/**
 * Makes a delivery for every address that wants to hear of it; repeated, it makes none twice. A run
 * that was deleted with its thread is announced to nobody.
 * @returns Ids of the announcement's deliveries that are still due.
 */
export async function fanOut(
  db: ProjectDatabase,
  { projectId, runId, type, atMs, calls, webhookUrl }: Announcement,
): Promise<string[]> {
  const occasion = `${type}/${atMs}`;
  const common = [
    projectId,
    runId,
    type,
    occasion,
    DUE_DELIVERIES.fields.calls.write(calls),
    atMs,
    atMs + WEBHOOK.retryForMs,
  ] as const;
  const { due } = await runBatch(db, {
    toWebhooks: query(
      db,
      `${INSERT} FROM webhooks w JOIN runs r ON r.project_id = ?1 AND r.id = ?2
       WHERE w.project_id = ?1 AND w.url IS NOT NULL AND ${isEnabled("w")}
         AND (w.events IS NULL OR ?3 IN (SELECT value FROM json_each(w.events)))
       ON CONFLICT DO NOTHING`,
      ...common,
    ),
    toAddress:
      webhookUrl === null
        ? null
        : query(
            db,
            `${INSERT} FROM (SELECT NULL AS id, ?8 AS url) w
           JOIN runs r ON r.project_id = ?1 AND r.id = ?2 WHERE true ON CONFLICT DO NOTHING`,
            ...common,
            webhookUrl,
          ),
    forgotten: query(
      db,
      `DELETE FROM webhook_deliveries WHERE created_at_ms < ?2 AND seq IN (
         SELECT seq FROM webhook_deliveries WHERE project_id = ?1 ORDER BY seq LIMIT ?3)`,
      projectId,
      atMs - WEBHOOK.keepMs,
      WEBHOOK.forgetAtOnce,
    ),
    due: query<{ id: string }>(
      db,
      `SELECT id FROM webhook_deliveries WHERE project_id = ?1 AND run_id = ?2 AND occasion = ?3
         AND due_at_ms IS NOT NULL`,
      projectId,
      runId,
      occasion,
    ),
  });
  return due.map(({ id }) => id);
}

/** Null where there is nothing to deliver any more. */
export async function readDueDelivery(
  db: ProjectDatabase,
  projectId: string,
  id: string,
): Promise<DueDelivery | null> {
  const row = await firstRow<RowOf<typeof DUE_DELIVERIES>>(
    query(
      db,
      `SELECT ${DUE_DELIVERIES.columns} FROM webhook_deliveries d
       WHERE project_id = ? AND id = ? AND due_at_ms IS NOT NULL`,
      projectId,
      id,
    ),
  );
  return row === undefined ? null : DUE_DELIVERIES.read(row);
}

/** How an attempt went. */
export interface DeliveryAttempt {
  /** When to try again; null where it was the last. */
  dueAtMs: number | null;
  deliveredAtMs: number | null;
  responseStatus: number | null;
  error: string | null;
}

/** An attempt that was under way when its webhook was deleted is the last. */
export async function noteAttempt(
  db: ProjectDatabase,
  projectId: string,
  id: string,
  { dueAtMs, deliveredAtMs, responseStatus, error }: DeliveryAttempt,
): Promise<void> {
  await query(
    db,
    `UPDATE webhook_deliveries SET attempts = attempts + 1,
       due_at_ms = iif(due_at_ms IS NULL, NULL, ?3), delivered_at_ms = ?4,
       response_status = ?5, error = ?6 WHERE project_id = ?1 AND id = ?2`,
    projectId,
    id,
    dueAtMs,
    deliveredAtMs,
    responseStatus,
    error,
  ).statement.run();
}

export interface DeliveryFilter {
  webhookId?: string | undefined;
  runId?: string | undefined;
  status?: DeliveryStatus | undefined;
}

/** A page of the project's deliveries that pass the filter. */
export function listDeliveries(
  db: ProjectDatabase,
  projectId: string,
  page: PageRequest,
  { webhookId, runId, status }: DeliveryFilter,
): Promise<Outcome<Page<Delivery>>> {
  return listPage(
    db,
    {
      table: "webhook_deliveries",
      columns: DELIVERIES.columns,
      within: "project_id = ?1",
      filter: `(?2 IS NULL OR webhook_id = ?2) AND (?3 IS NULL OR run_id = ?3)
        AND (?4 IS NULL OR ?4 = ${STATUS})`,
      bindings: [projectId, webhookId ?? null, runId ?? null, status ?? null],
      read: DELIVERIES.read,
    },
    page,
  );
}

/**
 * Makes the delivery due once more, under the same id, with the whole of its time before it. One whose
 * webhook is deleted or disabled is `conflict`.
 */
export async function renewDelivery(
  db: ProjectDatabase,
  projectId: string,
  id: string,
  nowMs: number,
): Promise<Outcome<Delivery>> {
  const { renewed, existing } = await runBatch(db, {
    renewed: query<DeliveryRow>(
      db,
      `UPDATE webhook_deliveries SET attempts = 0, due_at_ms = ?3, retry_until_ms = ?4,
         delivered_at_ms = NULL, response_status = NULL, error = NULL
       WHERE project_id = ?1 AND id = ?2 AND NOT EXISTS (SELECT 1 FROM webhooks w
         WHERE w.project_id = ?1 AND w.id = webhook_id AND NOT (${isEnabled("w")}))
       RETURNING ${DELIVERIES.columns}`,
      projectId,
      id,
      nowMs,
      nowMs + WEBHOOK.retryForMs,
    ),
    existing: query(
      db,
      "SELECT id FROM webhook_deliveries WHERE project_id = ? AND id = ?",
      projectId,
      id,
    ),
  });
  const [row] = renewed;
  if (row !== undefined) {
    return success(DELIVERIES.read(row));
  }
  return existing.length === 0
    ? failed({ kind: "not_found", entity: "webhook_delivery", id })
    : failed({
        kind: "conflict",
        message: "Its webhook is deleted, and its secret with it, or disabled: enable it first.",
      });
}
