/** Vectors of passages and questions, by the model that their knowledge names. */
import type { EmbeddingModel } from "../domain/knowledge";
import { embedTexts } from "../engine/models/embed-texts";
import { PROVIDER_IDS, type ProviderId } from "../engine/models/provider";
import { PROVIDERS } from "../engine/models/registry";
import type { RunPorts } from "../engine/ports";
import { KNOWLEDGE, MODEL } from "../limits";

export type EmbeddingPorts = Pick<RunPorts, "models" | "fetch" | "connections" | "now" | "sleep">;

/** Providers with models that make vectors. */
export const EMBEDDING_PROVIDERS: readonly ProviderId[] = PROVIDER_IDS.filter(
  (id) => PROVIDERS[id].embed !== undefined,
);

/** In the order of the texts, some requests at a time. Throws `ActionFailure` where the provider fails. */
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
    const portions = portionsOf(texts.slice(start, start + atOnce), MODEL.embedBatchTexts);
    const embedded = await Promise.all(
      portions.map((portion) =>
        embedTexts({ providerId: provider, modelId }, portion, ports, signal),
      ),
    );
    vectors.push(...embedded.flatMap((embeddings) => embeddings.vectors));
  }
  return vectors;
}

function portionsOf(texts: readonly string[], size: number): string[][] {
  const count = Math.ceil(texts.length / size);
  return Array.from({ length: count }, (_, index) => texts.slice(index * size, (index + 1) * size));
}
