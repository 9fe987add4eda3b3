/**
 * One attempt at a run's work, or at the recording of its end. The attempt is noted durably before it begins:
 * when the object wakes after its process died, the note says which attempt was at work.
 */
import type { Pass, Probation } from "./probation";
import type { RunState } from "./run-state";

export interface AttemptParts extends Pick<RunState, "table" | "clock" | "erased"> {
  storage: Pick<DurableObjectStorage, "sync">;
  probation: Pick<Probation, "begin">;
  report: (message: string, error: unknown) => void;
}

export class Attempt {
  readonly #parts: AttemptParts;
  readonly #runId: string;
  /** Memory: set while the attempt is alone in its isolate. */
  #pass: Pass | null;
  readonly #callOff: () => void;

  /** @param pass Null for an attempt that follows no death. */
  constructor(parts: AttemptParts, runId: string, pass: Pass | null) {
    this.#parts = parts;
    this.#runId = runId;
    this.#pass = pass;
    this.#callOff =
      pass === null ? () => {} : parts.clock.after(pass.aloneMs, () => this.survive());
  }

  /** Notes the attempt; called inside the transaction that begins it. */
  note(): void {
    this.#parts.table.update(this.#runId, {
      attempt: this.#pass === null ? "open" : "probation",
    });
  }

  /** Resolves when the work may begin: the note is durable, and no run that was cut off is alone. */
  async begin(): Promise<void> {
    const { storage, probation } = this.#parts;
    await storage.sync();
    if (this.#pass === null) {
      await probation.begin();
    }
  }

  /** Ends the probation: the attempt has lived for long enough, and other runs may begin. */
  survive(): void {
    if (this.#pass !== null && !this.#parts.erased.aborted) {
      this.#parts.table.update(this.#runId, { attempt: "open" });
    }
    this.end();
  }

  /** Ends the attempt. The caller has already noted, with the outcome, that no attempt is at work. */
  end(): void {
    const pass = this.#pass;
    this.#pass = null;
    this.#callOff();
    if (pass !== null) {
      // Others begin only after that note is durable: else their death would count against this run.
      void this.#parts.storage
        .sync()
        .catch((error: unknown) => this.#parts.report("an attempt could not be noted", error))
        .finally(pass.end);
    }
  }
}
