/** A request in Bobbin's words as OpenAI's chat completions take it. */
import { isJsonObject, passedBound } from "../../../domain/json";
import { RUN } from "../../../limits";
import type { FunctionCall, ModelMessage, ModelRequest, UserPart } from "../provider";

/** OpenAI's limit for the name of who speaks. */
const NAME_MAX_CHARS = 64;

/**
 * Always streamed, whoever listens: a connection that says nothing for minutes is cut by what stands
 * between, and a dead server cannot be told from a slow one.
 */
export function toBody(request: ModelRequest): Record<string, unknown> {
  const { temperature, topP, reasoningEffort, maxTokens, seed, stop, functions, functionChoice } =
    request;
  return {
    model: request.modelId,
    messages: request.messages.map(toWireMessage),
    stream: true,
    stream_options: { include_usage: true },
    ...(temperature !== null && { temperature }),
    ...(topP !== null && { top_p: topP }),
    ...(reasoningEffort !== null && { reasoning_effort: reasoningEffort }),
    ...(maxTokens !== null && { max_tokens: maxTokens }),
    ...(seed !== null && { seed }),
    ...(stop !== null && { stop }),
    ...toResponseFormat(request),
    ...(functions.length > 0 && {
      tools: functions.map((declaration) => ({ type: "function", function: declaration })),
      tool_choice:
        typeof functionChoice === "string"
          ? functionChoice
          : { type: "function", function: { name: functionChoice.name } },
    }),
    ...(request.singleCall && { parallel_tool_calls: false }),
  };
}

/** Free text is what is answered anyway. */
function toResponseFormat({ responseFormat }: ModelRequest): object {
  return responseFormat === null || responseFormat.type === "text"
    ? {}
    : { response_format: responseFormat };
}

function toWireMessage(message: ModelMessage): object {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.content, ...named(message.name) };
    case "user":
      return { role: "user", content: toContent(message.content), ...named(message.name) };
    case "assistant":
      return message.calls.length === 0
        ? { role: "assistant", content: message.content }
        : {
            role: "assistant",
            content: message.content === "" ? null : message.content,
            ...message.continuation?.message,
            tool_calls: message.calls.map((call, index) =>
              toWireCall(call, message.continuation?.calls[index]),
            ),
          };
    case "function":
      return { role: "tool", tool_call_id: message.callId, content: message.content };
  }
}

/** Text alone goes as a text: not every server takes parts. */
function toContent(parts: readonly UserPart[]): string | object[] {
  const [first] = parts;
  if (parts.length === 1 && first?.type === "text") {
    return first.text;
  }
  return parts.map((part) =>
    part.type === "text"
      ? { type: "text", text: part.text }
      : {
          type: "image_url",
          image_url: { url: part.url, ...(part.detail !== undefined && { detail: part.detail }) },
        },
  );
}

function toWireCall({ callId, name, arguments: text }: FunctionCall, extra: unknown): object {
  return {
    id: callId,
    type: "function",
    function: { name, arguments: isReadable(text) ? text : "{}" },
    ...(isJsonObject(extra) && { extra_content: extra }),
  };
}

/** Servers refuse a call whose arguments are no object: what a model broke is given back as none. */
function isReadable(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) && passedBound(value, { maxNesting: RUN.valueMaxNesting }) === null;
  } catch {
    return false;
  }
}

/** Who speaks, in the letters that are taken. */
function named(name: string | undefined): { name?: string } {
  return name === undefined || name === ""
    ? {}
    : { name: name.replaceAll(/[^\w-]/g, "_").slice(0, NAME_MAX_CHARS) };
}
