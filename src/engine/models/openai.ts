import type { Provider, ProviderConnection } from "./provider";
import { checkBaseUrl, notConfigured } from "./provider-failure";
import { holdsSchema } from "./sdk/call-options";
import { connectionFetch } from "./sdk/connection-fetch";
import { embedWith } from "./sdk/embed-with";
import { generateWith } from "./sdk/generate-with";
import { loadSdk } from "./sdk/load-sdk";

const BASE_URL = "https://api.openai.com/v1";

/** OpenAI's chat completions: the wire that its compatible servers speak too, unlike its newer one. */
export const openai = {
  id: "openai",
  needsModel: true,

  async generate(request, attempt) {
    const { sdk, provider } = await connect(attempt);
    return generateWith(sdk.chat(request.modelId), provider, request, attempt, {
      openai: {
        strictJsonSchema: holdsSchema(request),
        ...(request.singleCall && { parallelToolCalls: false }),
      },
    });
  },

  async embed(modelId, texts, connection) {
    const { sdk, provider } = await connect(connection);
    return embedWith(sdk.embedding(modelId), provider, texts, connection);
  },
} as const satisfies Provider<"openai">;

async function connect(connection: ProviderConnection) {
  const { apiKey, baseUrl } = connection.settings.openai;
  if (apiKey === null) {
    throw notConfigured("openai", "set the secret OPENAI_API_KEY");
  }
  const { createOpenAI } = await loadSdk(() => import("@ai-sdk/openai"));
  return {
    sdk: createOpenAI({
      apiKey,
      baseURL: checkBaseUrl("openai", baseUrl ?? BASE_URL),
      fetch: connectionFetch(connection),
    }),
    provider: { id: "openai", apiKey, keySecret: "OPENAI_API_KEY" },
  };
}
