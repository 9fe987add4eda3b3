import { describe, it } from "vitest";

import { chatRun, cellOf, COMPATIBLE, HELLO, toldText, WEATHER } from "../../support/chat-run";
import { errorBody } from "../../support/openai-wire";
import { testWorld } from "../../support/ports";
import { jsonResponse } from "../../support/scripted-fetch";

const busy = () => jsonResponse(errorBody("busy"), { status: 503 });

describe("chat", () => {
  it("answers with the model's message and counts its tokens", async ({ expect }) => {
    const { outcome } = chatRun({ answers: [{ text: ["Good", " day"] }] });
    const cell = await cellOf(outcome);
    expect(cell.value).toEqual({ message: { role: "assistant", content: "Good day" } });
    expect(cell.meta.usage).toEqual({ inputTokens: 7, outputTokens: 2 });
    expect(await outcome).toMatchObject({
      status: "succeeded",
      usage: { inputTokens: 7, outputTokens: 2 },
      answers: [{ role: "assistant", content: "Good day" }],
    });
  });

  it("puts the instruction before the messages", async ({ expect }) => {
    const { outcome, network } = chatRun({
      spec: { ...HELLO, instruction: "Be brief." },
      answers: [{ text: ["ok"] }],
    });
    await outcome;
    expect(network.requests[0]?.body["messages"]).toEqual([
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hello" },
    ]);
  });

  it("runs on provider offline where its config names none", async ({ expect }) => {
    const cell = await cellOf(chatRun({ config: {} }).outcome);
    expect(cell.value).toMatchObject({
      message: { content: expect.stringMatching(/no model.*Hello/) },
    });
  });

  it.for([
    [true, {}, true],
    [false, {}, false],
    [true, { use_stream: false }, false],
    [false, { use_stream: true }, true],
  ] as const)("run.stream %s with %o: told %s", async ([stream, wish, told], { expect }) => {
    const { outcome, memory, network } = chatRun({
      stream,
      config: { ...COMPATIBLE, ...wish },
      answers: [{ text: ["Good", " day"] }],
    });
    await outcome;
    expect(toldText(memory)).toBe(told ? "Good day" : "");
    expect(network.requests[0]?.body["stream"]).toBe(true);
  });

  it("takes null for what the published sample leaves null", async ({ expect }) => {
    const { outcome } = chatRun({
      config: {
        ...COMPATIBLE,
        use_cache: true,
        use_stream: false,
        seed: null,
        response_format: null,
      },
      answers: [{ text: ["ok"] }],
    });
    expect((await outcome).kind).toBe("ended");
    expect((await cellOf(outcome)).error).toBeNull();
  });

  it("takes the reply to an equal request from the cache, but not where others have a say", async ({
    expect,
  }) => {
    const config = { ...COMPATIBLE, use_cache: true };
    const world = testWorld();
    await chatRun({ config, world, answers: [{ text: ["first"] }] }).outcome;
    const next = testWorld();
    next.cache = world.cache;
    const again = chatRun({ config, world: next, answers: [] });
    expect(await cellOf(again.outcome)).toMatchObject({
      value: { message: { content: "first" } },
      meta: { cached: true },
    });
    expect(again.network.requests).toHaveLength(0);

    const spec = { ...HELLO, functions: [{ ...WEATHER, client: true }] };
    const open = testWorld();
    await chatRun({ config, spec, world: open, answers: [{ text: ["first"] }] }).outcome;
    expect(open.cache.size).toBe(0);
  });

  it.for([
    [{ messages: [] }, COMPATIBLE, "no_messages"],
    [HELLO, { provider_id: "openai-compatible" }, "model_not_chosen"],
    [HELLO, { ...COMPATIBLE, function_call: { name: "weather" } }, "unknown_function"],
    [{ ...HELLO, functions: [WEATHER, WEATHER] }, COMPATIBLE, "duplicate_function"],
    [{ ...HELLO, tools: [{ tool_id: "0".repeat(20) }] }, COMPATIBLE, "tool_not_found"],
    [{ messages: "{{ INPUT }}" }, COMPATIBLE, "invalid_spec"],
  ] as const)("fails clearly: %o with %o is %s", async ([spec, config, code], { expect }) => {
    const { outcome, network } = chatRun({ spec, config });
    expect((await cellOf(outcome)).errorCode).toBe(code);
    expect(network.requests).toHaveLength(0);
  });

  it("is an invalid config before anything runs where the provider is unknown", async ({
    expect,
  }) => {
    const { outcome } = chatRun({ config: { provider_id: "openay" } });
    expect(await outcome).toMatchObject({ status: "failed", error: { code: "invalid_config" } });
  });
});

describe("chat: attempts", () => {
  it("shows in the trace which attempts failed before the one that counted", async ({ expect }) => {
    const { outcome, clock } = chatRun({
      answers: [
        jsonResponse(errorBody("slow down"), { status: 429, headers: { "Retry-After": "1" } }),
        { text: ["there"] },
      ],
    });
    await clock.advance(5000);
    const { meta, error } = await cellOf(outcome);
    expect(error).toBeNull();
    expect(meta.retries).toMatchObject([
      { code: "provider_error", message: "openai-compatible answered 429: slow down." },
    ]);
    expect(meta.retries?.[0]?.delayMs).toBeGreaterThanOrEqual(1000);
  });

  it("shows them where none counted, too", async ({ expect }) => {
    const { outcome, clock } = chatRun({ answers: [busy(), busy(), busy(), busy()] });
    await clock.advance(60_000);
    const { meta, errorCode } = await cellOf(outcome);
    expect(errorCode).toBe("provider_error");
    expect(meta.retries).toHaveLength(3);
  });

  it("lets go of the provider when the run is stopped, and keeps what was told", async ({
    expect,
  }) => {
    const stop = new AbortController();
    const { outcome, network, memory, clock } = chatRun({
      stream: true,
      signal: stop.signal,
      config: { provider_id: "offline", offline: { text: "half an answer", silent_after: 2 } },
    });
    await clock.advance(10);
    stop.abort();
    expect((await outcome).kind).toBe("stopped");
    expect(toldText(memory)).toBe("half an");

    const other = new AbortController();
    const asked = chatRun({ signal: other.signal, answers: ["never"] });
    await asked.clock.advance(10);
    other.abort();
    expect((await asked.outcome).kind).toBe("stopped");
    expect(asked.network.requests[0]?.signal.aborted).toBe(true);
    expect(network.requests).toHaveLength(0);
  });

  it("says in the trace what the provider does not take, and why a reply is short", async ({
    expect,
  }) => {
    const { outcome } = chatRun({
      config: { provider_id: "offline", max_tokens: 2 },
    });
    expect((await cellOf(outcome)).meta.logs).toEqual([
      "The reply was cut off at its greatest length.",
    ]);
  });

  it("says in the trace which call it could not hand out beside the first", async ({ expect }) => {
    const calls = [
      { name: WEATHER.name, arguments: '{"city":"Oslo"}' },
      { name: WEATHER.name, arguments: '{"city":"Rome"}' },
    ];
    const { outcome } = chatRun({
      config: COMPATIBLE,
      spec: { ...HELLO, functions: [WEATHER] },
      answers: [{ calls }],
    });
    const { value, meta } = await cellOf(outcome);
    expect(value).toMatchObject({ message: { function_call: calls[0] } });
    expect(meta.logs).toEqual([
      'Of the reply\'s 2 calls one is handed out; left out is weather({"city":"Rome"}).',
    ]);
  });
});
