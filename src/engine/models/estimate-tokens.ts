import type { Usage } from "../../domain/run";
import { QUOTA } from "../../limits";
import type { ModelRequest, ProviderReply } from "./provider";

/** English and code run at about four characters a token; exact counts would need each model's own table. */
const CHARS_PER_TOKEN = 4;

/** Tokens of a text, roughly: for providers that do not count. */
export function estimateTokens(text: string): number {
  return tokensIn(text.length);
}

/** Tokens of so many UTF-16 units. */
export function tokensIn(chars: number): number {
  return Math.ceil(chars / CHARS_PER_TOKEN);
}

type Input = Pick<ModelRequest, "messages" | "functions">;

export function estimateInput(input: Input): number {
  return tokensIn(inputChars(input));
}

/** What `estimateInput` goes by. */
export function inputChars({ messages, functions }: Input): number {
  return JSON.stringify([messages, functions]).length;
}

/** What the provider says, where it can be true; else an estimate: usage is billed and counted. */
export function plausibleUsage(
  { usage, text, calls }: ProviderReply,
  request: ModelRequest,
): Usage {
  const written = text + calls.map((call) => call.name + call.arguments).join("");
  return {
    inputTokens: plausible(usage.inputTokens) ?? estimateInput(request),
    outputTokens: plausible(usage.outputTokens) ?? estimateTokens(written),
  };
}

function plausible(tokens: number | null): number | null {
  const isPlausible = tokens !== null && tokens >= 0 && tokens <= QUOTA.usageMaxTokens;
  return isPlausible ? Math.round(tokens) : null;
}
