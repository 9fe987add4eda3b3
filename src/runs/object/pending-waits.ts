/** Calls that wait for a run. Memory: their callers come back after a crash. */
import type { Outcome } from "../../domain/failure";
import type { RunReport } from "./protocol";

type Settle = (report: Outcome<RunReport>) => void;

export class PendingWaits {
  readonly #waits = new Map<string, Set<Settle>>();

  of(runId: string): Promise<Outcome<RunReport>> {
    return new Promise((resolve) => {
      const waits = this.#waits.get(runId) ?? new Set();
      this.#waits.set(runId, waits.add(resolve));
    });
  }

  settle(runId: string, report: Outcome<RunReport>): void {
    const waits = this.#waits.get(runId) ?? [];
    this.#waits.delete(runId);
    for (const settle of waits) {
      settle(report);
    }
  }

  settleAll(report: (runId: string) => Outcome<RunReport>): void {
    for (const runId of this.#waits.keys()) {
      this.settle(runId, report(runId));
    }
  }
}
