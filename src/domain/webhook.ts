/** Webhooks of a project, the events of runs that they are sent, and the state of each delivery. */
import type { PendingCall } from "./run";

/** What a webhook may be told of. */
export const WEBHOOK_EVENTS = [
  "run.succeeded",
  "run.failed",
  "run.cancelled",
  "run.expired",
  "run.requires_action",
] as const;
/** One of `WEBHOOK_EVENTS`. */
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** A webhook as its project sees it, without its secret. */
export interface Webhook {
  id: string;
  /** The address; null for the webhook whose secret signs deliveries to addresses that run calls name. */
  url: string | null;
  /** Types that are sent; null: all. */
  events: readonly WebhookEvent[] | null;
  createdAtMs: number;
  /** Since when nothing is sent, in Unix milliseconds; null while it is enabled. */
  disabledAtMs: number | null;
}

/** An event of a run that is sent to the project's webhooks. */
export interface Announcement {
  projectId: string;
  runId: string;
  type: WebhookEvent;
  atMs: number;
  /** The calls that the run waits for; null where it waits for none. */
  calls: PendingCall[] | null;
  /** The address that the run call named. */
  webhookUrl: string | null;
}

/** The states of a delivery. */
export const DELIVERY_STATUSES = ["pending", "delivered", "failed"] as const;
/** One of `DELIVERY_STATUSES`. */
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** The delivery of one announcement to one address. */
export interface Delivery {
  /** The id is the same in every attempt, so that a receiver can drop repeated ones. */
  id: string;
  webhookId: string | null;
  runId: string;
  threadId: string | null;
  type: WebhookEvent;
  url: string;
  status: DeliveryStatus;
  attempts: number;
  createdAtMs: number;
  dueAtMs: number | null;
  deliveredAtMs: number | null;
  /** The HTTP status that the last attempt was answered; null where there was no answer. */
  responseStatus: number | null;
  error: string | null;
}
