/** What this room reaches of the world beside the store. */
import type { AccessScope } from "../domain/access/caller";
import { ActionFailure } from "../domain/action-failure";
import type { EmbeddingPorts } from "../knowledge/embeddings";
import type { SourcePorts } from "../knowledge/read-source";
import { OUTBOUND } from "../limits";
import { ConnectionSlots } from "../net/connection-slots";
import { quotaFailure } from "../store/projects/quotas";
import { spendTokens } from "../store/projects/spend-tokens";
import { databaseOf } from "../store/sql/databases";
import { fileReader } from "./file-reader";
import { modelSettings } from "./model-settings";
import { outboundSettings } from "./outbound-settings";

const QUOTA_USED_UP = [
  "quota_exceeded",
  "The project's quota of tokens is used up: what is left does not hold the texts to be embedded.",
] as const;

/**
 * Of a project, whose quota pays.
 * @param connections Of the object that asks; by default of the request.
 */
export function embeddingPorts(
  env: Env,
  projectId: string,
  connections: EmbeddingPorts["connections"] = new ConnectionSlots(OUTBOUND.maxAtOnce),
): EmbeddingPorts {
  return {
    connections,
    models: modelSettings(env),
    fetch: (...args) => fetch(...args),
    now: () => Date.now(),
    sleep: (delayMs, signal) => scheduler.wait(delayMs, { signal }),
    async spend(tokens) {
      try {
        await spendTokens(databaseOf(env, { projectId }), projectId, tokens, Date.now());
      } catch (error) {
        throw quotaFailure(error, Date.now()) === null
          ? error
          : new ActionFailure(...QUOTA_USED_UP);
      }
    },
  };
}

/** @param ownHost The host that the request came to: no document's text is fetched from there. */
export function sourcePorts(env: Env, scope: AccessScope, ownHost: string): SourcePorts {
  return {
    files: fileReader(env, scope, () => ({ open: "project", threadIds: [] })),
    fetch: (...args) => fetch(...args),
    outbound: outboundSettings(env, ownHost),
  };
}
