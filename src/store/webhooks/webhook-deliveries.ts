/** What is to be, and was, told to whom: one row an announcement and address. */
import { type Outcome, failed, success } from "../../domain/failure";
import type { Page, PageRequest } from "../../domain/page";
import type { PendingCall } from "../../domain/run";
import type { Announcement, Delivery, DeliveryStatus, WebhookEvent } from "../../domain/webhook";
import { WEBHOOK } from "../../limits";
import { firstRow, query, runBatch } from "../sql/batch";
import { listPage } from "../sql/pages";
import { toJsonColumn } from "../sql/rows";

const COLUMNS = `seq, id, webhook_id, run_id, thread_id, type, url, created_at_ms, attempts, due_at_ms,
  delivered_at_ms, response_status, error`;

interface DeliveryRow {
  id: string;
  webhook_id: string | null;
  run_id: string;
  thread_id: string | null;
  type: WebhookEvent;
  url: string;
  created_at_ms: number;
  attempts: number;
  due_at_ms: number | null;
  delivered_at_ms: number | null;
  response_status: number | null;
  error: string | null;
}

const INSERT = `INSERT INTO webhook_deliveries (project_id, id, webhook_id, run_id, thread_id, type,
    occasion, url, calls, created_at_ms, retry_until_ms, due_at_ms)
  SELECT ?1, 'msg_' || lower(hex(randomblob(16))), w.id, r.id, r.thread_id, ?3, ?4, w.url, ?5, ?6, ?7, ?6`;

/**
 * Makes a delivery for every address that wants to hear of it; repeated, it makes none twice. A run
 * that was deleted with its thread is announced to nobody.
 * @returns Ids of the announcement's deliveries that are still due.
 */
export async function fanOut(
  db: D1Database,
  { projectId, runId, type, atMs, calls, webhookUrl }: Announcement,
): Promise<string[]> {
  const occasion = `${type}/${atMs}`;
  const common = [
    projectId,
    runId,
    type,
    occasion,
    toJsonColumn(calls),
    atMs,
    atMs + WEBHOOK.retryForMs,
  ] as const;
  const [, , , due] = await runBatch<[never, never, never, { id: string }]>(db, [
    query(
      db,
      `${INSERT} FROM webhooks w JOIN runs r ON r.project_id = ?1 AND r.id = ?2
       WHERE w.project_id = ?1 AND w.url IS NOT NULL AND w.deleted_at_ms IS NULL
         AND (w.events IS NULL OR ?3 IN (SELECT value FROM json_each(w.events)))
       ON CONFLICT DO NOTHING`,
      ...common,
    ),
    webhookUrl === null
      ? null
      : query(
          db,
          `${INSERT} FROM (SELECT NULL AS id, ?8 AS url) w
           JOIN runs r ON r.project_id = ?1 AND r.id = ?2 WHERE true ON CONFLICT DO NOTHING`,
          ...common,
          webhookUrl,
        ),
    query(
      db,
      `DELETE FROM webhook_deliveries WHERE created_at_ms < ?2 AND seq IN (
         SELECT seq FROM webhook_deliveries WHERE project_id = ?1 ORDER BY seq LIMIT ?3)`,
      projectId,
      atMs - WEBHOOK.keepMs,
      WEBHOOK.forgetAtOnce,
    ),
    query(
      db,
      `SELECT id FROM webhook_deliveries WHERE project_id = ?1 AND run_id = ?2 AND occasion = ?3
         AND due_at_ms IS NOT NULL`,
      projectId,
      runId,
      occasion,
    ),
  ]);
  return due.map(({ id }) => id);
}

export interface DueDelivery {
  id: string;
  webhookId: string | null;
  runId: string;
  type: WebhookEvent;
  url: string;
  calls: PendingCall[] | null;
  attempts: number;
  createdAtMs: number;
  retryUntilMs: number;
  /** `whsec_…`: each of them signs. */
  secrets: string[];
}

/** Null where there is nothing to deliver any more. */
export async function readDueDelivery(
  db: D1Database,
  projectId: string,
  id: string,
): Promise<DueDelivery | null> {
  const row = await firstRow<
    DeliveryRow & { calls: string | null; retry_until_ms: number; secrets: string }
  >(
    query(
      db,
      `SELECT ${COLUMNS}, calls, retry_until_ms, (
         SELECT json_group_array(w.secret) FROM webhooks w WHERE w.project_id = d.project_id
           AND w.deleted_at_ms IS NULL AND (w.id = d.webhook_id OR (d.webhook_id IS NULL AND w.url IS NULL))) AS secrets
       FROM webhook_deliveries d WHERE project_id = ? AND id = ? AND due_at_ms IS NOT NULL`,
      projectId,
      id,
    ),
  );
  if (row === undefined) {
    return null;
  }
  const calls: PendingCall[] | null = row.calls === null ? null : JSON.parse(row.calls);
  const secrets: string[] = JSON.parse(row.secrets);
  return {
    id: row.id,
    webhookId: row.webhook_id,
    runId: row.run_id,
    type: row.type,
    url: row.url,
    calls,
    attempts: row.attempts,
    createdAtMs: row.created_at_ms,
    retryUntilMs: row.retry_until_ms,
    secrets,
  };
}

/** How an attempt went. */
export interface Attempt {
  /** When to try again; null where it was the last. */
  dueAtMs: number | null;
  deliveredAtMs: number | null;
  responseStatus: number | null;
  error: string | null;
}

/** An attempt that was under way when its webhook was deleted is the last. */
export async function noteAttempt(
  db: D1Database,
  projectId: string,
  id: string,
  { dueAtMs, deliveredAtMs, responseStatus, error }: Attempt,
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

export function listDeliveries(
  db: D1Database,
  projectId: string,
  page: PageRequest,
  { webhookId, runId, status }: DeliveryFilter,
): Promise<Outcome<Page<Delivery>>> {
  return listPage(
    db,
    {
      table: "webhook_deliveries",
      columns: COLUMNS,
      within: "project_id = ?1",
      filter: `(?2 IS NULL OR webhook_id = ?2) AND (?3 IS NULL OR run_id = ?3)
        AND (?4 IS NULL OR ?4 = CASE WHEN due_at_ms IS NOT NULL THEN 'pending'
          WHEN delivered_at_ms IS NOT NULL THEN 'delivered' ELSE 'failed' END)`,
      bindings: [projectId, webhookId ?? null, runId ?? null, status ?? null],
      read: readDelivery,
    },
    page,
  );
}

/**
 * Makes the delivery due once more, under the same id, with the whole of its time before it. One whose
 * webhook is deleted is `conflict`.
 */
export async function renewDelivery(
  db: D1Database,
  projectId: string,
  id: string,
  nowMs: number,
): Promise<Outcome<Delivery>> {
  const [[renewed], [existing]] = await runBatch<[DeliveryRow, { id: string }]>(db, [
    query(
      db,
      `UPDATE webhook_deliveries SET attempts = 0, due_at_ms = ?3, retry_until_ms = ?4,
         delivered_at_ms = NULL, response_status = NULL, error = NULL
       WHERE project_id = ?1 AND id = ?2 AND NOT EXISTS (SELECT 1 FROM webhooks w
         WHERE w.project_id = ?1 AND w.id = webhook_id AND w.deleted_at_ms IS NOT NULL)
       RETURNING ${COLUMNS}`,
      projectId,
      id,
      nowMs,
      nowMs + WEBHOOK.retryForMs,
    ),
    query(db, "SELECT id FROM webhook_deliveries WHERE project_id = ? AND id = ?", projectId, id),
  ]);
  if (renewed !== undefined) {
    return success(readDelivery(renewed));
  }
  return existing === undefined
    ? failed({ kind: "not_found", entity: "webhook_delivery", id })
    : failed({
        kind: "conflict",
        message: "Its webhook is deleted: there is no secret to sign with.",
      });
}

function readDelivery(row: DeliveryRow): Delivery {
  return {
    id: row.id,
    webhookId: row.webhook_id,
    runId: row.run_id,
    threadId: row.thread_id,
    type: row.type,
    url: row.url,
    status: statusOf(row),
    attempts: row.attempts,
    createdAtMs: row.created_at_ms,
    dueAtMs: row.due_at_ms,
    deliveredAtMs: row.delivered_at_ms,
    responseStatus: row.response_status,
    error: row.error,
  };
}

function statusOf({ due_at_ms: dueAtMs, delivered_at_ms: deliveredAtMs }: DeliveryRow) {
  if (dueAtMs !== null) {
    return "pending";
  }
  return deliveredAtMs === null ? "failed" : "delivered";
}
