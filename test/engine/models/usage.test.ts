/** What a provider says it has used is believed where it can be. */
import { describe, it } from "vitest";

import { generateReply } from "../../../src/engine/models/generate-reply";
import { PROVIDERS } from "../../../src/engine/models/registry";
import { modelPorts, modelRequest, notes } from "../../support/model-request";
import { completionBody, completionEvents } from "../../support/openai-wire";
import { eventResponse, jsonResponse, scriptedFetch } from "../../support/scripted-fetch";

describe.for(["openai", "openai-compatible"] as const)("a count of tokens by %s", (id) => {
  it.for([
    { prompt_tokens: -5000, completion_tokens: -1 },
    { prompt_tokens: 1e15, completion_tokens: 1e15 },
  ])("that cannot be is estimated: %o", async (usage, { expect }) => {
    for (const stream of [true, false]) {
      const completion = { text: ["Good", " day"], usage };
      const answer = stream
        ? eventResponse(completionEvents(completion))
        : jsonResponse(completionBody(completion));
      const reply = await generateReply(PROVIDERS[id], modelRequest({ stream }), {
        ports: modelPorts({ network: scriptedFetch(answer) }),
        signal: new AbortController().signal,
        listener: notes().listener,
        onRetry: () => undefined,
      });
      expect(reply.usage.inputTokens).toBeGreaterThan(0);
      expect(reply.usage.inputTokens).toBeLessThan(100);
      expect(reply.usage.outputTokens).toBe(2);
    }
  });
});
