/** Calls again where the platform broke the way to an object. */
import { RETRY } from "../../limits";

/**
 * Whether a call may be made again, with a fresh stub: the platform says so, or says that the object
 * was reset under the call. Never where it says that the object has too much to do.
 */
export function mayRetry(error: unknown): boolean {
  return (
    error instanceof Error &&
    !hasFlag(error, "overloaded") &&
    (hasFlag(error, "retryable") || hasFlag(error, "durableObjectReset"))
  );
}

/** Whether the object cannot be had at the moment, for no fault of the call. */
export function isPassing(error: unknown): boolean {
  return error instanceof Error && (hasFlag(error, "overloaded") || mayRetry(error));
}

function hasFlag(error: Error, name: string): boolean {
  return Reflect.get(error, name) === true;
}

/** Makes an idempotent call, and makes it again while `mayRetry` and the tries last. */
export async function retrying<T>(call: () => Promise<T>): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await call();
    } catch (error) {
      if (!mayRetry(error) || tries >= RETRY.maxTries) {
        throw error;
      }
    }
    await pause(tries);
  }
}

/** Full jitter, so that many callers of one broken object do not come back all at once. */
export function pause(tries: number): Promise<void> {
  const maxMs = Math.min(RETRY.firstDelayMs * 2 ** (tries - 1), RETRY.maxDelayMs);
  return new Promise((resolve) => {
    setTimeout(resolve, Math.random() * maxMs);
  });
}
