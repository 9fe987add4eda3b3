/**
 * What a run may still spend of its project's quota of tokens, tools inside tools and iterations at the
 * same time included: one for the whole run.
 */
import { ActionFailure } from "../../domain/action-failure";
import type { Usage } from "../../domain/run";
import { QUOTA } from "../../limits";
import type { TokenHold, TokenQuota } from "../ports";

interface Waiting {
  tokens: number;
  grant: (tokens: number) => void;
  fail: (error: unknown) => void;
}

/** One reply: what it reads, about, and writes at most. */
export interface Spending {
  inputTokens: () => number;
  /** Null: as much as the model gives. */
  maxTokens: number | null;
}

export class TokenAllowance {
  readonly #quota: TokenQuota;
  /** Undefined until it was asked for; null where there is no quota. */
  #hold: TokenHold | null | undefined;
  #spent = 0;
  /** Of replies that are being made. */
  #pending = 0;
  readonly #waiting: Waiting[] = [];
  #isDealing = false;

  constructor(quota: TokenQuota) {
    this.#quota = quota;
  }

  /** What an earlier attempt of the run has spent. */
  restore(usage: Usage | undefined): void {
    this.#spent += total(usage);
  }

  /** Holds what a tree of actions may need before it is begun; less, where the quota holds less. */
  async expect(tokens: number): Promise<void> {
    if (tokens > 0 && this.#hold !== null) {
      this.#hold = await this.#quota.hold(this.#spent + this.#pending + tokens);
    }
  }

  /**
   * Makes a reply with `max_tokens` lowered to what is left. Throws ActionFailure `quota_exceeded` where
   * not even the request fits.
   */
  async spend<T extends { usage: Usage }>(
    { inputTokens, maxTokens }: Spending,
    reply: (maxTokens: number | null) => Promise<T>,
  ): Promise<T> {
    if (this.#hold === null) {
      return reply(maxTokens);
    }
    const input = inputTokens();
    const wanted = maxTokens ?? QUOTA.usualReplyTokens;
    const granted = await this.#take(input + wanted);
    try {
      const made = await reply(this.#lower(maxTokens, granted - input));
      this.#spent += total(made.usage);
      return made;
    } catch (error) {
      this.#spent += error instanceof ActionFailure ? total(error.meta.usage) : 0;
      throw error;
    } finally {
      this.#pending -= granted;
    }
  }

  #lower(maxTokens: number | null, output: number): number | null {
    const hold = this.#hold ?? null;
    if (hold === null) {
      return maxTokens;
    }
    if (output < 1) {
      throw new ActionFailure(
        "quota_exceeded",
        "The project's quota of tokens is used up: what is left does not hold this request and a reply.",
      );
    }
    // Far from the end of the quota a reply may be longer than usual.
    const isFar = maxTokens === null && hold.left >= QUOTA.longestReplyTokens;
    return isFar ? null : Math.min(maxTokens ?? QUOTA.usualReplyTokens, output);
  }

  /** As many tokens as are asked for, or as there are; they are pending from now on. */
  async #take(tokens: number): Promise<number> {
    const granted = new Promise<number>((grant, fail) => {
      this.#waiting.push({ tokens, grant, fail });
    });
    if (!this.#isDealing) {
      void this.#deal();
    }
    return granted;
  }

  /** Those who come meanwhile share one question to the store. */
  async #deal(): Promise<void> {
    this.#isDealing = true;
    // Whatever begins in the same turn is asked for together.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const asking = this.#waiting.splice(0);
      try {
        await this.#holdFor(asking.reduce((sum, { tokens }) => sum + tokens, 0));
      } catch (error) {
        asking.forEach(({ fail }) => fail(error));
        continue;
      }
      for (const { tokens, grant } of asking) {
        const free = this.#free();
        const granted = Math.max(0, Math.min(tokens, free));
        this.#pending += granted;
        grant(granted);
      }
    }
    this.#isDealing = false;
  }

  async #holdFor(tokens: number): Promise<void> {
    if (this.#hold !== null && this.#free() < tokens) {
      this.#hold = await this.#quota.hold(this.#spent + this.#pending + tokens);
    }
  }

  #free(): number {
    if (this.#hold === null) {
      return Infinity;
    }
    return (this.#hold?.held ?? 0) - this.#spent - this.#pending;
  }
}

function total(usage: Usage | undefined): number {
  return (usage?.inputTokens ?? 0) + (usage?.outputTokens ?? 0);
}
