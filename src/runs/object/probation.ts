/**
 * A process that dies cuts off every run at work in it, and only one of them may be the cause. Each is
 * begun again alone, so that a second death tells which one it was. What begins for the first time
 * waits meanwhile: its death would be laid to whoever is alone. One of these an isolate, because an
 * isolate is what a run can bring down.
 */
import { RUN } from "../../limits";
import type { Clock } from "./clock";

/** Leave to be alone in the isolate. */
export interface Pass {
  /** How long it holds, in milliseconds. */
  aloneMs: number;
  /** Ends it before; harmless when repeated. */
  end: () => void;
}

/** A run that survived the last time is watched for longer: what kills late is found, too. */
export function aloneFor(attemptsInVain: number): number {
  return Math.min(RUN.probationMs * 2 ** Math.max(0, attemptsInVain - 1), RUN.probationMaxMs);
}

export class Probation {
  readonly #clock: Clock;
  /** Memory: nobody is let in before this, so that other threads are served first. */
  #opensAtMs: number | null = null;
  /** Memory: when whoever is alone has been so for long enough, whatever became of its object; or when it was. */
  #freeAtMs = 0;
  /** Memory: when an attempt last began that follows no death. */
  #newcomerAtMs = Number.NEGATIVE_INFINITY;
  /** Memory: newcomers wait until then, because there were too many of them for anybody to be alone. */
  #shutUntilMs = 0;
  /** Memory: when a newcomer last looked whether it may begin: it goes before the next one is alone. */
  #lookedAtMs = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Resolves once the caller is alone; or with null, after `RUN.probationWaitMs`, where too many wait.
   * Everyone polls: a promise that another object resolves may never do so.
   */
  async enter(aloneMs: number): Promise<Pass | null> {
    const askedAtMs = this.#clock.now();
    this.#opensAtMs ??= askedAtMs + RUN.resumeDelayMs;
    for (;;) {
      const nowMs = this.#clock.now();
      const openForMs = nowMs - Math.max(this.#opensAtMs, this.#freeAtMs);
      if (openForMs >= 0 && !this.#isCrowded(nowMs, openForMs)) {
        return this.#take(nowMs, aloneMs);
      }
      if (nowMs - askedAtMs >= RUN.probationWaitMs) {
        return null;
      }
      await this.#pause(Math.min(Math.max(-openForMs, 1), RUN.probationPollMs));
    }
  }

  /** Whether a newcomer is too young, or waits; where that has gone on for long, no more of them are let in. */
  #isCrowded(nowMs: number, openForMs: number): boolean {
    const isTooLong = openForMs >= RUN.newcomersFirstMs;
    if (isTooLong) {
      this.#shutUntilMs = nowMs + RUN.newcomerMs;
    }
    const sinceMs = Math.max(this.#newcomerAtMs, isTooLong ? 0 : this.#lookedAtMs);
    return nowMs - sinceMs < RUN.newcomerMs;
  }

  /**
   * Leave to begin an attempt that follows no death: at once, which is undefined, or when nobody is
   * alone any more; after `RUN.newcomerWaitMs` in any case.
   */
  begin(): Promise<void> | undefined {
    const nowMs = this.#clock.now();
    if (this.#isShut(nowMs)) {
      return this.#waitToBegin(nowMs + RUN.newcomerWaitMs);
    }
    this.#newcomerAtMs = nowMs;
    return undefined;
  }

  async #waitToBegin(untilMs: number): Promise<void> {
    do {
      this.#lookedAtMs = this.#clock.now();
      await this.#pause(RUN.probationPollMs);
    } while (this.#clock.now() < untilMs && this.#isShut(this.#clock.now()));
    this.#newcomerAtMs = this.#clock.now();
  }

  #isShut(nowMs: number): boolean {
    return Math.max(this.#freeAtMs, this.#shutUntilMs) > nowMs;
  }

  #take(nowMs: number, aloneMs: number): Pass {
    const untilMs = nowMs + aloneMs + RUN.probationNoteMs;
    this.#freeAtMs = untilMs;
    return {
      aloneMs,
      end: () => {
        if (this.#freeAtMs === untilMs) {
          this.#freeAtMs = this.#clock.now();
        }
      },
    };
  }

  #pause(delayMs: number): Promise<void> {
    return new Promise((resolve) => {
      this.#clock.after(delayMs, resolve);
    });
  }
}
