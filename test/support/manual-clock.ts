/** A clock that a test moves by hand: nobody waits for real. */
export class ManualClock {
  #nowMs = Date.UTC(2026, 0, 1);
  readonly #sleepers = new Set<{ dueMs: number; wake: () => void }>();
  /** Every delay that was asked for, in order. */
  readonly delays: number[] = [];

  readonly now = (): number => this.#nowMs;

  readonly sleep = async (delayMs: number, signal: AbortSignal): Promise<void> => {
    signal.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const sleeper = { dueMs: this.#nowMs + delayMs, wake: resolve };
    const stop = (): void => reject(signal.reason);
    this.#sleepers.add(sleeper);
    this.delays.push(delayMs);
    signal.addEventListener("abort", stop, { once: true });
    try {
      await promise;
    } finally {
      this.#sleepers.delete(sleeper);
      signal.removeEventListener("abort", stop);
    }
  };

  /** Calls back when the time has come; the returned function calls it off. */
  readonly after = (delayMs: number, call: () => void): (() => void) => {
    const sleeper = { dueMs: this.#nowMs + delayMs, wake: call };
    this.#sleepers.add(sleeper);
    return () => void this.#sleepers.delete(sleeper);
  };

  /** Calls back at the end of this turn of the event loop, however the clock stands. */
  readonly soon = (call: () => void): void => void setTimeout(call, 0);

  /** Lets the time pass, sleeper by sleeper; what each does when it wakes comes before the next. */
  async advance(durationMs: number): Promise<void> {
    const untilMs = this.#nowMs + durationMs;
    for (;;) {
      await settle();
      const next = [...this.#sleepers].toSorted((left, right) => left.dueMs - right.dueMs)[0];
      if (next === undefined || next.dueMs > untilMs) {
        break;
      }
      this.#nowMs = next.dueMs;
      this.#sleepers.delete(next);
      next.wake();
    }
    this.#nowMs = untilMs;
  }
}

/** Every promise that can go on without a timer has gone on. */
export function settle(): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, 0);
  });
}
