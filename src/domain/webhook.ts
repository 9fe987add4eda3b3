/** What a project is told about its runs, and how far the telling has come. */
import type { PendingCall } from "./run";

export const WEBHOOK_EVENTS = [
  "run.succeeded",
  "run.failed",
  "run.cancelled",
  "run.expired",
  "run.requires_action",
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

export interface Webhook {
  id: string;
  /** Null: it signs what goes to the addresses that run calls name. */
  url: string | null;
  /** Null: all. */
  events: readonly WebhookEvent[] | null;
  createdAtMs: number;
  /** Nothing is told to it since then; null where it is enabled. */
  disabledAtMs: number | null;
}

/** A moment of a run of which its project is told. */
export interface Announcement {
  projectId: string;
  runId: string;
  type: WebhookEvent;
  atMs: number;
  /** What the run waits for, where it does. */
  calls: PendingCall[] | null;
  /** The address that the run call named. */
  webhookUrl: string | null;
}

export const DELIVERY_STATUSES = ["pending", "delivered", "failed"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** One announcement to one address. */
export interface Delivery {
  /** The same in every attempt, so that a receiver knows what it has had. */
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
  /** Of the last attempt. */
  responseStatus: number | null;
  error: string | null;
}
