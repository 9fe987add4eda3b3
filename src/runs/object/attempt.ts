/**
 * One attempt at what a run is at: its work, or the recording of its end. It is noted durably before
 * it begins, so that one that takes the process down is known for it when the object wakes.
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
  /** Memory: set while it is alone in its isolate. */
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

  /** Notes that it begins; for the transaction that begins it. */
  note(): void {
    this.#parts.table.update(this.#runId, {
      attempt: this.#pass === null ? "open" : "probation",
    });
  }

  /** Resolves when its work may begin: its note is durable, and nobody is alone whom its death would be laid to. */
  async begin(): Promise<void> {
    const { storage, probation } = this.#parts;
    await storage.sync();
    if (this.#pass === null) {
      await probation.begin();
    }
  }

  /** It has lived long enough to be no more suspect than others, and lets them begin. */
  survive(): void {
    if (this.#pass !== null && !this.#parts.erased.aborted) {
      this.#parts.table.update(this.#runId, { attempt: "open" });
    }
    this.end();
  }

  /** It has come to its end, whichever: whoever wrote that has noted that no attempt is at work. */
  end(): void {
    const pass = this.#pass;
    this.#pass = null;
    this.#callOff();
    if (pass !== null) {
      // Not before it is durable that this one is through: else the next one's death is laid to its charge.
      void this.#parts.storage
        .sync()
        .catch((error: unknown) => this.#parts.report("an attempt could not be noted", error))
        .finally(pass.end);
    }
  }
}
