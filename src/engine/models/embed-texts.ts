/** Vectors of texts, for search by meaning: batch after batch, each within its bounds and retried. */
import { MODEL } from "../../limits";
import type { RunPorts } from "../ports";
import type { Embeddings, ProviderId } from "./provider";
import { ProviderFailure, badReply } from "./provider-failure";
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
          }).then((embeddings) => checked(id, embeddings)),
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

/** Throws where the vectors cannot be kept and compared, whoever made them. */
function checked(id: ProviderId, embeddings: Embeddings): Embeddings {
  const [first] = embeddings.vectors;
  for (const vector of embeddings.vectors) {
    if (vector.length === 0 || vector.length > MODEL.vectorMaxNumbers) {
      throw badReply(
        id,
        `a vector of ${vector.length} numbers; 1 to ${MODEL.vectorMaxNumbers} are taken.`,
      );
    }
    if (vector.length !== first?.length) {
      throw badReply(id, "vectors of different lengths.");
    }
    if (!vector.every((number) => Number.isFinite(Math.fround(number)))) {
      throw badReply(id, "a vector with a number beyond all that a model computes with.");
    }
  }
  return embeddings;
}
