/** A run as this dialect's request asks for it, in the core's terms. */
import { findModel } from "../../../core/model-names";
import type { RunCall } from "../../../core/run-call";
import type { Failure, Issue } from "../../../domain/failure";
import type { NewMessage } from "../../../domain/message";
import type { ConflictRule } from "../../../domain/run";
import { RUN_CODE } from "../../../domain/run-event";
import { RUN } from "../../../limits";
import { SECOND_MS } from "../../../limits/units";
import { unwrap } from "../../shared/reply/fail";
import {
  ASSISTANT_ACTION,
  HISTORY_MESSAGES,
  formatConfig,
  modelConfig,
  toolsConfig,
} from "../assistants/definition";
import { checkForcedCode } from "../code-interpreter";
import type { RunFields } from "./run-bodies";

/** OpenAI's time for a client to submit outputs, in milliseconds from when the run begins to wait. */
export const WAIT_FOR_OUTPUTS_MS = 10 * 60 * SECOND_MS;

/** Where a run goes, and what the request's fields do not say. */
export interface RunPlace {
  toolId: string;
  threadId: string;
  /** Messages that are saved to the thread when the run is accepted, in this order. */
  messages: NewMessage[];
  /** Names of the knowledge that this run searches; null: the assistant's own. */
  knowledge: string[] | null;
  /** Text after the instructions, be they the run's or the assistant's; empty for none. */
  addedInstructions: string;
  conflict: ConflictRule;
  /** How long the run waits for outputs by default, in milliseconds; undefined: the core's default. */
  waitMs: number | undefined;
}

/** The call of the core for a request's fields. */
export function toRunCall(
  env: Env,
  body: RunFields,
  { toolId, threadId, messages, knowledge, addedInstructions, conflict, waitMs }: RunPlace,
): RunCall {
  const config = configOf(env, body, addedInstructions, knowledge);
  return {
    toolId,
    version: body.version ?? "default",
    config: Object.keys(config).length === 0 ? {} : { [ASSISTANT_ACTION]: config },
    inputs: [{}],
    inputMessages: [messages],
    threadId,
    stream: body.stream === true,
    conflict,
    deadlineMs: body.deadline_seconds ? body.deadline_seconds * SECOND_MS : RUN.defaultDeadlineMs,
    webhookUrl: body.webhook_url ?? null,
    turn: null,
    metadata: body.metadata ?? null,
    waitDeadlineMs: body.wait_seconds ? body.wait_seconds * SECOND_MS : waitMs,
  };
}

/** The config that the request overrides; fields that it leaves out stay as the assistant has them. */
function configOf(
  env: Env,
  body: RunFields,
  addedInstructions: string,
  knowledge: string[] | null,
) {
  const { model, tools, truncation_strategy: truncation } = body;
  return {
    ...(model ? modelConfig(model, unwrap(findModel(env, model))) : {}),
    ...given("instruction", body.instructions),
    ...given("add_instruction", addedInstructions || null),
    ...(tools ? toolsConfig(env, tools) : {}),
    ...given("knowledge", knowledge),
    ...given("temperature", body.temperature),
    ...given("top_p", body.top_p),
    ...(body.response_format ? { response_format: formatConfig(body.response_format) } : {}),
    ...given("reasoning_effort", body.reasoning_effort),
    ...given("max_prompt_tokens", body.max_prompt_tokens),
    ...given("max_completion_tokens", body.max_completion_tokens),
    ...given("function_call", choiceConfig(env, body.tool_choice)),
    ...given("parallel_calls", body.parallel_tool_calls),
    ...(truncation?.type === "last_messages"
      ? { history: { limit: HISTORY_MESSAGES, last: truncation.last_messages } }
      : {}),
  };
}

function choiceConfig(env: Env, choice: RunFields["tool_choice"]) {
  if (choice === undefined || choice === null || typeof choice === "string") {
    return choice;
  }
  if (choice.type === RUN_CODE) {
    checkForcedCode(env, ["tool_choice", "type"]);
  }
  return { name: choice.name };
}

function given(name: string, value: unknown): Record<string, unknown> {
  return value === null || value === undefined ? {} : { [name]: value };
}

/** This dialect's names of the config's keys. */
const PARAMS: Readonly<Record<string, string>> = {
  provider_id: "model",
  model_id: "model",
  model_name: "model",
  instruction: "instructions",
  add_instruction: "additional_instructions",
  function_call: "tool_choice",
  functions: "tools",
  search: "tools",
  code: "tools",
  top_k: "tools",
  min_similarity: "tools",
  knowledge: "tool_resources",
  history: "truncation_strategy",
  parallel_calls: "parallel_tool_calls",
};

/** The failure with its places named as the request wrote them. */
export function inOwnNames(failure: Failure): Failure {
  if (failure.kind === "closed_to_tokens") {
    return { ...failure, path: ownPath(failure.path) };
  }
  return failure.kind === "invalid"
    ? { ...failure, issues: failure.issues.map(ownIssue) }
    : failure;
}

function ownIssue(issue: Issue): Issue {
  const [first, action, key] = issue.path;
  return first === "config" && action === ASSISTANT_ACTION && key === undefined
    ? { path: [], message: NO_ASSISTANT }
    : { ...issue, path: ownPath(issue.path) };
}

const NO_ASSISTANT =
  "cannot change this tool for one run: it was not made here; POST /api/sdk/p/{project_id}/a/{tool_id}/r takes the config of its actions";

function ownPath(path: Issue["path"]): Issue["path"] {
  const [first, second, third, ...rest] = path;
  if (first === "config" && second === ASSISTANT_ACTION && third !== undefined) {
    return [PARAMS[third] ?? third, ...rest];
  }
  // All messages belong to the one row.
  return first === "inputs" && second === 0 && third === "messages"
    ? ["additional_messages", ...rest]
    : path;
}
