import type { ModelRequest, Provider, ProviderConnection } from "./provider";
import { notConfigured, ProviderFailure } from "./provider-failure";
import { embedWith } from "./sdk/embed-with";
import { generateWith } from "./sdk/generate-with";
import { loadSdk } from "./sdk/load-sdk";

/** Cloudflare's own models, through the Worker's `AI` binding: no key, billed to the account. */
export const workersAi = {
  id: "workers-ai",
  needsModel: true,
  isRemote: true,

  async generate(request, providerCall) {
    refuseRemoteImages(request);
    const sdk = await connect(providerCall);
    const reply = await generateWith(sdk.chat(request.modelId), PROVIDER, request, providerCall);
    return { ...reply, warnings: [...reply.warnings, ...untaken(request)] };
  },

  async embed(modelId, texts, connection) {
    const sdk = await connect(connection);
    return embedWith(sdk.embedding(modelId), PROVIDER, texts, connection);
  },
} as const satisfies Provider<"workers-ai">;

const PROVIDER = { id: "workers-ai", apiKey: null };

async function connect(connection: ProviderConnection) {
  const binding = connection.settings.workersAi;
  if (!isAiBinding(binding)) {
    throw notConfigured("workers-ai", "bind Workers AI as `AI` in wrangler.toml");
  }
  const { createWorkersAI } = await loadSdk(() => import("workers-ai-provider"));
  return createWorkersAI({ binding });
}

function isAiBinding(binding: unknown): binding is Ai {
  return typeof binding === "object" && binding !== null && "run" in binding;
}

function refuseRemoteImages({ messages }: ModelRequest): void {
  const isRemote = messages.some(
    (message) =>
      message.role === "user" &&
      message.content.some((part) => part.type === "image" && !part.url.startsWith("data:")),
  );
  if (isRemote) {
    throw new ProviderFailure(
      "provider_request_unsupported",
      "workers-ai fetches no images: give them as data: URLs.",
    );
  }
}

/** What the binding drops without a word. */
function untaken({ seed, stop }: ModelRequest): string[] {
  return [
    ...(seed === null ? [] : ["workers-ai takes no seed."]),
    ...(stop === null ? [] : ["workers-ai takes no stop sequences."]),
  ];
}
