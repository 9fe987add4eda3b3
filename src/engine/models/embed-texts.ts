/** Vectors of texts, for search by meaning: batch after batch, each within its bounds and retried. */
import { MODEL } from "../../limits";
import type { RunPorts } from "../ports";
import type { Embeddings, ProviderId } from "./provider";
import { ProviderFailure } from "./provider-failure";
import { PROVIDERS } from "./registry";
import { withRetries } from "./with-retries";
import { withinBounds } from "./within-bounds";

export interface EmbeddingModel {
  providerId: ProviderId;
  modelId: string;
}

/** Throws `ProviderFailure`, or the signal's reason once it is aborted. */
export async function embedTexts(
  model: EmbeddingModel,
  texts: readonly string[],
  ports: Pick<RunPorts, "models" | "fetch" | "connections" | "now" | "sleep">,
  signal: AbortSignal,
): Promise<Embeddings> {
  const { id, embed } = PROVIDERS[model.providerId];
  if (embed === undefined) {
    throw new ProviderFailure("provider_request_unsupported", `${id} makes no embeddings.`);
  }
  const embedBatch = (batch: readonly string[]): Promise<Embeddings> =>
    withRetries({ clock: ports, signal, onRetry: () => undefined }, () =>
      ports.connections.hold(signal, () =>
        withinBounds(id, { totalMs: MODEL.embedBatchMs }, ports, signal, (providerCall) =>
          embed(model.modelId, batch, {
            settings: ports.models,
            fetch: (input, init) => ports.fetch(input, init),
            now: () => ports.now(),
            signal: providerCall.signal,
          }),
        ),
      ),
    );
  const all: Embeddings = { vectors: [], inputTokens: 0 };
  for (let start = 0; start < texts.length; start += MODEL.embedBatchTexts) {
    const { vectors, inputTokens } = await embedBatch(
      texts.slice(start, start + MODEL.embedBatchTexts),
    );
    all.vectors.push(...vectors);
    all.inputTokens += inputTokens;
  }
  return all;
}
