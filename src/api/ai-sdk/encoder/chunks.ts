/**
 * The stream of UI messages as `ai` 5, 6 and 7 read it. A reader dies of a type that it does not know:
 * what 5 does not know is sent to those alone that ask for more.
 */
export type Chunk =
  | { type: "start"; messageId: string; messageMetadata?: object }
  | { type: "message-metadata"; messageMetadata: object }
  | { type: "finish"; finishReason: FinishReason; messageMetadata?: object }
  | { type: "abort"; reason: string }
  | { type: "error"; errorText: string }
  | { type: "start-step" }
  | { type: "finish-step" }
  /** Removes the parts of the step that is open: known to 7 alone. */
  | { type: "reset-step" }
  | { type: "text-start" | "text-end" | "reasoning-start" | "reasoning-end"; id: string }
  | { type: "text-delta" | "reasoning-delta"; id: string; delta: string }
  | ToolChunk
  | { type: "source-url"; sourceId: string; url: string; providerMetadata?: object }
  | {
      type: "source-document";
      sourceId: string;
      mediaType: string;
      title: string;
      providerMetadata?: object;
    }
  | { type: "file"; url: string; mediaType: string; filename?: string }
  /** Kept as a part of the message unless it is transient; one of the same id replaces it. */
  | { type: `data-${string}`; id?: string; data: object; transient?: true };

/** A call of a function that the page has no part in is `providerExecuted` in all its chunks. */
type ToolChunk = { toolCallId: string; providerExecuted?: true } & (
  | { type: "tool-input-start"; toolName: string }
  | { type: "tool-input-delta"; inputTextDelta: string }
  | { type: "tool-input-available"; toolName: string; input: unknown }
  | { type: "tool-input-error"; toolName: string; input: unknown; errorText: string }
  | { type: "tool-output-available"; output: unknown }
  | { type: "tool-output-error"; errorText: string }
);

/** Any other word kills one reader or the other. */
type FinishReason = "stop" | "length" | "content-filter" | "tool-calls" | "error" | "other";

export interface StreamSettings {
  /** The major of the reader. */
  parts: 5 | 6 | 7;
  /** What models thought is told. */
  reasoning: boolean;
  sources: boolean;
  metadata: boolean;
  /** What actions did stays with the message. */
  actions: boolean;
}
