/** What an attempt at a delivery came to, and when the next one is. */
import type { Posted } from "../../adapters/webhook-ports";
import { cutText } from "../../domain/text";
import { WEBHOOK } from "../../limits";
import type { DeliveryAttempt, DueDelivery } from "../../store/webhooks/webhook-deliveries";

/** The receiver says that it is gone for good. */
const GONE = 410;

export function settleAttempt(
  posted: Posted,
  { attempts, retryUntilMs }: Pick<DueDelivery, "attempts" | "retryUntilMs">,
  nowMs: number,
): DeliveryAttempt {
  const status = "status" in posted ? posted.status : null;
  if (status !== null && status >= 200 && status < 300) {
    return { dueAtMs: null, deliveredAtMs: nowMs, responseStatus: status, error: null };
  }
  const nextAtMs = nowMs + retryDelayMs(attempts + 1);
  const isLast = status === GONE || nextAtMs > retryUntilMs;
  return {
    dueAtMs: isLast ? null : nextAtMs,
    deliveredAtMs: null,
    responseStatus: status,
    error: posted.error === undefined ? null : cutText(posted.error, WEBHOOK.errorMaxChars),
  };
}

/** Between attempt `n`, counted from 1, and the next. */
function retryDelayMs(n: number): number {
  return Math.min(WEBHOOK.retryBaseMs * WEBHOOK.retryFactor ** (n - 1), WEBHOOK.retryMaxMs);
}
