/** Webhooks, their deliveries and what they say, as this dialect reads and writes them. */
import * as z from "zod";

import type { Run } from "../../domain/run";
import {
  DELIVERY_STATUSES,
  type Delivery,
  WEBHOOK_EVENTS,
  type Webhook,
} from "../../domain/webhook";
import { ACTION, WEBHOOK } from "../../limits";
import { presentCalls, presentEndUser, presentRun, presentSummary } from "../rebyte/run-wire";
import { toSeconds, toSecondsOrNull } from "../shared/reply/seconds";
import { pageFields } from "../shared/request/fields";

export const CreateWebhookBody = z
  .strictObject({
    url: z
      .string()
      .min(1)
      .max(ACTION.urlMaxChars)
      .optional()
      .describe(
        "Where to post. Absent: the secret signs what goes to the `webhook_url` of run calls.",
      ),
    events: z
      .array(z.enum(WEBHOOK_EVENTS))
      .max(WEBHOOK_EVENTS.length)
      .min(1)
      .optional()
      .describe("What to post; all by default."),
  })
  .refine(({ url, events }) => url !== undefined || events === undefined, {
    message: "goes with a url only",
    path: ["events"],
  })
  .meta({ id: "CreateWebhook", example: { url: "https://example.com/hooks/bobbin" } });

export const UpdateWebhookBody = z
  .strictObject({
    enabled: z.boolean().describe("False: nothing is told to it, until it is enabled again."),
  })
  .meta({ id: "UpdateWebhook", example: { enabled: false } });

export const ListDeliveriesQuery = z.strictObject({
  ...pageFields(),
  webhook_id: z.string().optional(),
  run_id: z.string().optional(),
  status: z.enum(DELIVERY_STATUSES).optional(),
});

export const WebhookWire = z
  .strictObject({
    id: z.string(),
    url: z.string().nullable().describe("Null: for the `webhook_url` of run calls."),
    events: z.array(z.enum(WEBHOOK_EVENTS)),
    enabled: z.boolean(),
    created_at: z.int().describe("Unix seconds."),
    secret: z.string().optional().describe("`whsec_…`, shown once, when it is made."),
  })
  .meta({ id: "Webhook" });

export const DeliveryWire = z
  .strictObject({
    id: z.string().describe("The `webhook-id` header of every attempt."),
    webhook_id: z.string().nullable().describe("Null where the run call named the address."),
    run_id: z.string(),
    thread_id: z.string().optional(),
    type: z.enum(WEBHOOK_EVENTS),
    url: z.string(),
    status: z.enum(DELIVERY_STATUSES),
    attempts: z.int(),
    created_at: z.int().describe("Unix seconds."),
    next_attempt_at: z.int().nullable().describe("Unix seconds; null unless pending."),
    delivered_at: z.int().nullable().describe("Unix seconds."),
    response_status: z.int().nullable().describe("Of the last attempt."),
    error: z
      .string()
      .nullable()
      .describe(
        "Why the last attempt had no answer: DNS, a refused connection, TLS, a time-out. Of a webhook that is down for good: `DELETE /api/sdk/webhooks/{webhook_id}`.",
      ),
  })
  .meta({ id: "WebhookDelivery" });

export function presentWebhook({ id, url, events, createdAtMs, disabledAtMs }: Webhook) {
  return {
    id,
    url,
    events: url === null ? [] : [...(events ?? WEBHOOK_EVENTS)],
    enabled: disabledAtMs === null,
    created_at: toSeconds(createdAtMs),
  };
}

export function presentDelivery(delivery: Delivery): z.output<typeof DeliveryWire> {
  const { dueAtMs, deliveredAtMs } = delivery;
  return {
    id: delivery.id,
    webhook_id: delivery.webhookId,
    run_id: delivery.runId,
    ...(delivery.threadId === null ? {} : { thread_id: delivery.threadId }),
    type: delivery.type,
    url: delivery.url,
    status: delivery.status,
    attempts: delivery.attempts,
    created_at: toSeconds(delivery.createdAtMs),
    next_attempt_at: toSecondsOrNull(dueAtMs),
    delivered_at: toSecondsOrNull(deliveredAtMs),
    response_status: delivery.responseStatus,
    error: delivery.error,
  };
}

/** A run as a webhook shows it: as a list does, with its results where they are short. */
export function presentWebhookRun(run: Run): object {
  const { results, usage } = presentRun({ ...run, traces: [] });
  const isShort = JSON.stringify(results).length <= WEBHOOK.resultsMaxChars;
  return {
    ...presentSummary(run),
    ...presentEndUser(run),
    ...(isShort ? { results } : {}),
    ...(usage === undefined ? {} : { usage }),
    ...(run.pendingCalls.length === 0
      ? {}
      : { required_action: { calls: presentCalls(run.pendingCalls) } }),
  };
}
