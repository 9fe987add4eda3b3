/**
 * The time bounds of one call. A provider that never answers, falls silent or trickles ends in a
 * failure that says so, whether or not it heeds the signal it was given.
 */
import { ProviderFailure } from "./provider-failure";

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after the delay, or rejects when the signal aborts. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
}

/** Milliseconds. */
export interface Bounds {
  /** The call as a whole. */
  totalMs: number;
  /** Where the call shows signs of work: until the first, and from each to the next. */
  firstSignMs?: number;
  silenceMs?: number;
}

/** What a call is given: it stops at the signal and reports each sign of work. */
export interface BoundedCall {
  signal: AbortSignal;
  onProgress: () => void;
}

/**
 * Throws ProviderFailure `provider_timeout` at the first bound passed, or the reason of `signal`.
 * When it settles, the call's signal is aborted and the provider's connection with it.
 */
export async function withinBounds<T>(
  providerId: string,
  bounds: Bounds,
  clock: Clock,
  signal: AbortSignal,
  run: (providerCall: BoundedCall) => Promise<T>,
): Promise<T> {
  signal.throwIfAborted();
  const settled = new AbortController();
  const callSignal = AbortSignal.any([signal, settled.signal]);
  const startedAtMs = clock.now();
  let lastSignAtMs: number | null = null;

  const watch = async (): Promise<never> => {
    for (;;) {
      const due = nextBound(bounds, startedAtMs, lastSignAtMs);
      const restMs = due.atMs - clock.now();
      if (restMs <= 0) {
        throw new ProviderFailure("provider_timeout", `${providerId} ${due.what}.`);
      }
      // The first sign may come during this sleep and set a bound before its end.
      await clock.sleep(Math.min(restMs, bounds.silenceMs ?? restMs), callSignal);
    }
  };
  try {
    const work = run({
      signal: callSignal,
      onProgress: () => {
        lastSignAtMs = clock.now();
      },
    });
    return await Promise.race([work, watch()]);
  } catch (error) {
    // Whatever broke when the run was stopped, the stop is the cause.
    signal.throwIfAborted();
    throw error;
  } finally {
    settled.abort();
  }
}

function nextBound(
  { totalMs, firstSignMs = Infinity, silenceMs = Infinity }: Bounds,
  startedAtMs: number,
  lastSignAtMs: number | null,
): { atMs: number; what: string } {
  const total = {
    atMs: startedAtMs + totalMs,
    what: `did not finish its answer within ${inSeconds(totalMs)}`,
  };
  const next =
    lastSignAtMs === null
      ? {
          atMs: startedAtMs + firstSignMs,
          what: `did not begin to answer within ${inSeconds(firstSignMs)}`,
        }
      : {
          atMs: lastSignAtMs + silenceMs,
          what: `fell silent for ${inSeconds(silenceMs)} in its answer`,
        };
  return next.atMs < total.atMs ? next : total;
}

function inSeconds(durationMs: number): string {
  return `${durationMs / 1000} s`;
}
