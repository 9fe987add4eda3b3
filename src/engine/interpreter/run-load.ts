/** How much one run does, and does at the same time, tools inside tools included. */
import { ActionFailure } from "../../domain/action-failure";
import { ACTION, RUN } from "../../limits";
import { yieldToEventLoop } from "../../yield-to-event-loop";

type Limits = Record<"maxExecutions" | "executionsPerTurn", number>;

export class RunLoad {
  readonly #limits: Limits;
  #executions = 0;
  #executionsAtPause = 0;
  #pause: Promise<void> | null = null;
  #tools = 0;

  constructor(limits: Limits = RUN) {
    this.#limits = limits;
  }

  /**
   * Before each execution of an action: waits while others have their turn, for all of the run together.
   * Throws where the run has had its executions.
   */
  async begin(): Promise<void> {
    while (this.#pause !== null) {
      await this.#pause;
    }
    this.#executions += 1;
    if (this.#executions - this.#executionsAtPause >= this.#limits.executionsPerTurn) {
      this.#executionsAtPause = this.#executions;
      this.#pause = this.#rest();
    }
    if (this.#executions > this.#limits.maxExecutions) {
      throw new ActionFailure(
        "too_many_executions",
        `A run executes at most ${this.#limits.maxExecutions} actions, each row, iteration and pass counted, those of the tools that it calls too.`,
      );
    }
  }

  async #rest(): Promise<void> {
    await yieldToEventLoop();
    this.#pause = null;
  }

  /** Runs a tool inside the run, told how many of its frames may be at work: fewer, the more tools are. */
  async hold<T>(run: (concurrency: number) => Promise<T>): Promise<T> {
    this.#tools += 1;
    try {
      return await run(Math.max(1, Math.floor(ACTION.mapMaxIterations / (this.#tools + 1))));
    } finally {
      this.#tools -= 1;
    }
  }
}
