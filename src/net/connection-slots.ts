/**
 * How many connections to the outside are in use at once. Beyond six that wait for their headers,
 * Cloudflare holds back whatever an object opens, its calls of D1 and R2 among them:
 * https://developers.cloudflare.com/workers/platform/limits/#simultaneous-open-connections
 */
export class ConnectionSlots {
  #free: number;
  /** First come, first served. */
  readonly #waiting = new Set<() => void>();

  /** @param slots In use at once. */
  constructor(slots: number) {
    this.#free = slots;
  }

  /**
   * Makes the call once a slot is free. The call reads the answer's body to its end or cancels it
   * before it settles; then the slot goes to the next. An abort frees the slot at once, whether or not
   * the call heeds the signal, and rejects with the signal's reason.
   */
  async hold<T>(signal: AbortSignal, call: () => Promise<T>): Promise<T> {
    signal.throwIfAborted();
    const { promise: aborted, reject } = Promise.withResolvers<never>();
    const leave = (): void => reject(signal.reason);
    signal.addEventListener("abort", leave, { once: true });
    try {
      await this.#take(aborted);
      try {
        return await Promise.race([call(), aborted]);
      } finally {
        this.#release();
      }
    } finally {
      signal.removeEventListener("abort", leave);
    }
  }

  async #take(aborted: Promise<never>): Promise<void> {
    if (this.#free > 0) {
      this.#free -= 1;
      return;
    }
    const { promise: turn, resolve } = Promise.withResolvers<void>();
    this.#waiting.add(resolve);
    try {
      await Promise.race([turn, aborted]);
    } catch (error) {
      // One that was given a slot and aborted in the same moment passes it on.
      if (!this.#waiting.delete(resolve)) {
        this.#release();
      }
      throw error;
    }
  }

  #release(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
    } else {
      this.#waiting.delete(next);
      next();
    }
  }
}
