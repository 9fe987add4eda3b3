/** The store and the receivers, as the herald reaches them. */
import { ActionFailure } from "../domain/action-failure";
import type { Run } from "../domain/run";
import { WEBHOOK } from "../limits";
import { checkAddress } from "../net/check-address";
import { guardedFetch } from "../net/guarded-fetch";
import type { Posted } from "../runs/webhooks/attempt";
import type { WebhookPorts } from "../runs/webhooks/ports";
import { getRun } from "../store/runs/runs";
import { fanOut, noteAttempt, readDueDelivery } from "../store/webhooks/webhook-deliveries";
import { outboundSettings } from "./outbound-settings";

type OutboundEnv = Parameters<typeof outboundSettings>[0];

export function webhooksOf(env: Env, present: (run: Run) => object): WebhookPorts {
  const { DB: db } = env;
  return {
    fanOut: (announcement) => fanOut(db, announcement),
    async read(projectId, deliveryId) {
      const delivery = await readDueDelivery(db, projectId, deliveryId);
      if (delivery === null) {
        return null;
      }
      const reach = { projectId, endUserId: null, threadId: null };
      const run = await getRun(env, reach, { runId: delivery.runId });
      return run.ok ? { delivery, run: run.value } : null;
    },
    note: (projectId, deliveryId, attempt) => noteAttempt(db, projectId, deliveryId, attempt),
    post: (request) => post(env, request),
    present,
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
    return { status };
  } catch (error) {
    if (error instanceof ActionFailure) {
      return { error: error.message };
    }
    throw error;
  }
}
