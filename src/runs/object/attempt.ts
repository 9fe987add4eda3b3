/**
 * One attempt at what a run is at: its work, or the recording of its end. It is noted durably before
 * it begins, so that one that takes the process down is known for it when the object wakes.
 */
import { RUN } from "../../limits";
import type { DeskParts } from "./context";
import type { Leave } from "./probation";

type AttemptParts = Pick<DeskParts, "table" | "clock" | "report"> & {
  storage: Pick<DurableObjectStorage, "sync">;
  readonly closed: boolean;
};

export class Attempt {
  readonly #parts: AttemptParts;
  readonly #runId: string;
  /** Memory: set while it is alone in its isolate. */
  #leave: Leave | null;
  readonly #callOff: () => void;

  /** @param leave Ends its time alone; null for an attempt that follows no death. */
  constructor(parts: AttemptParts, runId: string, leave: Leave | null) {
    this.#parts = parts;
    this.#runId = runId;
    this.#leave = leave;
    this.#callOff =
      leave === null ? () => {} : parts.clock.after(RUN.probationMs, () => this.survive());
  }

  /** Notes that it begins; for the transaction that begins it. */
  note(): void {
    this.#parts.table.update(this.#runId, {
      attempt: this.#leave === null ? "open" : "probation",
    });
  }

  /** It has lived long enough to be no more suspect than others, and lets them begin. */
  survive(): void {
    if (this.#leave !== null && !this.#parts.closed) {
      this.#parts.table.update(this.#runId, { attempt: "open" });
    }
    this.end();
  }

  /** It has come to its end, whichever: whoever wrote that has noted that no attempt is at work. */
  end(): void {
    const leave = this.#leave;
    this.#leave = null;
    this.#callOff();
    if (leave !== null) {
      // Not before it is durable that this one is through: else the next one's death is laid to its charge.
      void this.#parts.storage
        .sync()
        .catch((error: unknown) => this.#parts.report("an attempt could not be noted", error))
        .finally(leave);
    }
  }
}
