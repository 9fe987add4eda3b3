/** What `MODEL_PRICES` says that models cost. */
import * as z from "zod";

import type { ModelPrices } from "../domain/usage/model-price";

const Dollars = z.number().min(0);
const Prices = z.record(z.string().min(1), z.strictObject({ input: Dollars, output: Dollars }));

/** What is wrong with the variable, whatever it says. */
export const PRICES_FORM =
  'no JSON object of prices, as in {"openai/gpt-4o-mini": {"input": 0.15, "output": 0.6}}';

/** Memory of this isolate: the variable is the same for all of its runs. */
let parsed: { json: string; prices: ModelPrices | null } | null = null;

/** Null: they cannot be read, and no run has a cost. */
export function modelPrices({ MODEL_PRICES: json = "" }: Pick<Env, "MODEL_PRICES">) {
  if (parsed?.json !== json) {
    parsed = { json, prices: parsePrices(json) };
  }
  return parsed.prices;
}

function parsePrices(json: string): ModelPrices | null {
  if (json.trim() === "") {
    return new Map();
  }
  try {
    const { success, data } = Prices.safeParse(JSON.parse(json));
    return success ? new Map(Object.entries(data)) : null;
  } catch {
    return null;
  }
}
