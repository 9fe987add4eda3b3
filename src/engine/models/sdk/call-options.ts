/** A request in Bobbin's words as the AI SDK's language models take it. */
import type {
  LanguageModelV4CallOptions,
  LanguageModelV4FilePart,
  LanguageModelV4Message,
  LanguageModelV4TextPart,
  LanguageModelV4ToolChoice,
  SharedV4ProviderOptions,
} from "@ai-sdk/provider";

import { isJsonObject, passedBound } from "../../../domain/json";
import { RUN } from "../../../limits";
import type {
  FunctionChoice,
  ModelMessage,
  ModelRequest,
  ResponseFormat,
  UserPart,
} from "../provider";

export function toCallOptions(
  request: ModelRequest,
  signal: AbortSignal,
  providerOptions: SharedV4ProviderOptions,
): LanguageModelV4CallOptions {
  const { temperature, topP, reasoningEffort, maxTokens, seed, stop, responseFormat, functions } =
    request;
  return {
    prompt: request.messages.map(toPromptMessage),
    abortSignal: signal,
    providerOptions,
    ...(temperature !== null && { temperature }),
    ...(topP !== null && { topP }),
    ...(reasoningEffort !== null && { reasoning: reasoningEffort }),
    ...(maxTokens !== null && { maxOutputTokens: maxTokens }),
    ...(seed !== null && { seed }),
    ...(stop !== null && { stopSequences: [...stop] }),
    ...(responseFormat !== null && { responseFormat: toResponseFormat(responseFormat) }),
    ...(functions.length > 0 && {
      tools: functions.map(({ name, description, strict, parameters }) => ({
        type: "function" as const,
        name,
        ...(strict !== undefined && { strict }),
        ...(description !== undefined && { description }),
        inputSchema: parameters,
      })),
      toolChoice: toToolChoice(request.functionChoice),
    }),
  };
}

function toToolChoice(choice: FunctionChoice): LanguageModelV4ToolChoice {
  return typeof choice === "string" ? { type: choice } : { type: "tool", toolName: choice.name };
}

function toResponseFormat(
  format: ResponseFormat,
): NonNullable<LanguageModelV4CallOptions["responseFormat"]> {
  switch (format.type) {
    case "text":
      return { type: "text" };
    case "json_object":
      return { type: "json" };
    case "json_schema": {
      const { name, description, schema } = format.json_schema;
      return {
        type: "json",
        name,
        schema: schema,
        ...(description !== undefined && { description }),
      };
    }
  }
}

function toPromptMessage(message: ModelMessage): LanguageModelV4Message {
  switch (message.role) {
    case "system":
      return { role: "system", content: message.content };
    case "user":
      return { role: "user", content: message.content.map(toPromptPart) };
    case "assistant":
      return {
        role: "assistant",
        content: [
          ...(message.content === "" ? [] : [{ type: "text" as const, text: message.content }]),
          ...message.calls.map(({ callId, name, arguments: text }) => ({
            type: "tool-call" as const,
            toolCallId: callId,
            toolName: name,
            input: readObject(text),
          })),
        ],
      };
    case "function":
      return {
        role: "tool",
        content: [
          {
            type: "tool-result",
            toolCallId: message.callId,
            toolName: message.name,
            output: { type: "text", value: message.content },
          },
        ],
      };
  }
}

function toPromptPart(part: UserPart): LanguageModelV4TextPart | LanguageModelV4FilePart {
  if (part.type === "text") {
    return { type: "text", text: part.text };
  }
  const inline = /^data:(?<mediaType>[^;,]+);base64,(?<data>.*)$/s.exec(part.url)?.groups;
  return {
    type: "file",
    mediaType: inline?.["mediaType"] ?? "image/*",
    data:
      inline?.["data"] === undefined
        ? { type: "url", url: new URL(part.url) }
        : { type: "data", data: inline["data"] },
  };
}

/** Arguments that a model broke are given back as none: providers refuse a call that is no object. */
function readObject(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    const isKept = passedBound(value, { maxNesting: RUN.valueMaxNesting }) === null;
    return isJsonObject(value) && isKept ? value : {};
  } catch {
    return {};
  }
}
