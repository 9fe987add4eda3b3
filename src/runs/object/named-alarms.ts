/**
 * Many named alarms over the one alarm that an object has. Their times are memory: what each stands
 * for lies in the tables, and an object that wakes reads them off again (`restore`). With no name set
 * the object's own alarm is off: an idle thread wakes nobody.
 */

/** The object's alarm. Durable in the same commit as the rows written beside it. */
export interface AlarmSlot {
  set(atMs: number): void;
  clear(): void;
  /** It has rung, and is off until it is set again. */
  rang(): void;
}

interface FireOptions<Name> {
  retryMs: number;
  onError: (name: Name, error: unknown) => void;
  onDone: () => void;
}

export class NamedAlarms<Name extends string> {
  /** Durable. */
  readonly #slot: AlarmSlot;
  readonly #slackMs: number;
  /** Memory. */
  readonly #times = new Map<Name, number>();
  /** Memory: the slot's time; null where it is off, undefined where that is not known. */
  #armedAtMs: number | null | undefined;
  /** Memory: the slot is not touched until all times are known. */
  #isHeld = false;

  /** @param slackMs A slot that rings too early by no more than this is left alone: it costs a write. */
  constructor(slot: AlarmSlot, slackMs: number) {
    this.#slot = slot;
    this.#slackMs = slackMs;
  }

  /** Takes the times for which an earlier life has armed the slot. */
  restore(times: Readonly<Partial<Record<Name, number | null>>>): void {
    this.#isHeld = true;
    this.set(times);
    this.#isHeld = false;
    this.#armedAtMs = this.#nextAtMs();
  }

  /** Arms the slot anew with the next change: a transaction that may have armed it was rolled back. */
  dropMemory(): void {
    this.#armedAtMs = undefined;
  }

  /** Sets the names that it names, and clears those whose time is null. */
  set(times: Readonly<Partial<Record<Name, number | null>>>): void {
    for (const name in times) {
      const atMs = times[name] ?? null;
      if (atMs === null) {
        this.#times.delete(name);
      } else {
        this.#times.set(name, atMs);
      }
    }
    this.#arm();
  }

  /** When the name rings; null where it is not set. */
  timeOf(name: Name): number | null {
    return this.#times.get(name) ?? null;
  }

  /**
   * Calls the handlers of all names that are due, earliest first. A name whose handler throws stays
   * due: `onError` hears of it and it rings again `retryMs` later. The slot is armed once, behind them
   * and `onDone`, even if one of these two throws.
   */
  async fire(
    nowMs: number,
    handlers: Record<Name, (nowMs: number) => Promise<void> | void>,
    { retryMs, onError, onDone }: FireOptions<Name>,
  ): Promise<void> {
    this.#armedAtMs = null;
    this.#slot.rang();
    this.#isHeld = true;
    try {
      for (const [name, atMs] of this.#due(nowMs)) {
        try {
          await handlers[name](nowMs);
          this.#dropUnlessReset(name, atMs);
        } catch (error) {
          this.#times.set(name, nowMs + retryMs);
          onError(name, error);
        }
      }
      onDone();
    } finally {
      this.#isHeld = false;
      this.#arm();
    }
  }

  #dropUnlessReset(name: Name, atMs: number): void {
    if (this.#times.get(name) === atMs) {
      this.#times.delete(name);
    }
  }

  #due(nowMs: number): [Name, number][] {
    return [...this.#times]
      .filter(([, atMs]) => atMs <= nowMs)
      .toSorted(([a, aMs], [b, bMs]) => aMs - bMs || (a < b ? -1 : 1));
  }

  #nextAtMs(): number | null {
    return this.#times.size === 0 ? null : Math.min(...this.#times.values());
  }

  #arm(): void {
    const atMs = this.#nextAtMs();
    const armed = this.#armedAtMs;
    if (atMs === armed || this.#isHeld) {
      return;
    }
    if (atMs === null) {
      this.#slot.clear();
    } else if (typeof armed === "number" && armed < atMs && atMs - armed <= this.#slackMs) {
      return;
    } else {
      this.#slot.set(atMs);
    }
    this.#armedAtMs = atMs;
  }
}
