/** What a caller may call a model where it names no provider: an alias, `<provider>/<model>`, or a bare name. */
import * as z from "zod";

import { jsonSetting } from "../adapters/json-setting";
import { modelSettings } from "../adapters/model-settings";
import { type Outcome, failed, success } from "../domain/failure";
import type { EmbeddingModel } from "../domain/knowledge";
import { PROVIDER_IDS, type ProviderId } from "../engine/models/provider";

/** A model and who serves it. */
export interface ModelChoice {
  providerId: ProviderId;
  modelId: string;
}

/**
 * The model of this name. Any bare name is one of the default provider's: whether it is, that one says.
 * `unavailable` where `MODEL_ALIASES` cannot be read: whose model the name is, nobody knows then.
 */
export function findModel(env: Env, name: string): Outcome<ModelChoice> {
  const aliases = modelAliases(env);
  if (aliases === null) {
    const message = `MODEL_ALIASES of this deployment is ${ALIASES_FORM}`;
    return failed({ kind: "unavailable", message, retryAfterSeconds: ALIASES_RETRY_SECONDS });
  }
  const target = aliases.get(name) ?? name;
  return success(withProvider(target) ?? { providerId: defaultProvider(env), modelId: target });
}

/** What is wrong with the variable, whatever it says. */
export const ALIASES_FORM = 'no JSON object of names, as in {"gpt-4o": "anthropic/…"}';

/** Somebody has to deploy again first. */
const ALIASES_RETRY_SECONDS = 60;

/** `anthropic/claude-…`; null where it does not begin with a provider's id. */
function withProvider(name: string): ModelChoice | null {
  const [provider, ...rest] = name.split("/");
  const providerId = PROVIDER_IDS.find((id) => id === provider);
  const modelId = rest.join("/");
  return providerId === undefined || modelId === "" ? null : { providerId, modelId };
}

/** The model that turns passages into vectors where nobody names one; null where the deployment has none. */
export function defaultEmbedding({ DEFAULT_EMBEDDING: name }: Env): EmbeddingModel | null {
  return name ? withProvider(name) : null;
}

/** The provider of actions that name none, by what the deployment has set up. */
export function defaultProvider(env: Env): ProviderId {
  const named = PROVIDER_IDS.find((id) => id === env.DEFAULT_PROVIDER);
  if (named !== undefined) {
    return named;
  }
  const { openai } = modelSettings(env);
  if (openai.baseUrl !== null) {
    return "openai-compatible";
  }
  return openai.apiKey === null ? "offline" : "openai";
}

const readAliases = jsonSetting(z.string().min(1));

/** The names that the deployment gives to models, and what they stand for; null: they cannot be read. */
export function modelAliases({ MODEL_ALIASES }: Pick<Env, "MODEL_ALIASES">) {
  return readAliases(MODEL_ALIASES);
}
