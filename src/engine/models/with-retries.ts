/** Repeats a call whose failure may pass, after pauses that grow, are jittered and honour `Retry-After`. */
import type { CellMeta } from "../../domain/run";
import { MODEL } from "../../limits";
import { ProviderFailure } from "./provider-failure";
import type { Clock } from "./within-bounds";

export type Retry = NonNullable<CellMeta["retries"]>[number];

export interface RetryOptions {
  clock: Clock;
  signal: AbortSignal;
  /** Called for each call that failed and is followed by another. */
  onRetry(retry: Retry): void;
  /** A number from 0 to under 1; `Math.random` by default. */
  random?: (() => number) | undefined;
}

/**
 * Calls `ask` with the number of the call, from 1, and repeats it up to `MODEL.maxRetries` times. Throws what
 * the last call has thrown.
 */
export async function withRetries<T>(
  options: RetryOptions,
  ask: (number: number) => Promise<T>,
): Promise<T> {
  const { clock, signal, random = Math.random } = options;
  for (let number = 1; ; number += 1) {
    try {
      return await ask(number);
    } catch (error) {
      if (!(error instanceof ProviderFailure) || !error.retryable || number > MODEL.maxRetries) {
        throw error;
      }
      const askedMs = error.retryAfterMs ?? 0;
      if (askedMs > MODEL.retryMaxMs) {
        throw error;
      }
      // Full jitter, so that the runs that failed together do not come back together.
      const jitterMs = Math.round(random() * MODEL.retryBaseMs * 2 ** (number - 1));
      const delayMs = askedMs + jitterMs;
      options.onRetry({ code: error.code, message: error.message, delayMs });
      await clock.sleep(delayMs, signal);
    }
  }
}
