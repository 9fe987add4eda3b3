/** Writes the status of an unfinished run to D1, for listings: one write after the other, none repeated. */
import type { RunStatus } from "../../domain/run";
import type { RunRecords } from "./dependencies";

interface NoteParts {
  records: Pick<RunRecords, "updateStatus">;
  report: (message: string, error: unknown) => void;
}

export class StatusNotes {
  readonly #parts: NoteParts;
  /** Memory: resolves once the last write has succeeded or failed. */
  #last: Promise<void> = Promise.resolve();

  constructor(parts: NoteParts) {
    this.#parts = parts;
  }

  /** Writes the status in the background; a failure is logged and not retried. */
  add(projectId: string, runId: string, status: RunStatus): void {
    const { records, report } = this.#parts;
    this.#last = this.#last
      .then(() => records.updateStatus({ projectId, runId, status }))
      .catch((error: unknown) => {
        report("where a run stands could not be noted", error);
      });
  }
}
