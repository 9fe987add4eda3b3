import type { EmbeddingModelV4 } from "@ai-sdk/provider";

import { estimateTokens } from "../estimate-tokens";
import type { Embeddings, ProviderConnection } from "../provider";
import { badReply } from "../provider-failure";
import { fromSdkError, type SdkProvider } from "./sdk-failure";

/** One batch of texts through an embedding model of the AI SDK. */
export async function embedWith(
  model: EmbeddingModelV4,
  provider: SdkProvider,
  texts: readonly string[],
  connection: ProviderConnection,
): Promise<Embeddings> {
  try {
    const { embeddings, usage } = await model.doEmbed({
      values: [...texts],
      abortSignal: connection.signal,
    });
    if (embeddings.length !== texts.length) {
      throw badReply(provider.id, `${embeddings.length} vectors for ${texts.length} texts.`);
    }
    return {
      vectors: embeddings,
      inputTokens: usage?.tokens ?? estimateTokens(texts.join("")),
    };
  } catch (error) {
    connection.signal.throwIfAborted();
    throw fromSdkError(error, provider, connection.now());
  }
}
