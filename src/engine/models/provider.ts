/**
 * The port of one provider of models, in Bobbin's own words; one file beside this one a provider,
 * `registry.ts` knows them all. A provider makes one call: time bounds and further calls are
 * `generate-reply.ts`'s.
 */
import type { Usage } from "../../domain/run";
import type { ModelSettings } from "../ports";
import type { OfflineScript } from "./offline-script";

/** Where models are. */
export const PROVIDER_IDS = [
  "offline",
  "openai",
  "anthropic",
  "workers-ai",
  "openai-compatible",
] as const;
/** One of `PROVIDER_IDS`. */
export type ProviderId = (typeof PROVIDER_IDS)[number];

/** What the AI SDK and OpenAI's servers take alike. */
export const REASONING_EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh"] as const;
type ReasoningEffort = (typeof REASONING_EFFORTS)[number];

export interface Provider<Id extends ProviderId = ProviderId> {
  readonly id: Id;
  /** Whether a request must name a model. */
  readonly needsModel: boolean;
  /** Whether a call holds a connection to the outside. */
  readonly isRemote: boolean;
  /**
   * One call for one reply. Throws `ProviderFailure`, or the signal's reason once it is aborted.
   */
  generate(request: ModelRequest, providerCall: ProviderCall): Promise<ProviderReply>;
  /**
   * Vectors of at most `MODEL.embedBatchTexts` texts, in their order; absent where the provider
   * makes none. Throws like `generate`.
   */
  readonly embed?: (
    modelId: string,
    texts: readonly string[],
    connection: ProviderConnection,
  ) => Promise<Embeddings>;
}

export interface ModelRequest {
  modelId: string;
  messages: readonly ModelMessage[];
  functions: readonly FunctionDeclaration[];
  functionChoice: FunctionChoice;
  /** Null leaves each of these to the provider. */
  temperature: number | null;
  topP: number | null;
  reasoningEffort: ReasoningEffort | null;
  maxTokens: number | null;
  seed: number | null;
  stop: readonly string[] | null;
  responseFormat: ResponseFormat | null;
  /** Somebody hears the reply piece by piece; a provider may stream for its own sake besides. */
  stream: boolean;
  /** At most one function call a reply. */
  singleCall: boolean;
  /** What the `offline` provider was told to do; other providers never see it. */
  offline: OfflineScript | null;
}

export type ModelMessage =
  | { role: "system"; content: string; name?: string | undefined }
  | { role: "user"; content: readonly UserPart[]; name?: string | undefined }
  | {
      role: "assistant";
      content: string;
      calls: readonly FunctionCall[];
      continuation?: Continuation | undefined;
    }
  /** What a function of an earlier assistant message answered. */
  | { role: "function"; callId: string; name: string; content: string };

export type UserPart =
  | { type: "text"; text: string }
  /** `url` is http, https or `data:`; `detail` is OpenAI's. */
  | { type: "image"; url: string; detail?: string | undefined };

export interface FunctionDeclaration {
  name: string;
  description?: string | undefined;
  /** OpenAI's: hold the arguments to the schema for sure. */
  strict?: boolean | undefined;
  /** JSON Schema of an object. */
  parameters: Record<string, unknown>;
}

export type FunctionChoice = "auto" | "none" | "required" | { name: string };

export type ResponseFormat =
  | { type: "text" }
  | { type: "json_object" }
  | {
      type: "json_schema";
      json_schema: {
        name: string;
        description?: string | undefined;
        schema: Record<string, unknown>;
        /** OpenAI's: hold the answer to the schema for sure, where the schema keeps to its subset. */
        strict: boolean;
      };
    };

export interface FunctionCall {
  callId: string;
  name: string;
  /** JSON text as the model wrote it, `{}` where it wrote none; it may be broken. */
  arguments: string;
}

export type FinishReason = "stop" | "length" | "content_filter" | "function_call" | "other";

/**
 * What a provider wants back with the results of its calls, in its own words: fields of the assistant's
 * message, and of each call in their order.
 */
interface Continuation {
  message: Record<string, unknown>;
  calls: (Record<string, unknown> | null)[];
}

/** JSON, so that a step can keep it. */
export interface ModelReply {
  text: string;
  /** The text is the model's refusal to answer, as the provider marks it; absent where it is not. */
  refusal?: true;
  /** What the model thought, as far as its provider shows it, and at most `STEPS.reasoningMaxChars`. */
  reasoning?: string;
  calls: FunctionCall[];
  /** As the provider counted; estimated where it did not. */
  usage: Usage;
  finishReason: FinishReason;
  /** What the provider could not take of the request, or what is odd in its reply, in words. */
  warnings: string[];
  continuation?: Continuation;
}

/** As the provider says, however unlikely; null where it does not count. */
export interface CountedUsage {
  inputTokens: number | null;
  outputTokens: number | null;
}

export interface ProviderReply extends Omit<ModelReply, "usage"> {
  usage: CountedUsage;
}

export interface Embeddings {
  /** One a text, in the order of the texts. */
  vectors: number[][];
  /** As the provider counted; estimated where it did not. */
  inputTokens: number;
}

/** What reaches a provider. */
export interface ProviderConnection {
  settings: ModelSettings;
  fetch: typeof fetch;
  /** Milliseconds since the epoch. */
  now(): number;
  signal: AbortSignal;
}

/** What one call for a reply is handed. */
export interface ProviderCall extends ProviderConnection {
  /** Resolves after the delay, or rejects when the signal aborts. */
  sleep(delayMs: number, signal: AbortSignal): Promise<void>;
  /** 1 for the first. */
  number: number;
  listener: ReplyListener;
}

/** Hears a reply while it is made. */
export interface ReplyListener {
  /** Any sign of work on the reply, thinking included; keep-alives of the connection are none. */
  onProgress(): void;
  onText(text: string, refusal?: true): void;
  /** A piece of what the model thinks. */
  onReasoning(text: string): void;
  onCallStart(call: StartedCall): void;
  onCallDelta(call: StartedCall, text: string): void;
}

export interface StartedCall {
  callId: string;
  name: string;
  /** Counts the calls of the reply from 0, in the order in which they begin. */
  index: number;
}
