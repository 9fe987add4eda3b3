import type { Provider, ProviderConnection } from "./provider";
import { checkBaseUrl, notConfigured } from "./provider-failure";
import { holdsSchema } from "./sdk/call-options";
import { connectionFetch } from "./sdk/connection-fetch";
import { embedWith } from "./sdk/embed-with";
import { generateWith } from "./sdk/generate-with";
import { loadSdk } from "./sdk/load-sdk";

/** Any server that speaks OpenAI's chat completions: Ollama, vLLM, OpenRouter, Groq … */
export const openaiCompatible = {
  id: "openai-compatible",
  needsModel: true,

  async generate(request, attempt) {
    const { sdk, provider } = await connect(attempt);
    return generateWith(sdk.chatModel(request.modelId), provider, request, attempt, {
      openaiCompatible: {
        strictJsonSchema: holdsSchema(request),
        ...(request.singleCall && { parallel_tool_calls: false }),
      },
    });
  },

  async embed(modelId, texts, connection) {
    const { sdk, provider } = await connect(connection);
    return embedWith(sdk.embeddingModel(modelId), provider, texts, connection);
  },
} as const satisfies Provider<"openai-compatible">;

async function connect(connection: ProviderConnection) {
  const { apiKey, baseUrl } = connection.settings.openai;
  if (baseUrl === null) {
    throw notConfigured("openai-compatible", "set OPENAI_BASE_URL to the server's address");
  }
  const { createOpenAICompatible } = await loadSdk(() => import("@ai-sdk/openai-compatible"));
  return {
    sdk: createOpenAICompatible({
      name: "openai-compatible",
      baseURL: checkBaseUrl("openai-compatible", baseUrl),
      includeUsage: true,
      supportsStructuredOutputs: true,
      fetch: connectionFetch(connection),
      // A server of one's own often wants no key.
      ...(apiKey !== null && { apiKey }),
    }),
    provider: { id: "openai-compatible", apiKey, keySecret: "OPENAI_API_KEY" },
  };
}
