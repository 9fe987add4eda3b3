/** What this room reaches of the world beside the store. */
import type { AccessScope } from "../domain/access/caller";
import type { EmbeddingPorts } from "../knowledge/embeddings";
import type { SourcePorts } from "../knowledge/read-source";
import { OUTBOUND } from "../limits";
import { ConnectionSlots } from "../net/connection-slots";
import { fileReader } from "./file-reader";
import { modelSettings } from "./model-settings";
import { outboundSettings } from "./outbound-settings";

/** @param connections Of the object that asks; by default of the request. */
export function embeddingPorts(
  env: Env,
  connections: EmbeddingPorts["connections"] = new ConnectionSlots(OUTBOUND.maxAtOnce),
): EmbeddingPorts {
  return {
    connections,
    models: modelSettings(env),
    fetch: (...args) => fetch(...args),
    now: () => Date.now(),
    sleep: (delayMs, signal) => scheduler.wait(delayMs, { signal }),
  };
}

/** @param ownHost The host that the request came to: no document's text is fetched from there. */
export function sourcePorts(env: Env, reach: AccessScope, ownHost: string): SourcePorts {
  return {
    files: fileReader(env, reach, () => ({ open: "project", threadIds: [] })),
    fetch: (...args) => fetch(...args),
    outbound: outboundSettings(env, ownHost),
  };
}
