import type { ModelSettings } from "../../engine/ports";

/** The deployment's credentials and addresses of providers. */
export function modelSettings(env: Env): ModelSettings {
  return {
    openai: { apiKey: env.OPENAI_API_KEY ?? null, baseUrl: env.OPENAI_BASE_URL ?? null },
    anthropic: { apiKey: env.ANTHROPIC_API_KEY ?? null },
    workersAi: env.AI,
  };
}
