/** What this room reaches of the world beside the store. */
import { modelSettings } from "../coordinator/ports/model-settings";
import type { EmbeddingPorts } from "./embeddings";

export function knowledgePorts(env: Env): EmbeddingPorts {
  return {
    models: modelSettings(env),
    fetch: (...args) => fetch(...args),
    now: () => Date.now(),
    sleep: (delayMs, signal) => scheduler.wait(delayMs, { signal }),
  };
}
