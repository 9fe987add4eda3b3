/** The store and the receivers, as the dispatcher of webhooks reaches them. */
import { ActionFailure } from "../domain/action-failure";
import { WEBHOOK } from "../limits";
import { checkAddress } from "../net/check-address";
import { CLOUDFLARE_CAUSES, wordCause } from "../net/connection-cause";
import { guardedFetch } from "../net/guarded-fetch";
import { log } from "../observability/log";
import { getRun } from "../store/runs/runs";
import { databaseOf } from "../store/sql/databases";
import {
  type DeliveryAttempt,
  type DueDelivery,
  fanOut,
  noteAttempt,
  readDueDelivery,
} from "../store/webhooks/webhook-deliveries";
import { outboundSettings } from "./outbound-settings";
import type { Posted, WebhookPorts } from "./webhook-ports";

type OutboundEnv = Parameters<typeof outboundSettings>[0];

/** Webhooks and their deliveries, as the store has them. */
export function webhooksOf(env: Env): WebhookPorts {
  return {
    fanOut: (announcement) => fanOut(databaseOf(env, announcement), announcement),
    async read(projectId, deliveryId) {
      const delivery = await readDueDelivery(databaseOf(env, { projectId }), projectId, deliveryId);
      if (delivery === null) {
        return null;
      }
      const scope = { projectId, endUserId: null, threadId: null };
      const run = await getRun(env, scope, { runId: delivery.runId });
      return run.ok ? { delivery, run: run.value } : null;
    },
    async note(projectId, delivery, attempt) {
      await noteAttempt(databaseOf(env, { projectId }), projectId, delivery.id, attempt);
      // One line for an address that is down; the delivery's record has the attempts between.
      const isLast = attempt.dueAtMs === null;
      if (attempt.deliveredAtMs === null && (delivery.attempts === 0 || isLast)) {
        log.warn(
          isLast
            ? "a webhook delivery was given up"
            : "a webhook delivery failed, and is tried again",
          describeFailure(projectId, delivery, attempt),
        );
      }
    },
    post: (request) => post(env, request),
  };
}

/** Why webhooks may not go to this address; null where they may. */
export function refuseWebhookUrl(env: OutboundEnv, url: string, ownHost: string): string | null {
  try {
    checkAddress(url, outboundSettings(env, ownHost));
    return null;
  } catch (error) {
    if (error instanceof ActionFailure) {
      return error.message;
    }
    throw error;
  }
}

/** The host alone: an address may hold a secret. */
function describeFailure(projectId: string, delivery: DueDelivery, attempt: DeliveryAttempt) {
  const { webhookId } = delivery;
  return {
    project_id: projectId,
    webhook_id: webhookId,
    delivery_id: delivery.id,
    host: URL.parse(delivery.url)?.host ?? null,
    reason: attempt.error ?? `it answered with status ${attempt.responseStatus}`,
    attempts: delivery.attempts + 1,
    next_attempt_at: attempt.dueAtMs === null ? null : new Date(attempt.dueAtMs).toISOString(),
    stop_by: webhookId === null ? null : `DELETE /api/sdk/webhooks/${webhookId}`,
  };
}

/** Redirects are not followed: a receiver that has moved is to be named anew. */
async function post(
  env: OutboundEnv,
  { url, headers, body, ownHost }: Parameters<WebhookPorts["post"]>[0],
): Promise<Posted> {
  try {
    const { status } = await guardedFetch(
      (...args) => fetch(...args),
      { url, method: "POST", headers, body },
      {
        ...outboundSettings(env, ownHost),
        timeoutMs: WEBHOOK.timeoutMs,
        maxBytes: WEBHOOK.responseMaxBytes,
        maxRedirects: 0,
      },
    );
    const cause = CLOUDFLARE_CAUSES.get(status);
    return cause === undefined
      ? { status }
      : { status, error: `Cloudflare says: ${wordCause(cause, new URL(url).host)}.` };
  } catch (error) {
    if (error instanceof ActionFailure) {
      return { error: error.message };
    }
    throw error;
  }
}
