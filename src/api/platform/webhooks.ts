import { Hono } from "hono";
import type { Context } from "hono";
import * as z from "zod";

import { refuseWebhookUrl } from "../../adapters/webhook-records";
import { invalidBody } from "../../domain/failure";
import { newWebhookId } from "../../domain/ids";
import { WEBHOOK } from "../../limits";
import { redeliver } from "../../runs/client/run-client";
import { newWebhookSecret } from "../../runs/webhooks/signature";
import { databaseOf } from "../../store/sql/databases";
import { listDeliveries, renewDelivery } from "../../store/webhooks/webhook-deliveries";
import {
  createWebhook,
  deleteWebhook,
  listWebhooks,
  setWebhookEnabled,
} from "../../store/webhooks/webhooks";
import type { AppEnv } from "../shared/app-env";
import { operation, reply } from "../shared/operation";
import { fail, unwrap } from "../shared/reply/fail";
import {
  CreateWebhookBody,
  DeliveryWire,
  ListDeliveriesQuery,
  UpdateWebhookBody,
  WebhookWire,
  presentDelivery,
  presentWebhook,
} from "./webhook-wire";

const tag = "Webhooks";

export const webhooks = new Hono<AppEnv>()
  .post(
    "/webhooks",
    operation({
      id: "createWebhook",
      tag,
      summary: "Name an address that is told how runs end, and when they wait",
      description:
        "Each run that succeeds, fails, is cancelled, expires or requires action is posted to it as `{type, timestamp, data: {run}}`, signed as the Standard Webhooks specification says, and tried for 24 hours. An address that is down holds up nothing; `POST /api/sdk/webhooks/{webhook_id}` with `enabled` false ends what goes to it, `DELETE` for good.",
      access: "admin",
      retry: "never",
      body: CreateWebhookBody,
      reply: WebhookWire,
      failures: ["conflict"],
    }),
    async (c) => {
      const { url, events } = c.req.valid("json");
      refuseAddress(c, "url", url);
      const secret = newWebhookSecret(crypto.getRandomValues(new Uint8Array(WEBHOOK.secretBytes)));
      const made = {
        id: newWebhookId(),
        url: url ?? null,
        events: events ?? null,
        createdAtMs: Date.now(),
        disabledAtMs: null,
      };
      unwrap(
        await createWebhook(databaseOf(c.env, c.var.caller), c.var.caller.projectId, made, secret),
      );
      return reply(c, { ...presentWebhook(made), secret });
    },
  )
  .get(
    "/webhooks",
    operation({
      id: "listWebhooks",
      tag,
      summary: "List webhooks, the oldest first",
      description: "Without their secrets.",
      access: "admin",
      reply: z.strictObject({ list: z.array(WebhookWire) }),
    }),
    async (c) => {
      const list = await listWebhooks(databaseOf(c.env, c.var.caller), c.var.caller.projectId);
      return reply(c, { list: list.map(presentWebhook) });
    },
  )
  .get(
    "/webhooks/deliveries",
    operation({
      id: "listWebhookDeliveries",
      tag,
      summary: "List what was and is to be delivered, the newest first",
      description: "For 30 days, also those of a webhook that was deleted since.",
      access: "admin",
      query: ListDeliveriesQuery,
      reply: z.strictObject({ list: z.array(DeliveryWire) }),
    }),
    async (c) => {
      const { webhook_id: webhookId, run_id: runId, status, ...page } = c.req.valid("query");
      const filter = { webhookId, runId, status };
      const listed = await listDeliveries(
        databaseOf(c.env, c.var.caller),
        c.var.caller.projectId,
        page,
        filter,
      );
      return reply(c, { list: unwrap(listed).items.map(presentDelivery) });
    },
  )
  .post(
    "/webhooks/deliveries/:delivery_id/replay",
    operation({
      id: "replayWebhookDelivery",
      tag,
      summary: "Deliver once more, under the same id",
      access: "admin",
      reply: DeliveryWire,
      failures: ["conflict"],
    }),
    async (c) => {
      const { projectId } = c.var.caller;
      const deliveryId = c.req.param("delivery_id");
      const delivery = unwrap(
        await renewDelivery(databaseOf(c.env, c.var.caller), projectId, deliveryId, Date.now()),
      );
      const { runId, threadId } = delivery;
      await redeliver(
        c.env,
        { projectId, runId, threadId },
        { projectId, deliveryId, ownHost: new URL(c.req.url).host },
      );
      return reply(c, presentDelivery(delivery));
    },
  )
  .post(
    "/webhooks/:webhook_id",
    operation({
      id: "updateWebhook",
      tag,
      summary: "Disable a webhook, or enable it again",
      description:
        "What was to be delivered to it as it is disabled is given up; `…/replay` delivers it once it is enabled. Its address and its secret stay.",
      access: "admin",
      body: UpdateWebhookBody,
      reply: WebhookWire,
    }),
    async (c) => {
      const { projectId } = c.var.caller;
      const id = c.req.param("webhook_id");
      const { enabled } = c.req.valid("json");
      const change = { id, enabled, nowMs: Date.now() };
      const webhook = await setWebhookEnabled(databaseOf(c.env, c.var.caller), projectId, change);
      return reply(
        c,
        presentWebhook(webhook ?? fail({ kind: "not_found", entity: "webhook", id })),
      );
    },
  )
  .delete(
    "/webhooks/:webhook_id",
    operation({
      id: "deleteWebhook",
      tag,
      summary: "Delete a webhook",
      description: "What was to be delivered to it is not; what was stays listed for its 30 days.",
      access: "admin",
      reply: z.strictObject({ message: z.literal("deleted"), webhookId: z.string() }),
    }),
    async (c) => {
      const id = c.req.param("webhook_id");
      if (
        !(await deleteWebhook(
          databaseOf(c.env, c.var.caller),
          c.var.caller.projectId,
          id,
          Date.now(),
        ))
      ) {
        fail({ kind: "not_found", entity: "webhook", id });
      }
      return reply(c, { message: "deleted", webhookId: id });
    },
  );

/** The same rules as for `curl` actions, and before anything is done. */
function refuseAddress(c: Context<AppEnv>, field: string, url: string | undefined): void {
  const reason = url === undefined ? null : refuseWebhookUrl(c.env, url, new URL(c.req.url).host);
  if (reason !== null) {
    fail(invalidBody([field], `cannot be posted to: ${reason}`));
  }
}
