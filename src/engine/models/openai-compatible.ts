import { embed } from "./chat-completions/embed";
import { generateCompletion } from "./chat-completions/generate";
import { serverAt, type Server, URL_SETTING } from "./chat-completions/server";
import type { Provider, ProviderConnection } from "./provider";
import { notConfigured } from "./provider-failure";

/** Any server that speaks OpenAI's chat completions: Ollama, vLLM, OpenRouter, Groq … */
export const openaiCompatible = {
  id: "openai-compatible",
  needsModel: true,
  isRemote: true,

  async generate(request, providerCall) {
    return generateCompletion(server(providerCall), request, providerCall);
  },

  async embed(modelId, texts, connection) {
    return embed(server(connection), modelId, texts, connection);
  },
} as const satisfies Provider<"openai-compatible">;

function server({ settings }: ProviderConnection): Server {
  const { apiKey, baseUrl } = settings.openai;
  if (baseUrl === null) {
    throw notConfigured("openai-compatible", `set ${URL_SETTING} to the server's address`);
  }
  return serverAt("openai-compatible", baseUrl, apiKey);
}
