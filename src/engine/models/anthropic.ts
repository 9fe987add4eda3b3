import { connectionFetch } from "./connection-fetch";
import type { ModelMessage, ModelRequest, Provider } from "./provider";
import { notConfigured } from "./provider-failure";
import { generateWith } from "./sdk/generate-with";
import { loadSdk } from "./sdk/load-sdk";

const BASE_URL = "https://api.anthropic.com/v1";

export const anthropic = {
  id: "anthropic",
  needsModel: true,
  isRemote: true,
  async generate(request, providerCall) {
    const { apiKey } = providerCall.settings.anthropic;
    if (apiKey === null) {
      throw notConfigured("anthropic", "set the secret ANTHROPIC_API_KEY");
    }
    const { createAnthropic } = await loadSdk(() => import("@ai-sdk/anthropic"));
    const provider = createAnthropic({
      apiKey,
      baseURL: BASE_URL,
      fetch: connectionFetch(providerCall),
    });
    return generateWith(
      provider.languageModel(request.modelId),
      { id: "anthropic", apiKey, keySecret: "ANTHROPIC_API_KEY" },
      { ...declareSpoken(request), messages: userFirst(request.messages) },
      providerCall,
      request.singleCall ? { anthropic: { disableParallelToolUse: true } } : {},
    );
  },
} as const satisfies Provider<"anthropic">;

/** Anthropic takes calls in a conversation only where functions are declared, callable or not. */
function declareSpoken(request: ModelRequest): ModelRequest {
  const names = request.messages.flatMap((message) =>
    message.role === "assistant" ? message.calls.map(({ name }) => name) : [],
  );
  return request.functions.length > 0 || names.length === 0
    ? request
    : {
        ...request,
        functions: [...new Set(names)].map((name) => ({ name, parameters: { type: "object" } })),
        functionChoice: "none",
      };
}

/**
 * Anthropic wants a user to speak first; the last messages of a long thread may begin with the
 * assistant, and an instruction alone has nobody speak at all.
 */
function userFirst(messages: readonly ModelMessage[]): readonly ModelMessage[] {
  const first = messages.findIndex(({ role }) => role !== "system");
  if (messages[first]?.role === "user") {
    return messages;
  }
  const text = first === -1 ? "(Begin.)" : "(Earlier messages are left out.)";
  const opening: ModelMessage = { role: "user", content: [{ type: "text", text }] };
  return messages.toSpliced(first === -1 ? messages.length : first, 0, opening);
}
