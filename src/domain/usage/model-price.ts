/** What replies of models cost. */
import type { Usage } from "../runs/run-values";

/** US dollars for a million tokens. */
export interface ModelPrice {
  input: number;
  output: number;
}

/** By `<provider>/<model>` as a tool's config names them, or `<provider>` where it needs no model. */
export type ModelPrices = ReadonlyMap<string, ModelPrice>;

const TOKENS_OF_PRICE = 1_000_000;

/** The usage with its cost, where the model has a price. */
export function priced(usage: Usage, price: ModelPrice | undefined): Usage {
  const { inputTokens, outputTokens } = usage;
  return price === undefined
    ? usage
    : {
        ...usage,
        costUsd: (inputTokens * price.input + outputTokens * price.output) / TOKENS_OF_PRICE,
      };
}

const BILLIONTHS = 9;

/** As it is told: sums of fractions end in noise. */
export function roundDollars(dollars: number): number {
  return Number(dollars.toFixed(BILLIONTHS));
}

/** Both together; without a cost where neither has one. */
export function addUsage(left: Usage, right: Usage | undefined): Usage {
  const costs = [left.costUsd, right?.costUsd].filter((cost) => cost !== undefined);
  return {
    inputTokens: left.inputTokens + (right?.inputTokens ?? 0),
    outputTokens: left.outputTokens + (right?.outputTokens ?? 0),
    ...(costs.length === 0 ? {} : { costUsd: costs.reduce((sum, cost) => sum + cost, 0) }),
  };
}
