/**
 * One call through a language model of the AI SDK. Its models are called directly, without the
 * SDK's `streamText` above them: that would download images for some providers, and adds a quarter to
 * their bundle for loops and retries that Bobbin has to make durable itself.
 */
import type {
  LanguageModelV4,
  LanguageModelV4FinishReason,
  LanguageModelV4StreamPart,
  LanguageModelV4Usage,
  SharedV4ProviderOptions,
  SharedV4Warning,
} from "@ai-sdk/provider";

import type { FinishReason, ModelRequest, ProviderCall, ProviderReply } from "../provider";
import { connectionLost } from "../provider-failure";
import { ReplyDraft } from "../reply-draft";
import { toCallOptions } from "./call-options";
import { fromSdkError, fromStreamError, type SdkProvider } from "./sdk-failure";

export async function generateWith(
  model: LanguageModelV4,
  provider: SdkProvider,
  request: ModelRequest,
  providerCall: ProviderCall,
  providerOptions: SharedV4ProviderOptions = {},
): Promise<ProviderReply> {
  const options = toCallOptions(request, providerCall.signal, providerOptions);
  try {
    // Streamed whoever listens: a silent connection is cut on the way.
    const { stream } = await model.doStream(options);
    const draft = new ReplyDraft(provider.id, providerCall.listener);
    return await readStream(stream, draft, provider, providerCall);
  } catch (error) {
    providerCall.signal.throwIfAborted();
    throw fromSdkError(error, provider, providerCall.now());
  }
}

async function readStream(
  stream: ReadableStream<LanguageModelV4StreamPart>,
  draft: ReplyDraft,
  provider: SdkProvider,
  providerCall: ProviderCall,
): Promise<ProviderReply> {
  let end: Extract<LanguageModelV4StreamPart, { type: "finish" }> | null = null;
  let warnings: SharedV4Warning[] = [];
  for await (const part of stream) {
    if (part.type === "error") {
      throw fromStreamError(part.error, provider, providerCall.now());
    }
    if (part.type === "stream-start") {
      warnings = part.warnings;
    } else if (part.type === "finish") {
      end = part;
    } else {
      addPart(part, draft);
    }
  }
  if (end === null) {
    throw connectionLost(provider.id);
  }
  return finish(draft, end, provider, warnings);
}

/** Bounds of blocks, sources, files and keep-alives are no part of a reply. */
function addPart(part: LanguageModelV4StreamPart, draft: ReplyDraft): void {
  if (part.type === "text-delta") {
    draft.addText(part.delta);
  } else if (part.type === "reasoning-delta") {
    draft.addReasoning(part.delta);
  } else if (part.type === "tool-input-start") {
    draft.startCall(part.id, part.toolName);
  } else if (part.type === "tool-input-delta") {
    draft.addToCall(part.id, part.delta);
  } else if (part.type === "tool-call") {
    draft.finishCall(part.toolCallId, part.toolName, part.input);
  }
}

function finish(
  draft: ReplyDraft,
  end: { finishReason: LanguageModelV4FinishReason; usage: LanguageModelV4Usage },
  provider: SdkProvider,
  warnings: readonly SharedV4Warning[],
): ProviderReply {
  const finishReason = FINISH_REASONS[end.finishReason.unified];
  if (finishReason === null) {
    throw connectionLost(provider.id);
  }
  return draft.finish({
    finishReason,
    usage: {
      inputTokens: end.usage.inputTokens.total ?? null,
      outputTokens: end.usage.outputTokens.total ?? null,
    },
    warnings: warnings.map(describeWarning),
  });
}

/** Null where the reply is not whole. */
const FINISH_REASONS: Record<LanguageModelV4FinishReason["unified"], FinishReason | null> = {
  stop: "stop",
  length: "length",
  "content-filter": "content_filter",
  "tool-calls": "function_call",
  other: "other",
  error: null,
  interrupted: null,
};

function describeWarning(warning: SharedV4Warning): string {
  switch (warning.type) {
    case "unsupported":
    case "compatibility":
      return `The provider does not support ${warning.feature}${warning.details === undefined ? "" : `: ${warning.details}`}`;
    case "deprecated":
    case "other":
      return warning.message;
  }
}
