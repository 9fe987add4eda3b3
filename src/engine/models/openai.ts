import { embed } from "./chat-completions/embed";
import { generateCompletion } from "./chat-completions/generate";
import { KEY_SECRET, serverAt, type Server } from "./chat-completions/server";
import type { Provider, ProviderConnection } from "./provider";
import { notConfigured } from "./provider-failure";

const BASE_URL = "https://api.openai.com/v1";

/** OpenAI's chat completions: the wire that its compatible servers speak too, unlike its newer one. */
export const openai = {
  id: "openai",
  needsModel: true,
  isRemote: true,

  async generate(request, providerCall) {
    return generateCompletion(server(providerCall), request, providerCall, asModelTakesIt);
  },

  async embed(modelId, texts, connection) {
    return embed(server(connection), modelId, texts, connection);
  },
} as const satisfies Provider<"openai">;

function server({ settings }: ProviderConnection): Server {
  const { apiKey, baseUrl } = settings.openai;
  if (apiKey === null) {
    throw notConfigured("openai", `set the secret ${KEY_SECRET}`);
  }
  return serverAt("openai", baseUrl ?? BASE_URL, apiKey);
}

/** Models that think: they refuse the older name of the bound on their reply. */
const REASONING = /^(o\d|gpt-([5-9]|\d\d))(?!.*chat)/;
/** On this wire these call functions only where they do not think. */
const NO_THINKING_CALLS = /^gpt-5\.([6-9]|\d\d)/;

function asModelTakesIt(body: Record<string, unknown>): Record<string, unknown> {
  const model = String(body["model"]);
  const { max_tokens: maxTokens, ...rest } = body;
  return {
    ...(REASONING.test(model) && maxTokens !== undefined
      ? { ...rest, max_completion_tokens: maxTokens }
      : body),
    ...(NO_THINKING_CALLS.test(model) && "tools" in body && { reasoning_effort: "none" }),
  };
}
