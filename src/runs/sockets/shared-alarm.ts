/** The one alarm of an object for two that want to be woken: its runs, and the watch over its sockets. */

type Storage = Pick<DurableObjectStorage, "getAlarm" | "setAlarm" | "deleteAlarm">;

export class SharedAlarm {
  readonly #storage: Storage;
  /** Memory: what the runs have set in this life of the object; null where that is nothing, or not known. */
  #runsAtMs: number | null = null;
  /** Memory: null where there is no socket to watch. */
  #socketsAtMs: number | null = null;

  /** For the runs, as if they had the alarm to themselves: it may ring too early for them. */
  readonly forRuns: Pick<DurableObjectStorage, "setAlarm" | "deleteAlarm"> = {
    setAlarm: async (at) => {
      this.#runsAtMs = Number(at);
      await this.#storage.setAlarm(Math.min(this.#runsAtMs, this.#socketsAtMs ?? Infinity));
    },
    deleteAlarm: async () => {
      this.#runsAtMs = null;
      await (this.#socketsAtMs === null
        ? this.#storage.deleteAlarm()
        : this.#storage.setAlarm(this.#socketsAtMs));
    },
  };

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Takes the time for which an earlier life of the object has armed it for its sockets. */
  restoreForSockets(atMs: number | null): void {
    this.#socketsAtMs = atMs;
  }

  /** Rings then at the latest; what is set for the runs is never postponed. Null: not for the sockets. */
  async setForSockets(atMs: number | null): Promise<void> {
    this.#socketsAtMs = atMs;
    if (atMs === null) {
      return;
    }
    const setAtMs = await this.#storage.getAlarm();
    const wantedAtMs = Math.min(this.#socketsAtMs ?? Infinity, this.#runsAtMs ?? Infinity);
    if (wantedAtMs < (setAtMs ?? Infinity)) {
      await this.#storage.setAlarm(wantedAtMs);
    }
  }

  /** It has rung or is deleted, and is off until somebody sets it. */
  rang(): void {
    this.#runsAtMs = null;
  }
}
