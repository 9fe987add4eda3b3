/** Asks the model of an action's config for one reply, as a step that is not repeated after a crash. */
import { ActionFailure } from "../../domain/action-failure";
import type { CallAnswerer } from "../../domain/run-event";
import { priced } from "../../domain/usage/model-price";
import type { ActionContext } from "../actions/action";
import { estimateInput } from "../models/estimate-tokens";
import { generateReply } from "../models/generate-reply";
import type { ModelReply, ModelRequest } from "../models/provider";
import { PROVIDERS } from "../models/registry";
import type { Retry } from "../models/with-retries";
import type { ModelConfig } from "./model-config";
import { type ReplyPlace, type SaidReply, ReplyEvents } from "./reply-events";

/** A reply with the attempts that failed before it. */
export interface AskedReply extends SaidReply {
  retries: Retry[];
  startedAtMs: number;
}

/** The parts of a request that differ between the replies of one action. */
export interface Question extends Pick<
  ModelRequest,
  "messages" | "functions" | "functionChoice" | "singleCall"
> {
  /** Counts the action's replies from 1. */
  n: number;
  /** Text that is told before the first text of the reply. */
  separator?: string;
  /** Who answers calls of this name; by default the tool. */
  answererOf?: (name: string) => CallAnswerer;
  isSearch?: (name: string) => boolean;
  /** Of several calls that a model makes all the same, the first is taken. */
  firstCallOnly?: boolean;
  /** `max_tokens` of this reply; by default the config's. */
  maxTokens?: number | null;
  /** Where the reply is a message of its own: its id, and how it is saved before its end is told. */
  message?: { id: string; save: (reply: AskedReply) => Promise<void> } | undefined;
}

/**
 * Makes the reply, or reads it back where an earlier attempt of the run has finished the step. It is told
 * through the context as it comes. Throws ActionFailure, whose meta names the attempts that failed before.
 * @param key Names the step.
 */
export async function askModel(
  context: ActionContext<unknown, ModelConfig>,
  key: string,
  question: Question,
): Promise<AskedReply> {
  const { ports, signal } = context;
  const provider = PROVIDERS[context.config.provider_id];
  const request = toRequest(context, question);
  const messageId = question.message?.id ?? null;
  const events = new ReplyEvents(context, { ...toPlace(question), messageId });
  if (provider.needsModel) {
    checkRequest(provider.id, request);
  }
  let isRecalled = true;
  let isBegun = false;
  const asked = await context.step(
    key,
    async () => {
      isRecalled = false;
      isBegun = true;
      const retries: Retry[] = [];
      const onRetry = (retry: Retry): void => void retries.push(retry);
      const startedAtMs = ports.now();
      const listener = events.start();
      const spending = {
        inputTokens: () => estimateInput(request),
        maxTokens: request.maxTokens,
      };
      try {
        const made = await context.tokens.spend(spending, (maxTokens) =>
          generateReply(provider, { ...request, maxTokens }, { ports, signal, listener, onRetry }),
        );
        const reply = question.firstCallOnly === true ? withFirstCall(made) : made;
        const warnings = [...reply.warnings, ...noteEnd(reply)];
        const usage = priced(reply.usage, ports.models.prices.get(nameOf(provider.id, request)));
        return { ...reply, usage, warnings, retries, messageId, startedAtMs };
      } catch (error) {
        if (error instanceof ActionFailure) {
          events.fail(error);
        }
        throw error instanceof ActionFailure && retries.length > 0
          ? new ActionFailure(error.code, error.message, { ...error.meta, retries })
          : error;
      }
    },
    (reply) => {
      isBegun = true;
      events.replay(reply);
    },
  );
  if (asked.text !== "" && asked.messageId !== null) {
    await question.message?.save(asked);
  }
  if (isBegun) {
    events.end(asked);
  }
  if (isRecalled) {
    context.tokens.restore(asked.usage);
  }
  return asked;
}

function toPlace({
  n,
  separator = "",
  answererOf = () => "tool",
  isSearch = () => false,
  firstCallOnly = false,
}: Question): Omit<ReplyPlace, "messageId"> {
  return { n, separator, answererOf, isSearch, firstCallOnly };
}

/** As prices are kept. */
function nameOf(providerId: string, { modelId }: ModelRequest): string {
  return modelId === "" ? providerId : `${providerId}/${modelId}`;
}

/** Throws where no model could answer the request. */
function checkRequest(providerId: string, { modelId, messages }: ModelRequest): void {
  if (modelId === "") {
    throw new ActionFailure("model_not_chosen", `Name the model of ${providerId} as model_id.`);
  }
  if (messages.length === 0) {
    throw new ActionFailure(
      "no_messages",
      "There is neither an instruction nor a message to answer.",
    );
  }
}

function toRequest(
  { config, streams }: ActionContext<unknown, ModelConfig>,
  { messages, functions, functionChoice, singleCall, maxTokens }: Question,
): ModelRequest {
  return {
    messages,
    functions,
    functionChoice,
    singleCall,
    modelId: config.model_id ?? "",
    temperature: config.temperature,
    topP: config.top_p,
    reasoningEffort: config.reasoning_effort,
    maxTokens: maxTokens ?? config.max_tokens,
    seed: config.seed,
    stop: typeof config.stop === "string" ? [config.stop] : config.stop,
    responseFormat: config.response_format,
    stream: streams,
    offline: config.offline ?? null,
  };
}

/** For models and servers that take no heed of `parallel_calls: false`. */
function withFirstCall(reply: ModelReply): ModelReply {
  const { calls, continuation, warnings } = reply;
  if (calls.length <= 1) {
    return reply;
  }
  const left = `The model made ${calls.length} calls where one was asked for: the first is taken.`;
  return {
    ...reply,
    calls: calls.slice(0, 1),
    warnings: [...warnings, left],
    ...(continuation && {
      continuation: { ...continuation, calls: continuation.calls.slice(0, 1) },
    }),
  };
}

/** Warnings about a reply that ended early. */
function noteEnd({ finishReason }: ModelReply): string[] {
  switch (finishReason) {
    case "length":
      return ["The reply was cut off at its greatest length."];
    case "content_filter":
      return ["The provider's content filter ended the reply."];
    case "stop":
    case "function_call":
    case "other":
      return [];
  }
}
