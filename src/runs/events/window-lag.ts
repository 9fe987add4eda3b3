/**
 * How much is told in this isolate, and how late its timers are, of late: all its objects wait for one thread,
 * so that what one of them sees is news to a run that has just begun in another.
 */
import { STREAM } from "../../limits";

export class WindowLag {
  #lagMs = 0;
  #notedAtMs = 0;
  #open = 0;

  /** A window of text has been opened. */
  enter(): void {
    this.#open += 1;
  }

  /** It is over, and the next one is not open yet. */
  leave(): void {
    this.#open -= 1;
  }

  /** A timer was so late: more than before is believed at once, less by and by. */
  note(lateMs: number, nowMs: number): void {
    const before = this.at(nowMs);
    this.#lagMs = Math.max(lateMs, (before + lateMs) / 2);
    this.#notedAtMs = nowMs;
  }

  /** By how much timers are late: less and less while nobody notes anything. */
  at(nowMs: number): number {
    return this.#lagMs * 0.5 ** (Math.max(0, nowMs - this.#notedAtMs) / STREAM.lagHalvesMs);
  }

  /** How long a window is to be that alone would be so long. */
  stretched(wantedMs: number, nowMs: number): number {
    const sharedMs = Math.max(wantedMs, this.#open * STREAM.coalesceShareMs);
    return Math.min(sharedMs + STREAM.coalesceLagFactor * this.at(nowMs), STREAM.coalesceMaxMs);
  }
}
