/**
 * An assistant as a tool: INPUT, one chat action, OUTPUT. All that an assistant says of itself lies in
 * that action's config, which is no template and which a run may change key by key.
 */
import type { ModelChoice } from "../../../core/model-names";
import type { ActionDefinition } from "../../../domain/tool";
import { ACTION, CONVERSATION } from "../../../limits";
import { codeConfigOf } from "../code-interpreter";
import type { ResponseFormat } from "./model-fields";
import type { FunctionTool, ToolField } from "./tool-fields";

export const ASSISTANT_ACTION = "ASSISTANT";

/** Messages of the thread that a run reads: as many as the core can. */
export const HISTORY_MESSAGES = ACTION.threadMaxMessages;

/** The config of an assistant's chat action, as far as this dialect writes it. */
export interface AssistantConfig {
  provider_id: string;
  model_id: string | null;
  model_name: { name: string; stands_for: string } | null;
  instruction: string | null;
  functions: FunctionConfig[];
  temperature: number | null;
  top_p: number | null;
  response_format: unknown;
  reasoning_effort: string | null;
  /** Whether the model may search. */
  search: boolean;
  /** What becomes of JavaScript that the model would run. */
  code: "offered" | "declared" | null;
  top_k?: number;
  min_similarity: number;
  /** Names of knowledge to be searched. */
  knowledge: string[] | null;
}

interface FunctionConfig {
  name: string;
  description?: string;
  parameters?: Record<string, unknown>;
  strict?: boolean;
  client: true;
}

export function assistantActions(config: Partial<AssistantConfig>): ActionDefinition[] {
  const history = { limit: HISTORY_MESSAGES };
  return [
    { name: "INPUT", type: "input" },
    {
      name: ASSISTANT_ACTION,
      type: "chat",
      config: { functions: [], search: false, ...config, history, per_reply_messages: true },
    },
    { name: "OUTPUT", type: "output" },
  ];
}

/** What the version says, to be changed here and there; of a tool that was not made here nothing. */
export function assistantConfigOf(
  actions: readonly ActionDefinition[],
): Record<string, unknown> | undefined {
  return actions.find(({ name }) => name === ASSISTANT_ACTION)?.config;
}

/** @param name As the request calls the model: replies show it. */
export function modelConfig(name: string, { providerId, modelId }: ModelChoice) {
  const standsFor = `${providerId}/${modelId}`;
  return {
    provider_id: providerId,
    model_id: modelId,
    model_name: name === modelId ? null : { name, stands_for: standsFor },
  };
}

/** All that the list of tools says; what it does not name the model may not use. */
export function toolsConfig(env: Env, tools: readonly ToolField[]) {
  const codeAt = tools.findIndex(({ type }) => type === "code_interpreter");
  const search = tools.find((tool) => tool.type === "file_search");
  const { max_num_results: most, ranking_options: ranking } = search?.file_search ?? {};
  return {
    functions: functionsOf(tools),
    search: search !== undefined,
    code: codeAt < 0 ? null : codeConfigOf(env, ["tools", codeAt, "type"]),
    ...(search && { top_k: most ?? CONVERSATION.searchHits }),
    ...(search && { min_similarity: ranking?.score_threshold ?? 0 }),
  };
}

function functionsOf(tools: readonly ToolField[]): FunctionConfig[] {
  return tools.flatMap((tool) => (tool.type === "function" ? [functionConfig(tool)] : []));
}

function functionConfig({ function: given }: FunctionTool): FunctionConfig {
  const { name, description, parameters, strict } = given;
  return {
    name,
    ...(description ? { description } : {}),
    ...(parameters ? { parameters } : {}),
    ...(strict ? { strict } : {}),
    client: true,
  };
}

export function formatConfig(format: ResponseFormat | null | undefined): unknown {
  if (format === null || format === undefined || format === "auto") {
    return null;
  }
  if (format.type !== "json_schema") {
    return format;
  }
  const { name, description, schema, strict } = format.json_schema;
  const more = { ...(description ? { description } : {}), ...(strict ? { strict } : {}) };
  return { type: "json_schema", json_schema: { name, schema, ...more } };
}
