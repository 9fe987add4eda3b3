/** What the replies and tools of one chat action used and tried, all together. */
import { ActionFailure, type ResultMeta } from "../../domain/action-failure";
import type { Usage } from "../../domain/run";
import { addUsage } from "../../domain/usage/model-price";
import type { Retry } from "../models/with-retries";

export class UsageTotal {
  #usage: Usage = { inputTokens: 0, outputTokens: 0 };
  readonly #retries: Retry[] = [];
  /** A warning that comes with every reply is said once. */
  readonly #warnings = new Set<string>();

  add(spent: {
    usage?: Usage | undefined;
    retries?: Retry[] | undefined;
    warnings?: string[];
  }): void {
    this.#usage = addUsage(this.#usage, spent.usage);
    this.#retries.push(...(spent.retries ?? []));
    for (const warning of spent.warnings ?? []) {
      this.#warnings.add(warning);
    }
  }

  get meta(): ResultMeta {
    return {
      usage: this.#usage,
      ...(this.#retries.length > 0 && { retries: this.#retries }),
      ...(this.#warnings.size > 0 && { logs: [...this.#warnings] }),
    };
  }

  /** What `work` gives; a failure of it counts what was used until then. */
  async counted<T>(work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof ActionFailure)) {
        throw error;
      }
      this.add(error.meta);
      throw new ActionFailure(error.code, error.message, this.meta);
    }
  }
}
