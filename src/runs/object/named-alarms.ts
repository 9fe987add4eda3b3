/**
 * Many named alarms over the one alarm that an object has. Each name rings at most once for each
 * time it is set; its row stays until its handler is done, so that an alarm cut off in the middle
 * rings again. With no name set the object's own alarm is off: an idle thread wakes nobody.
 */

/** The object's alarm. Durable in the same commit as the rows written beside it. */
export interface AlarmSlot {
  set(atMs: number): void;
  clear(): void;
}

export class NamedAlarms<Name extends string> {
  /** Durable. */
  readonly #sql: SqlStorage;
  /** Durable. */
  readonly #slot: AlarmSlot;

  constructor(sql: SqlStorage, slot: AlarmSlot) {
    this.#sql = sql;
    this.#slot = slot;
  }

  set(name: Name, atMs: number): void {
    if (this.#timeOf(name) === atMs) {
      return;
    }
    this.#sql.exec("INSERT OR REPLACE INTO alarms (name, at_ms) VALUES (?, ?)", name, atMs);
    this.#arm();
  }

  /** Sees to it that the name rings at this time or before. */
  setLatest(name: Name, atMs: number): void {
    if ((this.#timeOf(name) ?? Infinity) > atMs) {
      this.set(name, atMs);
    }
  }

  clear(name: Name): void {
    if (this.#timeOf(name) === null) {
      return;
    }
    this.#sql.exec("DELETE FROM alarms WHERE name = ?", name);
    this.#arm();
  }

  /**
   * Calls the handlers of all names that are due, earliest first. A name whose handler throws stays
   * due: `onError` hears of it and it rings again `retryMs` later.
   */
  async fire(
    nowMs: number,
    handlers: Record<Name, (nowMs: number) => Promise<void> | void>,
    { retryMs, onError }: { retryMs: number; onError: (name: Name, error: unknown) => void },
  ): Promise<void> {
    for (const { name, at_ms: atMs } of this.#due(nowMs)) {
      try {
        await handlers[name](nowMs);
        this.#sql.exec("DELETE FROM alarms WHERE name = ? AND at_ms = ?", name, atMs);
      } catch (error) {
        onError(name, error);
        this.set(name, nowMs + retryMs);
      }
    }
    this.#arm();
  }

  #due(nowMs: number): { name: Name; at_ms: number }[] {
    return this.#sql
      .exec<{ name: Name; at_ms: number }>(
        "SELECT name, at_ms FROM alarms WHERE at_ms <= ? ORDER BY at_ms, name",
        nowMs,
      )
      .toArray();
  }

  #timeOf(name: Name): number | null {
    const [row] = this.#sql
      .exec<{ at_ms: number }>("SELECT at_ms FROM alarms WHERE name = ?", name)
      .toArray();
    return row?.at_ms ?? null;
  }

  #arm(): void {
    const { at_ms: atMs } = this.#sql
      .exec<{ at_ms: number | null }>("SELECT min(at_ms) AS at_ms FROM alarms")
      .one();
    if (atMs === null) {
      this.#slot.clear();
    } else {
      this.#slot.set(atMs);
    }
  }
}
