/** The wire of `anthropic`, with the network scripted. */
import { describe, it } from "vitest";

import { generateReply } from "../../../src/engine/models/generate-reply";
import type { ModelRequest } from "../../../src/engine/models/provider";
import { PROVIDERS } from "../../../src/engine/models/registry";
import { ManualClock } from "../../support/manual-clock";
import {
  API_KEY,
  modelPorts,
  modelRequest,
  modelSettings,
  notes,
} from "../../support/model-request";
import { eventResponse, jsonResponse, scriptedFetch } from "../../support/scripted-fetch";

const event = (data: { type: string }): string =>
  `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

const message = { id: "msg_1", type: "message", role: "assistant", model: "claude-test" };

function textEvents(...tokens: string[]): string[] {
  return [
    {
      type: "message_start",
      message: { ...message, content: [], usage: { input_tokens: 9, output_tokens: 1 } },
    },
    { type: "content_block_start", index: 0, content_block: { type: "text", text: "" } },
    ...tokens.map((text) => ({
      type: "content_block_delta",
      index: 0,
      delta: { type: "text_delta", text },
    })),
    { type: "content_block_stop", index: 0 },
    {
      type: "message_delta",
      delta: { stop_reason: "end_turn" },
      usage: { output_tokens: tokens.length },
    },
    { type: "message_stop" },
  ].map(event);
}

function ask(
  answers: Parameters<typeof scriptedFetch>,
  changes: Partial<ModelRequest> = {},
  models = modelSettings(),
) {
  const network = scriptedFetch(...answers);
  const clock = new ManualClock();
  const { listener, heard } = notes();
  const reply = generateReply(
    PROVIDERS.anthropic,
    modelRequest({ modelId: "claude-test", ...changes }),
    {
      ports: modelPorts({ network, clock, models }),
      signal: new AbortController().signal,
      listener,
      onRetry: () => undefined,
      random: () => 0,
    },
  );
  return { reply, outcome: reply.catch((error: unknown) => error), heard, network, clock };
}

describe("anthropic", () => {
  it("tells its reply token by token and counts it", async ({ expect }) => {
    const { reply, heard, network } = ask([eventResponse(textEvents("Good", " day"))]);
    expect(await reply).toMatchObject({
      text: "Good day",
      usage: { inputTokens: 9, outputTokens: 2 },
      finishReason: "stop",
    });
    expect(heard).toEqual(["Good", " day"]);
    expect(network.requests[0]?.url).toBe("https://api.anthropic.com/v1/messages");
    expect(network.requests[0]?.headers.get("x-api-key")).toBe(API_KEY);
  });

  it("carries a call and its result back", async ({ expect }) => {
    const answer = eventResponse(
      [
        {
          type: "message_start",
          message: { ...message, content: [], usage: { input_tokens: 9, output_tokens: 1 } },
        },
        {
          type: "content_block_start",
          index: 0,
          content_block: { type: "tool_use", id: "toolu_1", name: "weather", input: {} },
        },
        {
          type: "content_block_delta",
          index: 0,
          delta: { type: "input_json_delta", partial_json: '{"city":"Rome"}' },
        },
        { type: "content_block_stop", index: 0 },
        { type: "message_delta", delta: { stop_reason: "tool_use" }, usage: { output_tokens: 4 } },
        { type: "message_stop" },
      ].map(event),
    );
    const { reply, heard, network } = ask([answer], {
      stream: false,
      singleCall: true,
      functions: [{ name: "weather", parameters: { type: "object", properties: {} } }],
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "Weather?" }] },
        {
          role: "assistant",
          content: "",
          calls: [{ callId: "call_1", name: "weather", arguments: "broken" }],
        },
        { role: "function", callId: "call_1", name: "weather", content: "which city?" },
      ],
    });
    const { calls, finishReason } = await reply;
    expect(finishReason).toBe("function_call");
    expect(calls).toMatchObject([{ name: "weather", arguments: '{"city":"Rome"}' }]);
    expect(heard).toEqual([]);
    expect(network.requests[0]?.body).toMatchObject({
      stream: true,
      system: [{ type: "text", text: "Be brief." }],
      messages: [
        { role: "user", content: [{ type: "text", text: "Weather?" }] },
        {
          role: "assistant",
          content: [{ type: "tool_use", id: "call_1", name: "weather", input: {} }],
        },
        {
          role: "user",
          content: [{ type: "tool_result", tool_use_id: "call_1", content: "which city?" }],
        },
      ],
      tools: [{ name: "weather" }],
      tool_choice: { type: "auto", disable_parallel_tool_use: true },
    });
  });

  it("lets a user speak first, as the provider demands", async ({ expect }) => {
    const cut = ask([eventResponse(textEvents("ok"))], {
      messages: [
        { role: "system", content: "Be brief." },
        { role: "assistant", content: "As I said,", calls: [] },
        { role: "user", content: [{ type: "text", text: "What?" }] },
      ],
    });
    await cut.reply;
    expect(cut.network.requests[0]?.body["messages"]).toMatchObject([
      { role: "user", content: [{ text: "(Earlier messages are left out.)" }] },
      { role: "assistant" },
      { role: "user" },
    ]);
    const alone = ask([eventResponse(textEvents("ok"))], {
      messages: [{ role: "system", content: "Write a haiku." }],
    });
    await alone.reply;
    expect(alone.network.requests[0]?.body["messages"]).toMatchObject([{ role: "user" }]);
  });

  it("declares the functions of a conversation that may call none any more", async ({ expect }) => {
    const { reply, network } = ask([eventResponse(textEvents("ok"))], {
      messages: [
        { role: "user", content: [{ type: "text", text: "Weather?" }] },
        {
          role: "assistant",
          content: "",
          calls: [{ callId: "c", name: "weather", arguments: "" }],
        },
        { role: "function", callId: "c", name: "weather", content: "sunny" },
      ],
    });
    await reply;
    expect(network.requests[0]?.body).toMatchObject({
      tools: [{ name: "weather" }],
      tool_choice: { type: "none" },
    });
  });

  it("names its missing secret", async ({ expect }) => {
    const { outcome } = ask([], {}, modelSettings({ anthropic: { apiKey: null } }));
    expect(await outcome).toMatchObject({
      code: "provider_not_configured",
      message: expect.stringContaining("ANTHROPIC_API_KEY"),
    });
  });

  it("is tried again while it is overloaded, be it before or in its stream", async ({ expect }) => {
    const overloaded = {
      type: "error",
      error: { type: "overloaded_error", message: "Overloaded" },
    };
    const { reply, clock } = ask([
      jsonResponse(overloaded, { status: 529 }),
      eventResponse([event(overloaded)]),
      eventResponse(textEvents("there")),
    ]);
    await clock.advance(10);
    expect(await reply).toMatchObject({ text: "there" });
  });

  it("loses the connection where its stream has no end", async ({ expect }) => {
    const { outcome } = ask([eventResponse(textEvents("half", " an").slice(0, 4))]);
    expect(await outcome).toMatchObject({ code: "provider_connection_lost" });
  });
});
