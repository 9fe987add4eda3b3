/** Requests, ports and ears for tests of the providers. */
import type { ModelRequest, ReplyListener } from "../../src/engine/models/provider";
import type { ModelSettings } from "../../src/engine/ports";
import type { EmbeddingPorts } from "../../src/knowledge/embeddings";
import { ConnectionSlots } from "../../src/net/connection-slots";
import { ManualClock } from "./manual-clock";
import { scriptedFetch, type ScriptedFetch } from "./scripted-fetch";

export const API_KEY = "sk-test-0123456789abcdef";

export function modelRequest(changes: Partial<ModelRequest> = {}): ModelRequest {
  return {
    modelId: "test-model",
    messages: [{ role: "user", content: [{ type: "text", text: "Hello" }] }],
    functions: [],
    functionChoice: "auto",
    temperature: null,
    topP: null,
    reasoningEffort: null,
    maxTokens: null,
    seed: null,
    stop: null,
    responseFormat: null,
    stream: true,
    singleCall: false,
    offline: null,
    ...changes,
  };
}

export function modelSettings(changes: Partial<ModelSettings> = {}): ModelSettings {
  return {
    openai: { apiKey: API_KEY, baseUrl: "http://127.0.0.1:9/v1" },
    anthropic: { apiKey: API_KEY },
    workersAi: null,
    prices: new Map(),
    ...changes,
  };
}

/** With a quota that never ends. */
export type ModelPorts = EmbeddingPorts;

export function modelPorts({
  network = scriptedFetch(),
  clock = new ManualClock(),
  models = modelSettings(),
}: { network?: ScriptedFetch; clock?: ManualClock; models?: ModelSettings } = {}): ModelPorts {
  return {
    models,
    fetch: network.fetch,
    connections: new ConnectionSlots(1),
    now: clock.now,
    sleep: clock.sleep,
    spend: () => Promise.resolve(),
  };
}

/** Writes down what it hears. */
export function notes(): { listener: ReplyListener; heard: string[] } {
  const heard: string[] = [];
  return {
    heard,
    listener: {
      onProgress: () => undefined,
      onText: (text) => heard.push(text),
      onReasoning: () => undefined,
      onCallStart: ({ name }) => heard.push(`${name}(`),
      onCallDelta: ({ name }, text) => heard.push(`${name}: ${text}`),
    },
  };
}
