/**
 * A process that dies cuts off every run at work in it, and only one of them may be the cause. Each is
 * begun again alone, so that a second death tells which one it was. One of these an isolate, because
 * an isolate is what a run can bring down.
 */
import { RUN } from "../../limits";
import type { Clock } from "./clock";

/** Ends the time alone; harmless when repeated. */
export type Leave = () => void;

export class Probation {
  readonly #clock: Clock;
  /** Memory: nobody is let in before this, so that other threads are served first. */
  #opensAtMs: number | null = null;
  /** Memory: when whoever is alone now has been so for long enough, whatever became of its object. */
  #freeAtMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves once the caller is alone, with what ends that; or with null, after `RUN.probationWaitMs`,
   * where too many wait. Everyone polls: a promise that another object resolves may never do so.
   */
  async enter(): Promise<Leave | null> {
    const askedAtMs = this.#clock.now();
    this.#opensAtMs ??= askedAtMs + RUN.resumeDelayMs;
    for (;;) {
      const nowMs = this.#clock.now();
      const waitMs = Math.max(this.#opensAtMs, this.#freeAtMs) - nowMs;
      if (waitMs <= 0) {
        return this.#take(nowMs);
      }
      if (nowMs - askedAtMs >= RUN.probationWaitMs) {
        return null;
      }
      await this.#pause(Math.min(waitMs, RUN.probationPollMs));
    }
  }

  #take(nowMs: number): Leave {
    const untilMs = nowMs + 2 * RUN.probationMs;
    this.#freeAtMs = untilMs;
    return () => {
      if (this.#freeAtMs === untilMs) {
        this.#freeAtMs = 0;
      }
    };
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(delayMs, resolve);
    });
  }
}
