/** The wire of `openai` and `openai-compatible`, which share most of it, with the network scripted. */
import { describe, it } from "vitest";

import { generateReply } from "../../../src/engine/models/generate-reply";
import type { ModelRequest } from "../../../src/engine/models/provider";
import { PROVIDERS } from "../../../src/engine/models/registry";
import type { ModelSettings } from "../../../src/engine/ports";
import { MODEL } from "../../../src/limits";
import { ManualClock } from "../../support/manual-clock";
import {
  API_KEY,
  modelPorts,
  modelRequest,
  modelSettings,
  notes,
} from "../../support/model-request";
import { completionBody, completionEvents, errorBody } from "../../support/openai-wire";
import { eventResponse, jsonResponse, scriptedFetch } from "../../support/scripted-fetch";

const WEATHER = {
  name: "weather",
  description: "The weather of a city.",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

function failWith(status: number, message: string, headers: Record<string, string> = {}) {
  return jsonResponse(errorBody(message), { status, headers });
}

for (const id of ["openai", "openai-compatible"] as const) {
  const ask = (
    answers: Parameters<typeof scriptedFetch>,
    changes: Partial<ModelRequest> = {},
    { models, signal }: { models?: ModelSettings; signal?: AbortSignal } = {},
  ) => {
    const network = scriptedFetch(...answers);
    const clock = new ManualClock();
    const { listener, heard } = notes();
    const retries: { code: string; delayMs: number }[] = [];
    const reply = generateReply(PROVIDERS[id], modelRequest(changes), {
      ports: modelPorts({ network, clock, ...(models && { models }) }),
      signal: signal ?? new AbortController().signal,
      listener,
      onRetry: ({ code, delayMs }) => retries.push({ code, delayMs }),
      random: () => 0,
    });
    const outcome = reply.catch((error: unknown) => error);
    return { reply, outcome, heard, network, clock, retries };
  };

  describe(`${id}: a reply`, () => {
    it("is told token by token and counted by the provider", async ({ expect }) => {
      const events = completionEvents({
        text: ["Good", " day", "!"],
        usage: { prompt_tokens: 11, completion_tokens: 3 },
      });
      const { reply, heard, network } = ask([eventResponse(events)]);
      expect(await reply).toEqual({
        text: "Good day!",
        calls: [],
        usage: { inputTokens: 11, outputTokens: 3 },
        finishReason: "stop",
        warnings: [],
      });
      expect(heard).toEqual(["Good", " day", "!"]);
      expect(network.requests[0]?.url).toBe("http://127.0.0.1:9/v1/chat/completions");
      expect(network.requests[0]?.headers.get("Authorization")).toBe(`Bearer ${API_KEY}`);
      expect(network.requests[0]?.body).toMatchObject({
        model: "test-model",
        stream: true,
        stream_options: { include_usage: true },
        messages: [{ role: "user", content: "Hello" }],
      });
    });

    it("comes in one piece where nobody listens", async ({ expect }) => {
      const { reply, heard, network } = ask(
        [jsonResponse(completionBody({ text: ["Good", " day"] }))],
        { stream: false },
      );
      expect(await reply).toMatchObject({
        text: "Good day",
        usage: { inputTokens: 7, outputTokens: 2 },
      });
      expect(heard).toEqual([]);
      expect(network.requests[0]?.body["stream"]).toBe(true);
    });

    it("is estimated where the provider does not count", async ({ expect }) => {
      const events = completionEvents({ text: ["four", "four"], usage: null });
      const { usage } = await ask([eventResponse(events)]).reply;
      expect(usage.outputTokens).toBe(2);
      expect(usage.inputTokens).toBeGreaterThan(0);
    });

    it.for([true, false])("carries several calls (stream: %s)", async (stream, { expect }) => {
      const completion = {
        calls: [
          { name: "weather", arguments: '{"city":"Rome"}' },
          { name: "weather", arguments: '{"city":"Oslo"' },
        ],
      };
      const answer = stream
        ? eventResponse(completionEvents(completion))
        : jsonResponse(completionBody(completion));
      const { reply, heard } = ask([answer], { stream, functions: [WEATHER] });
      const { calls, finishReason } = await reply;
      expect(finishReason).toBe("function_call");
      expect(calls.map((call) => [call.name, call.arguments])).toEqual([
        ["weather", '{"city":"Rome"}'],
        ["weather", '{"city":"Oslo"'],
      ]);
      expect(new Set(calls.map(({ callId }) => callId)).size).toBe(2);
      if (stream) {
        const told = heard.map((note) => note.replace("weather: ", "")).join("");
        expect(told).toBe('weather({"city":"Rome"}weather({"city":"Oslo"');
      }
    });
  });

  describe(`${id}: a request`, () => {
    it("carries every setting, the functions and the forced call", async ({ expect }) => {
      const { reply, network } = ask([eventResponse(completionEvents({ text: ["{}"] }))], {
        temperature: 0.2,
        maxTokens: 50,
        seed: 7,
        stop: ["END"],
        responseFormat: {
          type: "json_schema",
          json_schema: { name: "answer", schema: WEATHER.parameters, strict: false },
        },
        functions: [WEATHER],
        functionChoice: { name: "weather" },
        singleCall: true,
      });
      await reply;
      expect(network.requests[0]?.body).toMatchObject({
        temperature: 0.2,
        max_tokens: 50,
        seed: 7,
        stop: ["END"],
        response_format: {
          type: "json_schema",
          json_schema: { name: "answer", schema: WEATHER.parameters, strict: false },
        },
        tools: [{ type: "function", function: WEATHER }],
        tool_choice: { type: "function", function: { name: "weather" } },
        parallel_tool_calls: false,
      });
    });

    it("carries names, images, calls and their results", async ({ expect }) => {
      const { reply, network } = ask([eventResponse(completionEvents({ text: ["ok"] }))], {
        messages: [
          { role: "system", content: "Be brief." },
          {
            role: "user",
            name: "Ann Lee",
            content: [
              { type: "text", text: "What is this?" },
              { type: "image", url: "https://example.com/cat.png" },
              { type: "image", url: "data:image/png;base64,iVBORw0KGgo=" },
            ],
          },
          {
            role: "assistant",
            content: "Let me see.",
            calls: [{ callId: "call_1", name: "weather", arguments: '{"city":"Rome"}' }],
          },
          { role: "function", callId: "call_1", name: "weather", content: "sunny" },
        ],
      });
      await reply;
      expect(network.requests[0]?.body["messages"]).toMatchObject([
        { role: "system", content: "Be brief." },
        {
          role: "user",
          name: "Ann_Lee",
          content: [
            { type: "text", text: "What is this?" },
            { type: "image_url", image_url: { url: "https://example.com/cat.png" } },
            { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=" } },
          ],
        },
        {
          role: "assistant",
          content: "Let me see.",
          tool_calls: [
            { id: "call_1", function: { name: "weather", arguments: '{"city":"Rome"}' } },
          ],
        },
        { role: "tool", tool_call_id: "call_1", content: "sunny" },
      ]);
    });
  });

  describe(`${id}: a failure`, () => {
    it("names the missing setting", async ({ expect }) => {
      const models = modelSettings({ openai: { apiKey: null, baseUrl: null } });
      const { outcome, network } = ask([], {}, { models });
      expect(await outcome).toMatchObject({
        code: "provider_not_configured",
        message: expect.stringMatching(/OPENAI_(API_KEY|BASE_URL)/),
      });
      expect(network.requests).toHaveLength(0);
    });

    it("names an address that is none", async ({ expect }) => {
      const models = modelSettings({ openai: { apiKey: API_KEY, baseUrl: "localhost:11434" } });
      expect(await ask([], {}, { models }).outcome).toMatchObject({
        code: "provider_not_configured",
        message: expect.stringContaining("OPENAI_BASE_URL"),
      });
    });

    it("says that the key is refused without repeating it", async ({ expect }) => {
      const { outcome, retries } = ask([
        failWith(401, `Incorrect API key: ${API_KEY}, sk-abc***xyz`),
      ]);
      const failure = await outcome;
      expect(failure).toMatchObject({
        code: "provider_error",
        message: `${id} answered 401: Incorrect API key: [secret], [secret]. The key is refused: check the secret OPENAI_API_KEY.`,
      });
      expect(retries).toEqual([]);
    });

    it.for([301, 302, 307, 308])(
      "is a redirect (%i), which nothing is sent after",
      async (status, { expect }) => {
        const moved = new Response(null, {
          status,
          headers: { location: "https://elsewhere.example/v1/chat/completions" },
        });
        const { outcome, network } = ask([moved]);
        expect(await outcome).toMatchObject({
          code: "provider_redirected",
          retryable: false,
          message: expect.stringContaining("a redirect to elsewhere.example"),
        });
        expect(network.requests).toHaveLength(1);
        expect(network.requests[0]).toMatchObject({ redirect: "manual" });
      },
    );

    it("gives the provider's words for an unknown model", async ({ expect }) => {
      const { outcome } = ask([failWith(404, "The model `gpt-0` does not exist")]);
      expect(await outcome).toMatchObject({
        code: "provider_error",
        message: `${id} answered 404: The model \`gpt-0\` does not exist.`,
      });
    });

    it("quotes a server that words its errors in its own way", async ({ expect }) => {
      const { outcome } = ask([new Response('{"detail":"no such model"}', { status: 400 })]);
      expect(await outcome).toMatchObject({ message: expect.stringContaining("no such model") });
    });

    it("is tried again after the pause that the provider asks for", async ({ expect }) => {
      const { reply, clock, retries, network } = ask([
        failWith(429, "Rate limit", { "Retry-After": "3" }),
        failWith(500, "Oops", {
          "Retry-After": new Date(Date.UTC(2026, 0, 1, 0, 0, 8)).toUTCString(),
        }),
        eventResponse(completionEvents({ text: ["there"] })),
      ]);
      await clock.advance(10_000);
      expect(await reply).toMatchObject({ text: "there" });
      expect(retries).toEqual([
        { code: "provider_error", delayMs: 3000 },
        { code: "provider_error", delayMs: 5000 },
      ]);
      expect(network.requests).toHaveLength(3);
    });

    it("ends after three retries of a connection that cannot be made", async ({ expect }) => {
      const lost = new Error("Network connection lost.");
      const { outcome, network, clock } = ask([lost, lost, lost, lost]);
      await clock.advance(10_000);
      expect(await outcome).toMatchObject({ code: "provider_connection_lost" });
      expect(network.requests).toHaveLength(4);
    });

    it.for(["break", "end"] as const)(
      "is tried again where the stream %ss before its first token",
      async (ending, { expect }) => {
        const { reply, clock, retries } = ask([
          eventResponse([], ending),
          eventResponse(completionEvents({ text: ["there"] })),
        ]);
        await clock.advance(10);
        expect(await reply).toMatchObject({ text: "there" });
        expect(retries).toEqual([{ code: "provider_connection_lost", delayMs: 0 }]);
      },
    );

    it.for(["break", "end"] as const)(
      "is final where the stream %ss after its first token",
      async (ending, { expect }) => {
        const events = completionEvents({ text: ["half", " an", " answer"] }).slice(0, 3);
        const { outcome, heard, network } = ask([eventResponse(events, ending)]);
        expect(await outcome).toMatchObject({ code: "provider_connection_lost" });
        expect(heard).toEqual(["half", " an"]);
        expect(network.requests).toHaveLength(1);
      },
    );

    it("is one of the stream's own error events", async ({ expect }) => {
      const events = [
        ...completionEvents({ text: ["half"] }).slice(0, 2),
        `data: ${JSON.stringify({ error: { message: "The server had an error", type: "server_error", code: null } })}\n\n`,
      ];
      const { outcome, heard } = ask([eventResponse(events)]);
      expect(await outcome).toMatchObject({
        code: "provider_error",
        message: `${id} answered 500: The server had an error.`,
      });
      expect(heard).toEqual(["half"]);
    });

    it("is an answer that is no JSON, or not the JSON that was promised", async ({ expect }) => {
      for (const body of ["<html>", '{"choices":"none"}']) {
        const { outcome } = ask([new Response(body)], { stream: false });
        expect(await outcome).toMatchObject({ code: "provider_bad_reply" });
      }
    });

    it("comes in bounded time where the provider never answers", async ({ expect }) => {
      for (const stream of [true, false]) {
        const { outcome, clock, network } = ask(["never"], { stream });
        await clock.advance(stream ? MODEL.firstTokenMs : MODEL.wholeReplyMs);
        expect(await outcome).toMatchObject({ code: "provider_timeout" });
        expect(network.requests[0]?.signal.aborted).toBe(true);
        expect(network.requests).toHaveLength(1);
      }
    });

    it("comes in bounded time where the provider falls silent", async ({ expect }) => {
      const events = completionEvents({ text: ["half"] }).slice(0, 2);
      const { outcome, heard, clock } = ask([eventResponse(events, "silence")]);
      await clock.advance(MODEL.silenceMs + 1000);
      expect(await outcome).toMatchObject({ code: "provider_timeout" });
      expect(heard).toEqual(["half"]);
    });

    it("is a reply larger than an action's output", async ({ expect }) => {
      const text = Array.from({ length: 5 }, () => "x".repeat(MODEL.replyMaxChars / 4));
      const { outcome } = ask([eventResponse(completionEvents({ text }))]);
      expect(await outcome).toMatchObject({ code: "provider_reply_too_large" });
    });

    it("is none where the run is stopped: the stop goes through, the connection closes", async ({
      expect,
    }) => {
      const run = new AbortController();
      const { outcome, network, clock } = ask(["never"], {}, { signal: run.signal });
      await clock.advance(10);
      const stop = new Error("stopped");
      run.abort(stop);
      expect(await outcome).toBe(stop);
      expect(network.requests[0]?.signal.aborted).toBe(true);
    });
  });
}
