/** `workers-ai` over a binding that a script plays: the real one reaches Cloudflare even from tests. */
import { describe, it } from "vitest";

import { generateReply } from "../../../src/engine/models/generate-reply";
import type { ModelRequest } from "../../../src/engine/models/provider";
import { PROVIDERS } from "../../../src/engine/models/registry";
import { ManualClock } from "../../support/manual-clock";
import { modelPorts, modelRequest, modelSettings, notes } from "../../support/model-request";
import { completionEvents } from "../../support/openai-wire";
import { eventResponse } from "../../support/scripted-fetch";

interface Asked {
  model: string;
  inputs: Record<string, unknown>;
  signal: AbortSignal | undefined;
}

function ask(answers: unknown[], changes: Partial<ModelRequest> = {}) {
  const asked: Asked[] = [];
  const binding = {
    run: async (
      model: string,
      inputs: Record<string, unknown>,
      options?: { signal?: AbortSignal },
    ) => {
      asked.push({ model, inputs, signal: options?.signal });
      const answer = answers.shift();
      if (answer instanceof Error) {
        throw answer;
      }
      return answer;
    },
  };
  const clock = new ManualClock();
  const { listener, heard } = notes();
  const models = modelSettings({ workersAi: answers.length > 0 ? binding : null });
  const reply = generateReply(
    PROVIDERS["workers-ai"],
    modelRequest({ modelId: "@cf/test/model", ...changes }),
    {
      ports: modelPorts({ clock, models }),
      signal: new AbortController().signal,
      listener,
      onRetry: () => undefined,
      random: () => 0,
    },
  );
  return { reply, outcome: reply.catch((error: unknown) => error), heard, asked, clock };
}

describe("workers-ai", () => {
  it("tells its reply token by token and counts it", async ({ expect }) => {
    const events = completionEvents({
      text: ["Good", " day"],
      usage: { prompt_tokens: 5, completion_tokens: 2 },
    });
    const { reply, heard, asked } = ask([eventResponse(events).body]);
    expect(await reply).toMatchObject({
      text: "Good day",
      usage: { inputTokens: 5, outputTokens: 2 },
      finishReason: "stop",
    });
    expect(heard).toEqual(["Good", " day"]);
    expect(asked[0]).toMatchObject({
      model: "@cf/test/model",
      inputs: { stream: true, messages: [{ role: "user", content: "Hello" }] },
    });
  });

  it("reads a reply in the binding's own form, calls included", async ({ expect }) => {
    const answer = {
      response: "",
      tool_calls: [{ name: "weather", arguments: { city: "Rome" } }],
      usage: { prompt_tokens: 5, completion_tokens: 2 },
    };
    const { reply, asked } = ask([answer], {
      stream: false,
      functions: [{ name: "weather", parameters: { type: "object", properties: {} } }],
    });
    const { calls } = await reply;
    expect(calls).toMatchObject([{ name: "weather", arguments: '{"city":"Rome"}' }]);
    expect(asked[0]?.inputs["stream"]).toBe(true);
  });

  it("says what it does not take", async ({ expect }) => {
    const { reply } = ask([{ response: "ok" }], { stream: false, seed: 1, stop: ["x"] });
    expect((await reply).warnings).toEqual([
      "workers-ai takes no seed.",
      "workers-ai takes no stop sequences.",
    ]);
  });

  it("refuses images that it would have to fetch", async ({ expect }) => {
    const { outcome } = ask([{ response: "ok" }], {
      messages: [
        { role: "user", content: [{ type: "image", url: "https://example.com/cat.png" }] },
      ],
    });
    expect(await outcome).toMatchObject({ code: "provider_request_unsupported" });
  });

  it("names the missing binding", async ({ expect }) => {
    expect(await ask([]).outcome).toMatchObject({
      code: "provider_not_configured",
      message: expect.stringContaining("wrangler.toml"),
    });
  });

  it("is tried again while it is out of capacity, and says what else is wrong", async ({
    expect,
  }) => {
    const busy = ask(
      [new Error("3040: Capacity temporarily exceeded, please try again."), { response: "there" }],
      {
        stream: false,
      },
    );
    await busy.clock.advance(10);
    expect(await busy.reply).toMatchObject({ text: "there" });

    const unknown = ask([new Error("5007: No such model @cf/test/model or task")]);
    expect(await unknown.outcome).toMatchObject({
      code: "provider_error",
      message: expect.stringContaining("No such model"),
    });
  });
});
