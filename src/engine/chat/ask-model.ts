/** One reply of the model that an action's config names, as a step that a crash does not repeat. */
import { ActionFailure } from "../../domain/action-failure";
import type { ActionContext } from "../actions/action";
import { estimateInput } from "../models/estimate-tokens";
import { generateReply } from "../models/generate-reply";
import type { ModelReply, ModelRequest } from "../models/provider";
import { PROVIDERS } from "../models/registry";
import type { Retry } from "../models/with-retries";
import type { ModelConfig } from "./model-config";

export interface AskedReply extends ModelReply {
  retries: Retry[];
}

/** What differs from reply to reply of one action. */
export type Question = Pick<
  ModelRequest,
  "messages" | "functions" | "functionChoice" | "singleCall"
>;

/**
 * `key` names the step. The reply is told through the context as it comes; `separator` is told
 * before its first text. Throws ActionFailure, the attempts that came before in its meta.
 */
export async function askModel(
  context: ActionContext<unknown, ModelConfig>,
  key: string,
  question: Question,
  separator = "",
): Promise<AskedReply> {
  const { ports, signal } = context;
  const provider = PROVIDERS[context.config.provider_id];
  const request = toRequest(context, question);
  if (provider.needsModel) {
    checkRequest(provider.id, request);
  }
  let isRecalled = true;
  const asked = await context.step(
    key,
    async () => {
      isRecalled = false;
      const retries: Retry[] = [];
      const onRetry = (retry: Retry): void => void retries.push(retry);
      const listener = tellThrough(context, separator);
      const spending = {
        inputTokens: () => estimateInput(request),
        maxTokens: request.maxTokens,
      };
      try {
        const reply = await context.tokens.spend(spending, (maxTokens) =>
          generateReply(provider, { ...request, maxTokens }, { ports, signal, listener, onRetry }),
        );
        const warnings = [...reply.warnings, ...noteEnd(reply)];
        return { ...reply, warnings, retries };
      } catch (error) {
        throw error instanceof ActionFailure && retries.length > 0
          ? new ActionFailure(error.code, error.message, { ...error.meta, retries })
          : error;
      }
    },
    (reply) => {
      const listener = tellThrough(context, separator);
      if (reply.text !== "") {
        listener.onText(reply.text);
      }
      for (const call of reply.calls) {
        listener.onCallStart(call.name);
        listener.onCallDelta(call.name, call.arguments);
      }
    },
  );
  if (isRecalled) {
    context.tokens.recall(asked.usage);
  }
  return asked;
}

/** What no model could do anything with. */
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
  question: Question,
): ModelRequest {
  return {
    ...question,
    modelId: config.model_id ?? "",
    temperature: config.temperature,
    maxTokens: config.max_tokens,
    seed: config.seed,
    stop: typeof config.stop === "string" ? [config.stop] : config.stop,
    responseFormat: config.response_format,
    stream: streams,
    offline: config.offline ?? null,
  };
}

/** A reply that is not what it would have been is said to be so. */
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

function tellThrough(context: ActionContext<unknown, ModelConfig>, separator: string) {
  let toldText = false;
  return {
    onText: (text: string): void => {
      context.emitText(toldText ? text : separator + text);
      toldText = true;
    },
    onCallStart: (name: string): void => context.emitCallStart(name),
    onCallDelta: (name: string, text: string): void => context.emitCallDelta(name, text),
  };
}
