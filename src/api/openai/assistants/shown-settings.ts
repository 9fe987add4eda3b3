/** What an assistant or a run was asked for, as replies show it: read back from the config. */
import { isJsonObject } from "../../../domain/json";
import { FILE_SEARCH, RUN_CODE } from "../../../domain/run-event";
import type { ActionDefinition, RunConfig } from "../../../domain/tool";
import { CONVERSATION } from "../../../limits";
import { presentResources } from "../tool-resources";
import { ASSISTANT_ACTION } from "./definition";

type Config = Readonly<Record<string, unknown>>;

/** Of the chat action that answers; of a tool that was not made here, the last one that has a model. */
function answeringConfig(config: RunConfig): Config {
  const own = config[ASSISTANT_ACTION];
  return own ?? Object.values(config).findLast((values) => "model_id" in values) ?? {};
}

export function shownSettings(config: RunConfig) {
  const of = answeringConfig(config);
  return {
    model: shownModel(of),
    instructions: shownInstructions(of),
    tools: shownTools(of),
    temperature: numberOr(of["temperature"], 1),
    top_p: numberOr(of["top_p"], 1),
    max_prompt_tokens: numberOr(of["max_prompt_tokens"], null),
    max_completion_tokens: numberOr(of["max_completion_tokens"], null),
    truncation_strategy: shownTruncation(of["history"]),
    tool_choice: shownChoice(of),
    parallel_tool_calls: of["parallel_calls"] !== false,
    response_format: of["response_format"] ?? "auto",
  };
}

/** Whether the tools say that the model may run code, and the model is not offered it. */
export function isCodeUnoffered(config: RunConfig): boolean {
  return answeringConfig(config)["code"] === "declared";
}

/** Of the tool's version that is run. */
export function shownAssistant(actions: readonly ActionDefinition[]) {
  const { spec = {}, config = {} } =
    actions.find(({ name }) => name === ASSISTANT_ACTION) ?? lastChat(actions) ?? {};
  const said = textOr(config["instruction"], textOr(spec["instruction"], ""));
  const own = shownSettings({ [ASSISTANT_ACTION]: config });
  return {
    model: own.model,
    // Of a tool that was not made here it may be a template.
    instructions: said === "" || (!("instruction" in config) && isTemplate(said)) ? null : said,
    tools: own.tools,
    tool_resources: presentResources(knowledgeIn(config)),
    temperature: own.temperature,
    top_p: own.top_p,
    response_format: own.response_format,
  };
}

function isTemplate(text: string): boolean {
  return /\{[{%#]/.test(text);
}

function lastChat(actions: readonly ActionDefinition[]): ActionDefinition | undefined {
  return actions.findLast(({ type }) => type === "chat");
}

/** As it was asked for; where another model has taken its place since, the provider's own name of that. */
function shownModel(config: Config): string {
  const model = textOr(config["model_id"], "");
  const provider = textOr(config["provider_id"], "offline");
  const { model_name: asked } = config;
  if (isJsonObject(asked) && asked["stands_for"] === `${provider}/${model}`) {
    return textOr(asked["name"], model);
  }
  return model === "" ? provider : model;
}

/** Both as the model is given them. */
function shownInstructions(config: Config): string {
  return [config["instruction"], config["add_instruction"]]
    .map((text) => textOr(text, ""))
    .filter((text) => text.trim() !== "")
    .join("\n\n");
}

function shownTools(config: Config): { type: string; [field: string]: unknown }[] {
  const functions = Array.isArray(config["functions"]) ? config["functions"] : [];
  const declared = functions.filter(isJsonObject).map((given) => {
    const { client: _client, strict = false, ...more } = given;
    return { type: "function", function: { ...more, strict } };
  });
  const runsCode = typeof config["code"] === "string";
  return [
    ...(runsCode ? [{ type: "code_interpreter" }] : []),
    ...(config["search"] === true ? [shownSearch(config)] : []),
    ...declared,
  ];
}

function shownSearch(config: Config) {
  const most = numberOr(config["top_k"], CONVERSATION.searchHits);
  const least = numberOr(config["min_similarity"], 0);
  const given = {
    ...(most === CONVERSATION.searchHits ? {} : { max_num_results: most }),
    ...(least === 0
      ? {}
      : { ranking_options: { ranker: "default_2024_08_21", score_threshold: least } }),
  };
  return Object.keys(given).length === 0
    ? { type: "file_search" }
    : { type: "file_search", file_search: given };
}

/** Of knowledge; null where it names none and may not search. */
function knowledgeIn(config: Config): string[] | null {
  const { knowledge, search } = config;
  const names = Array.isArray(knowledge) ? knowledge.map(String) : [];
  return names.length > 0 || search === true ? names : null;
}

function shownTruncation(history: unknown) {
  const last = isJsonObject(history) ? history["last"] : undefined;
  return typeof last === "number"
    ? { type: "last_messages" as const, last_messages: last }
    : { type: "auto" as const, last_messages: null };
}

function shownChoice(config: Config): unknown {
  const choice = config["function_call"];
  if (isJsonObject(choice) && (choice["name"] === FILE_SEARCH || choice["name"] === RUN_CODE)) {
    return { type: choice["name"] };
  }
  return isJsonObject(choice)
    ? { type: "function", function: { name: choice["name"] } }
    : (choice ?? "auto");
}

function textOr(value: unknown, otherwise: string): string {
  return typeof value === "string" ? value : otherwise;
}

function numberOr<Otherwise>(value: unknown, otherwise: Otherwise): number | Otherwise {
  return typeof value === "number" ? value : otherwise;
}
