import type { Run } from "../domain/run";
import type { Announcement } from "../domain/webhook";
import type { DeliveryAttempt, DueDelivery } from "../store/webhooks/webhook-deliveries";

/** A delivery whose time has come, and the run as it is now. */
export interface Due {
  delivery: DueDelivery;
  run: Run;
}

/** The receiver's answer, or why there was none. */
export type Posted = { status: number; error?: string } | { error: string };

/** The way to the store and to the receivers. All but `post` may throw. */
export interface WebhookPorts {
  /** Ids of the deliveries to make. */
  fanOut(announcement: Announcement): Promise<string[]>;
  /** Null where there is nothing to deliver any more. */
  read(projectId: string, deliveryId: string): Promise<Due | null>;
  /** Keeps how it went, and logs the first and the last attempt that failed. */
  note(projectId: string, delivery: DueDelivery, attempt: DeliveryAttempt): Promise<void>;
  post(request: {
    url: string;
    headers: Record<string, string>;
    body: string;
    ownHost: string;
  }): Promise<Posted>;
}
