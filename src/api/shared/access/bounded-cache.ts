/** A map that forgets: each entry after its time, the oldest first when it is full. Memory only. */
export class BoundedCache<Value> {
  readonly #entries = new Map<string, { value: Value; readAtMs: number }>();
  readonly #maxEntries: number;
  readonly #keepMs: number;

  constructor(maxEntries: number, keepMs: number) {
    this.#maxEntries = maxEntries;
    this.#keepMs = keepMs;
  }

  get(key: string, nowMs: number): Value | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined || nowMs - entry.readAtMs < this.#keepMs) {
      return entry?.value;
    }
    this.#entries.delete(key);
    return undefined;
  }

  delete(key: string): void {
    this.#entries.delete(key);
  }

  set(key: string, value: Value, nowMs: number): void {
    this.#entries.delete(key);
    this.#entries.set(key, { value, readAtMs: nowMs });
    for (const oldest of this.#entries.keys()) {
      if (this.#entries.size <= this.#maxEntries) {
        return;
      }
      this.#entries.delete(oldest);
    }
  }
}
