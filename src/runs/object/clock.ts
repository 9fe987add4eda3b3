/** Time as the coordinator sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls back once after the delay; the returned function calls it off. */
  after(delayMs: number, call: () => void): () => void;
  /** Calls back when what goes on by itself in this turn of the event loop has gone on. */
  soon(call: () => void): void;
}

/**
 * Promises that wait for each other within one turn: between two actions of a run they are some thirty.
 * A timer would wait for the next millisecond, and cost a tenth of one.
 */
const PROMISES_OF_A_TURN = 64;

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, call) {
    const timer = setTimeout(call, delayMs);
    return () => clearTimeout(timer);
  },
  soon: (call) => void afterPromises(call),
};

async function afterPromises(call: () => void): Promise<void> {
  for (let passed = 0; passed < PROMISES_OF_A_TURN; passed += 1) {
    await Promise.resolve();
  }
  call();
}

/** What the promise comes to; an error where that takes longer than the delay. */
export function within<T>(clock: Clock, delayMs: number, promise: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const callOff = clock.after(delayMs, () => {
      reject(new Error(`no answer within ${delayMs} ms`));
    });
    void promise.then(resolve, reject).finally(callOff);
  });
}

/** Resolves after the delay, or rejects with the signal's reason as soon as that aborts. */
export function sleep(clock: Clock, delayMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) {
      reject(signal.reason);
      return;
    }
    const stop = (): void => {
      callOff();
      reject(signal.reason);
    };
    const callOff = clock.after(delayMs, () => {
      signal.removeEventListener("abort", stop);
      resolve();
    });
    signal.addEventListener("abort", stop, { once: true });
  });
}
