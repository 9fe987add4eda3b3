/** The parts that a stream leaves with its reader: what `readUIMessageStream` makes of its chunks. */
import type { Chunk } from "./encoder/chunks";

/** A part of a `UIMessage`, as JSON. */
export interface UiPart {
  type: string;
  [field: string]: unknown;
}

export function partsOf(chunks: readonly Chunk[]): UiPart[] {
  const reader = new PartReader();
  chunks.forEach((chunk) => reader.take(chunk));
  return reader.parts;
}

type Of<Type> = Extract<Chunk, { type: Type }>;
type OfCall = Extract<Chunk, { toolCallId: string }>;

class PartReader {
  readonly parts: UiPart[] = [];
  /** What has come of each text, and of each call's input. */
  readonly #texts = new Map<string, { part: UiPart; text: string }>();
  readonly #calls = new Map<string, { part: UiPart; text: string }>();

  take(chunk: Chunk): void {
    if ("toolCallId" in chunk) {
      this.#takeCall(chunk);
    } else if ("data" in chunk) {
      this.#takeData(chunk);
    } else if (chunk.type === "start-step") {
      this.parts.push({ type: "step-start" });
    } else if (chunk.type === "text-start" || chunk.type === "reasoning-start") {
      this.#openText(chunk.id, chunk.type === "text-start" ? "text" : "reasoning");
    } else if (chunk.type === "text-delta" || chunk.type === "reasoning-delta") {
      this.#addText(chunk);
    } else if (KEPT.has(chunk.type)) {
      this.parts.push({ ...chunk });
    }
  }

  #openText(id: string, type: string): void {
    const part: UiPart = { type, text: "", state: "done" };
    this.#texts.set(id, { part, text: "" });
    this.parts.push(part);
  }

  #addText({ id, delta }: { id: string; delta: string }): void {
    const open = this.#texts.get(id);
    if (open !== undefined) {
      open.text += delta;
      open.part["text"] = open.text;
    }
  }

  #takeCall(chunk: OfCall): void {
    const { toolCallId } = chunk;
    if (chunk.type === "tool-input-start") {
      this.#startCall(chunk);
      return;
    }
    const call = this.#calls.get(toolCallId);
    if (call === undefined) {
      return;
    }
    if (chunk.type === "tool-input-delta") {
      call.text += chunk.inputTextDelta;
      call.part["input"] = parsed(call.text) ?? call.part["input"];
    } else {
      Object.assign(call.part, stateAfter(chunk));
    }
  }

  #startCall({ toolCallId, toolName, providerExecuted }: Of<"tool-input-start">): void {
    const part: UiPart = {
      type: `tool-${toolName}`,
      toolCallId,
      state: "input-streaming",
      ...(providerExecuted === undefined ? {} : { providerExecuted }),
    };
    this.#calls.set(toolCallId, { part, text: "" });
    this.parts.push(part);
  }

  /** One of the same id takes the place of the one before. */
  #takeData({ type, id, data, transient }: Of<`data-${string}`>): void {
    if (transient === true) {
      return;
    }
    const known = this.parts.find((part) => id !== undefined && part["id"] === id);
    if (known === undefined) {
      this.parts.push({ type, ...(id === undefined ? {} : { id }), data });
    } else {
      known["data"] = data;
    }
  }
}

const KEPT: ReadonlySet<Chunk["type"]> = new Set(["source-url", "source-document", "file"]);

type CallState = Exclude<OfCall, { type: "tool-input-start" | "tool-input-delta" }>;

function stateAfter(chunk: CallState): object {
  switch (chunk.type) {
    case "tool-input-available":
      return { state: "input-available", input: chunk.input };
    case "tool-input-error":
      return { state: "output-error", rawInput: chunk.input, errorText: chunk.errorText };
    case "tool-output-available":
      return { state: "output-available", output: chunk.output };
    case "tool-output-error":
      return { state: "output-error", errorText: chunk.errorText };
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
