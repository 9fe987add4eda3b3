/** Asks `openai-compatible` whose server answers as a script says, and tells how it ended. */
import { generateReply } from "../../src/engine/models/generate-reply";
import type { ModelRequest } from "../../src/engine/models/provider";
import { PROVIDERS } from "../../src/engine/models/registry";
import { ManualClock } from "./manual-clock";
import { modelPorts, modelRequest, modelSettings, notes } from "./model-request";
import { scriptedFetch } from "./scripted-fetch";

/** Longer than every pause between attempts together, and than a server is waited for that has finished. */
const PATIENCE_MS = 30_000;
let servers = 0;

export async function askServer(
  answers: Response | (Response | Error)[],
  changes: Partial<ModelRequest> = {},
) {
  const network = scriptedFetch(...[answers].flat());
  const clock = new ManualClock();
  const { listener, heard } = notes();
  // What is remembered of a server's refusals is that server's own.
  servers += 1;
  const baseUrl = `http://127.0.0.1:9/${servers}/v1`;
  const outcome = generateReply(PROVIDERS["openai-compatible"], modelRequest(changes), {
    ports: modelPorts({
      network,
      clock,
      models: modelSettings({ openai: { apiKey: "sk-0123456789", baseUrl } }),
    }),
    signal: new AbortController().signal,
    listener,
    onRetry: () => undefined,
    random: () => 0,
  }).then(
    (reply) => ({ reply, failure: null }),
    (failure: unknown) => ({ reply: null, failure }),
  );
  await clock.advance(PATIENCE_MS);
  const { reply, failure } = await outcome;
  return {
    reply,
    failure,
    heard,
    requests: network.requests,
    text: reply?.text,
    calls: reply?.calls.map(({ name, arguments: text }) => `${name}${text}`),
    message: failure instanceof Error ? failure.message : null,
  };
}

/** One chunk of a stream as OpenAI's documents show it. */
export function chunk(delta: object, finish: string | null = null, rest: object = {}): string {
  return event({
    id: "c",
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason: finish }],
    ...rest,
  });
}

export function event(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

export const DONE = "data: [DONE]\n\n";
