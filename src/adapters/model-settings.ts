import type { ModelSettings } from "../engine/ports";
import { modelPrices } from "./model-prices";

/** The deployment's credentials and addresses of providers; one that is set to nothing is not set. */
export function modelSettings(env: Env): ModelSettings {
  return {
    openai: { apiKey: env.OPENAI_API_KEY || null, baseUrl: env.OPENAI_BASE_URL || null },
    anthropic: { apiKey: env.ANTHROPIC_API_KEY || null },
    workersAi: env.AI,
    prices: modelPrices(env) ?? new Map(),
  };
}
