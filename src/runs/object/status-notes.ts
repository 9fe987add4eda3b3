/** Notes of an unfinished run's status in D1, for listings: one after the other, none tried twice. */
import type { RunStatus } from "../../domain/run";
import type { RunRecords } from "./dependencies";

interface NoteParts {
  records: Pick<RunRecords, "updateStatus">;
  report: (message: string, error: unknown) => void;
}

export class StatusNotes {
  readonly #parts: NoteParts;
  /** Memory: resolves once the last note is written or lost. */
  #last: Promise<void> = Promise.resolve();

  constructor(parts: NoteParts) {
    this.#parts = parts;
  }

  /** Nobody waits for it; a failure is logged and not retried. */
  add(projectId: string, runId: string, status: RunStatus): void {
    const { records, report } = this.#parts;
    this.#last = this.#last
      .then(() => records.updateStatus({ projectId, runId, status }))
      .catch((error: unknown) => {
        report("where a run stands could not be noted", error);
      });
  }
}
