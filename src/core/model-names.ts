/** What a caller may call a model where it names no provider: an alias, `<provider>/<model>`, or a bare name. */
import { modelSettings } from "../adapters/model-settings";
import { isJsonObject } from "../domain/json";
import { PROVIDER_IDS, type ProviderId } from "../engine/models/provider";

export interface ModelChoice {
  providerId: ProviderId;
  modelId: string;
}

/** The model of this name. Any bare name is one of the default provider's: whether it is, that one says. */
export function findModel(env: Env, name: string): ModelChoice {
  const target = aliasesOf(env)[name] ?? name;
  return withProvider(target) ?? { providerId: defaultProvider(env), modelId: target };
}

/** The names that the deployment gives to models. */
export function modelAliases(env: Env): string[] {
  return Object.keys(aliasesOf(env));
}

/** `anthropic/claude-…`; null where it does not begin with a provider's id. */
function withProvider(name: string): ModelChoice | null {
  const [provider, ...rest] = name.split("/");
  const providerId = PROVIDER_IDS.find((id) => id === provider);
  const modelId = rest.join("/");
  return providerId === undefined || modelId === "" ? null : { providerId, modelId };
}

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

/** `{"gpt-4o": "anthropic/…"}`; what is no text is none. */
function aliasesOf({ MODEL_ALIASES: json }: Env): Record<string, string> {
  const given: unknown = json ? JSON.parse(json) : {};
  const entries = isJsonObject(given) ? Object.entries(given) : [];
  return Object.fromEntries(
    entries.flatMap(([name, target]) => (typeof target === "string" ? [[name, target]] : [])),
  );
}
