/** Vectors of passages and questions, by the model that their knowledge names. */
import type { EmbeddingModel } from "../domain/knowledge";
import { embedTexts } from "../engine/models/embed-texts";
import { estimateTokens } from "../engine/models/estimate-tokens";
import { PROVIDER_IDS, type ProviderId } from "../engine/models/provider";
import { PROVIDERS } from "../engine/models/registry";
import type { RunPorts } from "../engine/ports";
import { KNOWLEDGE, MODEL } from "../limits";

/** What embedding needs of the world. */
export interface EmbeddingPorts extends Pick<
  RunPorts,
  "models" | "fetch" | "connections" | "now" | "sleep"
> {
  /**
   * Counts tokens against the project's quota. Throws ActionFailure `quota_exceeded` where they do not
   * fit.
   * @param tokens Below 0: they were not used after all.
   */
  spend(tokens: number): Promise<void>;
}

/** Providers with models that make vectors. */
export const EMBEDDING_PROVIDERS: readonly ProviderId[] = PROVIDER_IDS.filter(
  (id) => PROVIDERS[id].embed !== undefined,
);

/**
 * In the order of the texts, some requests at a time. Throws `ActionFailure` where the provider fails, or
 * where the quota does not hold the texts, about.
 */
export async function embed(
  { providerId, modelId }: EmbeddingModel,
  texts: readonly string[],
  ports: EmbeddingPorts,
  signal: AbortSignal,
): Promise<number[][]> {
  const provider = EMBEDDING_PROVIDERS.find((id) => id === providerId);
  if (provider === undefined) {
    throw new Error(`Knowledge was created for ${providerId}, which makes no vectors.`);
  }
  const vectors: number[][] = [];
  const atOnce = MODEL.embedBatchTexts * KNOWLEDGE.embedRequestsAtOnce;
  for (let start = 0; start < texts.length; start += atOnce) {
    const asked = texts.slice(start, start + atOnce);
    await ports.spend(tokensOf(asked));
    const chunks = chunksOf(asked, MODEL.embedBatchTexts);
    const outcomes = await Promise.allSettled(
      chunks.map((chunk) => embedTexts({ providerId: provider, modelId }, chunk, ports, signal)),
    );
    // What the others read is paid for, whatever has become of this one.
    const unread = chunks.filter((_, index) => outcomes[index]?.status === "rejected").flat();
    if (unread.length > 0) {
      await ports.spend(-tokensOf(unread));
    }
    for (const outcome of outcomes) {
      if (outcome.status === "rejected") {
        throw outcome.reason;
      }
      vectors.push(...outcome.value.vectors);
    }
  }
  return vectors;
}

function tokensOf(texts: readonly string[]): number {
  return texts.reduce((sum, text) => sum + estimateTokens(text), 0);
}

function chunksOf(texts: readonly string[], size: number): string[][] {
  const count = Math.ceil(texts.length / size);
  return Array.from({ length: count }, (_, index) => texts.slice(index * size, (index + 1) * size));
}
