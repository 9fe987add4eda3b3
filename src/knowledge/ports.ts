/** What this room reaches of the world beside the store. */
import type { EmbeddingPorts } from "./embeddings";

export function knowledgePorts(env: Env): EmbeddingPorts {
  return {
    models: {
      openai: { apiKey: env.OPENAI_API_KEY ?? null, baseUrl: env.OPENAI_BASE_URL ?? null },
      anthropic: { apiKey: env.ANTHROPIC_API_KEY ?? null },
      workersAi: env.AI,
    },
    fetch: (...args) => fetch(...args),
    now: () => Date.now(),
    sleep: (delayMs, signal) => scheduler.wait(delayMs, { signal }),
  };
}
