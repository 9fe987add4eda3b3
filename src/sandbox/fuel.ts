/**
 * How long code may compute. The engine burns one unit of fuel for each pass of a loop and each
 * call, in byte code and in native functions alike, so fuel is time within a small factor, on every
 * machine the same, and it is spent where a clock stands still: in production `Date.now()` does not
 * move while a Worker computes. The clock is the second limit, for slow machines; it is read after
 * each pause, where it moves in production too.
 */
import { ActionFailure } from "../domain/action-failure";
import { SANDBOX } from "../limits";
import { yieldToEventLoop } from "../yield-to-event-loop";

export interface FuelBudget {
  timeoutMs: number;
  signal?: AbortSignal | undefined;
}

export class FuelTank {
  readonly #budget: FuelBudget;
  readonly #deadlineMs: number;
  #left: number;

  constructor(budget: FuelBudget) {
    this.#budget = budget;
    this.#left = budget.timeoutMs * SANDBOX.fuelPerMs;
    this.#deadlineMs = Date.now() + budget.timeoutMs * SANDBOX.wallClockFactor;
  }

  /** The next portion, without a pause; ends the engine when there is none. */
  portion(): number {
    const portion = Math.min(SANDBOX.fuelPerSlice, this.#left);
    if (portion <= 0 || Date.now() > this.#deadlineMs) {
      throw new ActionFailure(
        "code_timeout",
        `The code was stopped: it had computed for its ${this.#budget.timeoutMs} ms.`,
      );
    }
    this.#left -= portion;
    return portion;
  }

  /** Lets other requests have their turn, then goes on. */
  async refuel(): Promise<number> {
    if (this.#left > 0) {
      await yieldToEventLoop();
    }
    this.#budget.signal?.throwIfAborted();
    return this.portion();
  }
}
