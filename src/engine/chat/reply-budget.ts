/** What the replies of one chat action may read and write, all together. */
import type { IncompleteRun, Usage } from "../../domain/runs/run-values";
import { inputChars, tokensIn } from "../models/estimate-tokens";
import type { FunctionDeclaration, ModelMessage } from "../models/provider";
import type { ChatConfig } from "./chat-config";

type Limits = Pick<ChatConfig, "max_tokens" | "max_prompt_tokens" | "max_completion_tokens">;

/** What the next reply gets. */
export interface Portion {
  messages: ModelMessage[];
  maxTokens: number | null;
}

export class ReplyBudget {
  readonly #limits: Limits;
  readonly #used: Usage = { inputTokens: 0, outputTokens: 0 };

  constructor(limits: Limits) {
    this.#limits = limits;
  }

  add({ inputTokens, outputTokens }: Usage): void {
    this.#used.inputTokens += inputTokens;
    this.#used.outputTokens += outputTokens;
  }

  /** The oldest messages are left out where all do not fit; or why there is no next reply. */
  next(
    messages: readonly ModelMessage[],
    functions: readonly FunctionDeclaration[],
  ): Portion | IncompleteRun {
    const {
      max_tokens: ofOne,
      max_prompt_tokens: read,
      max_completion_tokens: written,
    } = this.#limits;
    const writable = written === null ? null : written - this.#used.outputTokens;
    if (writable !== null && writable < 1) {
      return "max_completion_tokens";
    }
    const readable = read === null ? null : read - this.#used.inputTokens;
    const fitting = readable === null ? [...messages] : fit(messages, functions, readable);
    return fitting === null
      ? "max_prompt_tokens"
      : { messages: fitting, maxTokens: leastOf(ofOne, writable) };
  }
}

function leastOf(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/** Instructions and what follows the last word of a user stay; null where these alone are too many. */
function fit(
  messages: readonly ModelMessage[],
  functions: readonly FunctionDeclaration[],
  tokens: number,
): ModelMessage[] | null {
  const instructions = messages.filter(({ role }) => role === "system");
  const said = messages.filter(({ role }) => role !== "system");
  const asked = Math.max(
    0,
    said.findLastIndex(({ role }) => role === "user"),
  );
  // Each is measured once: there may be thousands, beside a megabyte of functions.
  let chars = inputChars({ messages, functions });
  for (let first = 0; first <= asked; first += 1) {
    // A result whose call was left out is nothing that a provider takes.
    const isWhole = said[first]?.role !== "function";
    if (isWhole && tokensIn(chars) <= tokens) {
      return [...instructions, ...said.slice(first)];
    }
    chars -= JSON.stringify(said[first] ?? null).length + ",".length;
  }
  return null;
}
