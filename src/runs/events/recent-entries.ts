/** The newest entries of the journal, as many as fit: readers at its end read them from here. */
import type { JournalEntry } from "./journal-rows";

export class RecentEntries {
  readonly #maxChars: number;
  #entries: JournalEntry[] = [];
  #chars = 0;
  /** All entries behind this number are here. */
  #completeFrom: number;

  constructor(lastOffset: number, maxChars: number) {
    this.#completeFrom = lastOffset;
    this.#maxChars = maxChars;
  }

  add(entry: JournalEntry): void {
    this.#entries.push(entry);
    this.#chars += entry.body.length;
    // Half of it at once, so that an entry costs its share and not a walk over all.
    if (this.#chars > this.#maxChars) {
      let dropped = 0;
      while (dropped < this.#entries.length && this.#chars > this.#maxChars / 2) {
        const { body, lastOffset } = this.#entries[dropped] ?? entry;
        this.#chars -= body.length;
        this.#completeFrom = lastOffset;
        dropped += 1;
      }
      this.#entries = this.#entries.slice(dropped);
    }
  }

  /** All entries behind this number; null where some are not here. */
  behind(offset: number): JournalEntry[] | null {
    if (offset < this.#completeFrom) {
      return null;
    }
    return this.#entries.slice(this.#entries.findLastIndex((one) => one.startOffset <= offset) + 1);
  }

  /** All of the run's entries with a number above `after`; null where some are not here, or none is. */
  ofRun(runId: string, after: number): JournalEntry[] | null {
    const from = this.#entries.findLastIndex((one) => one.runId === runId && one.seq <= after + 1);
    const first = this.#entries[from];
    if (first === undefined) {
      return null;
    }
    return this.#entries.slice(from).filter((one) => one.runId === runId);
  }
}
