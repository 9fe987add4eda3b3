import { describe, it } from "vitest";

import { generateReply } from "../../../src/engine/models/generate-reply";
import { offline } from "../../../src/engine/models/offline";
import { OfflineScript } from "../../../src/engine/models/offline-script";
import type { ModelRequest } from "../../../src/engine/models/provider";
import { OFFLINE } from "../../../src/limits";
import { ManualClock } from "../../support/manual-clock";
import { modelPorts, modelRequest, notes } from "../../support/model-request";

const WEATHER = {
  name: "weather",
  parameters: {
    type: "object",
    properties: {
      city: { type: "string" },
      days: { type: "integer", minimum: 1 },
      unit: { enum: ["celsius", "fahrenheit"] },
      note: { type: "string" },
    },
    required: ["city", "days", "unit"],
  },
};

function ask(changes: Partial<ModelRequest>, clock = new ManualClock()) {
  const { listener, heard } = notes();
  const retries: { delayMs: number }[] = [];
  const reply = generateReply(offline, modelRequest(changes), {
    ports: modelPorts({ clock }),
    signal: new AbortController().signal,
    listener,
    onRetry: (retry) => retries.push(retry),
    random: () => 0,
  });
  return { reply, heard, retries, clock };
}

const script = (input: object) => OfflineScript.parse(input);

describe("offline", () => {
  it("says that it is no model and repeats what the user said, word by word", async ({
    expect,
  }) => {
    const { reply, heard } = ask({});
    const { text, usage, finishReason } = await reply;
    expect(text).toBe(
      "I am Bobbin's offline provider and no model, so I can only repeat. Messages so far: 1. You said: Hello",
    );
    expect(heard.join("")).toBe(text);
    expect(heard).toHaveLength(20);
    expect(usage.outputTokens).toBe(20);
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(finishReason).toBe("stop");
  });

  it("quotes the last line of its instruction, so that a text in it is seen to have come", async ({
    expect,
  }) => {
    const system = {
      role: "system",
      content: "Answer from this text.\nKeep threads. 😁\n",
    } as const;
    const { text } = await ask({ messages: [system, ...modelRequest().messages] }).reply;
    expect(text).toBe(
      "I am Bobbin's offline provider and no model, so I can only repeat. Messages so far: 2. My instruction ends: Keep threads. 😁 You said: Hello",
    );
  });

  it("gives the same reply to the same request", async ({ expect }) => {
    expect((await ask({}).reply).text).toBe((await ask({}).reply).text);
  });

  it("tells nothing on the way where it is not asked to stream", async ({ expect }) => {
    const { reply, heard } = ask({ stream: false });
    expect((await reply).text).toContain("no model");
    expect(heard).toEqual([]);
  });

  it("ends at max_tokens and says why", async ({ expect }) => {
    const { text, usage, finishReason } = await ask({ maxTokens: 3 }).reply;
    expect(text).toBe("I am Bobbin's");
    expect(usage.outputTokens).toBe(3);
    expect(finishReason).toBe("length");
  });

  it("ends before a stop sequence", async ({ expect }) => {
    expect((await ask({ stop: [" provider", " and"] }).reply).text).toBe("I am Bobbin's offline");
  });

  it("answers with the text it is told, to the letter", async ({ expect }) => {
    const text = "  one\n\n二 three \n";
    const { reply, heard } = ask({ offline: script({ text }) });
    expect((await reply).text).toBe(text);
    expect(heard.join("")).toBe(text);
  });

  it.for([0, 1, 50, OFFLINE.maxTokens])("answers with %i tokens", async (tokens, { expect }) => {
    const { reply, heard, clock } = ask({ offline: script({ tokens }) });
    await clock.advance(1);
    expect((await reply).usage.outputTokens).toBe(tokens);
    expect(heard).toHaveLength(tokens);
  });

  it("waits before each word as long as it is told", async ({ expect }) => {
    const { reply, heard, clock } = ask({ offline: script({ text: "a b c", delay_ms: 1000 }) });
    await clock.advance(2500);
    expect(heard).toEqual(["a", " b"]);
    await clock.advance(500);
    expect((await reply).text).toBe("a b c");
  });

  it("answers with the calls it is told, and with text once they have results", async ({
    expect,
  }) => {
    const told = script({
      function_call: [
        { name: "weather", arguments: { city: "Rome" } },
        { name: "weather", arguments: '{"city":' },
      ],
    });
    const { reply, heard } = ask({ offline: told, functions: [WEATHER] });
    const { calls, finishReason, text } = await reply;
    expect(text).toBe("");
    expect(finishReason).toBe("function_call");
    expect(calls.map(({ name, arguments: args }) => [name, args])).toEqual([
      ["weather", '{"city":"Rome"}'],
      ["weather", '{"city":'],
    ]);
    expect(heard.filter((note) => note === "weather(")).toHaveLength(2);

    const [first] = calls;
    const after = await ask({
      offline: told,
      functions: [WEATHER],
      messages: [
        { role: "user", content: [{ type: "text", text: "Weather?" }] },
        { role: "assistant", content: "", calls },
        { role: "function", callId: first?.callId ?? "", name: "weather", content: "sunny" },
      ],
    }).reply;
    expect(after.text).toContain("Function weather answered: sunny");
  });

  it("calls the function that is forced, with arguments of its schema", async ({ expect }) => {
    const { calls } = await ask({ functions: [WEATHER], functionChoice: { name: "weather" } })
      .reply;
    expect(JSON.parse(calls[0]?.arguments ?? "")).toEqual({
      city: "text",
      days: 1,
      unit: "celsius",
    });
  });

  it("calls nothing where calls are ruled out", async ({ expect }) => {
    const told = script({ function_call: { name: "weather" } });
    const { calls } = await ask({ offline: told, functionChoice: "none" }).reply;
    expect(calls).toEqual([]);
  });

  it("answers in JSON where JSON is asked for", async ({ expect }) => {
    const object = await ask({ responseFormat: { type: "json_object" } }).reply;
    expect(JSON.parse(object.text)).toMatchObject({ user: "Hello", messages: 1 });
    const shaped = await ask({
      responseFormat: {
        type: "json_schema",
        json_schema: { name: "answer", schema: WEATHER.parameters, strict: false },
      },
    }).reply;
    expect(JSON.parse(shaped.text)).toEqual({ city: "text", days: 1, unit: "celsius" });
  });

  it("fails as often as it is told and then answers", async ({ expect }) => {
    const error = { status: 429, message: "slow down", retry_after: 2, times: 2 };
    const { reply, retries, clock } = ask({ offline: script({ error, text: "there" }) });
    await clock.advance(4000);
    expect((await reply).text).toBe("there");
    expect(retries).toEqual([
      { code: "provider_error", message: "offline answered 429: slow down.", delayMs: 2000 },
      { code: "provider_error", message: "offline answered 429: slow down.", delayMs: 2000 },
    ]);
  });

  it("loses the connection in mid-reply without a second try", async ({ expect }) => {
    const { reply, heard, retries } = ask({ offline: script({ text: "a b c", break_after: 2 }) });
    await expect(reply).rejects.toMatchObject({ code: "provider_connection_lost" });
    expect(heard).toEqual(["a", " b"]);
    expect(retries).toEqual([]);
  });

  it("falls silent until its time is up", async ({ expect }) => {
    const { reply, clock } = ask({ offline: script({ text: "a b c", silent_after: 2 }) });
    const outcome = reply.catch((error: unknown) => error);
    await clock.advance(61_000);
    expect(await outcome).toMatchObject({ code: "provider_timeout" });
  });

  it("refuses a script with a field that it does not know", ({ expect }) => {
    expect(OfflineScript.safeParse({ txt: "a" }).success).toBe(false);
    expect(OfflineScript.safeParse({ error: { status: 200 } }).success).toBe(false);
    expect(OfflineScript.safeParse({ tokens: OFFLINE.maxTokens + 1 }).success).toBe(false);
  });
});
