/** What `MODEL_PRICES` says that models cost. */
import * as z from "zod";

import type { ModelPrices } from "../domain/usage/model-price";
import { jsonSetting } from "./json-setting";

const Dollars = z.number().min(0);
const readPrices = jsonSetting(z.strictObject({ input: Dollars, output: Dollars }));

/** What is wrong with the variable, whatever it says. */
export const PRICES_FORM =
  'no JSON object of prices, as in {"openai/gpt-4o-mini": {"input": 0.15, "output": 0.6}}';

/** Null: they cannot be read, and no run has a cost. */
export function modelPrices({ MODEL_PRICES }: Pick<Env, "MODEL_PRICES">): ModelPrices | null {
  return readPrices(MODEL_PRICES);
}
