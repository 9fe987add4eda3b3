/** How much one run does, and does at the same time, tools inside tools included. */
import { ActionFailure } from "../../domain/action-failure";
import { ACTION, RUN } from "../../limits";
import { yieldToEventLoop } from "../../yield-to-event-loop";

type Limits = Record<"maxExecutions" | "stepsPerTurn", number>;

export class RunLoad {
  readonly #limits: Limits;
  #executions = 0;
  /** Steps that may be taken before others have their turn. */
  #left: number;
  /** Who waits for the next turn, in the order in which they came. */
  #waiting: (() => void)[] = [];
  #tools = 0;

  constructor(limits: Limits = RUN) {
    this.#limits = limits;
    this.#left = limits.stepsPerTurn;
  }

  /** Before each execution of an action, which is a step. Throws where the run has had its executions. */
  async begin(): Promise<void> {
    await this.takeStep();
    this.#executions += 1;
    if (this.#executions > this.#limits.maxExecutions) {
      throw new ActionFailure(
        "too_many_executions",
        `A run executes at most ${this.#limits.maxExecutions} actions, each row, iteration and pass counted, those of the tools that it calls too.`,
      );
    }
  }

  /**
   * Before work that many parts of a run may come to at once, as when all have waited for the same promise: waits
   * where the run has had its turn, until others have had theirs.
   */
  async takeStep(): Promise<void> {
    if (this.#left > 0) {
      this.#left -= 1;
      if (this.#left === 0) {
        void this.#rest();
      }
      return;
    }
    await new Promise<void>((resolve) => {
      this.#waiting.push(resolve);
    });
  }

  /** Whoever waits goes on in portions: to wake all for each portion would be work of their number squared. */
  async #rest(): Promise<void> {
    do {
      await yieldToEventLoop();
      const next = this.#waiting.splice(0, this.#limits.stepsPerTurn);
      this.#left = this.#limits.stepsPerTurn - next.length;
      for (const goOn of next) {
        goOn();
      }
    } while (this.#left === 0);
  }

  /** Runs a tool inside the run, told how many of its rows may be at work: fewer, the more tools are. */
  async hold<T>(run: (concurrency: number) => Promise<T>): Promise<T> {
    this.#tools += 1;
    try {
      return await run(Math.max(1, Math.floor(ACTION.mapMaxIterations / (this.#tools + 1))));
    } finally {
      this.#tools -= 1;
    }
  }
}
