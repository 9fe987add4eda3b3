/** Answers of model servers as they were reported, byte for byte: see test/fixtures/model-answers. */
import { describe, it } from "vitest";

import { askServer } from "../../../support/ask-server";
import { pieces } from "../../../support/scripted-fetch";

const FOLDER = "../../../fixtures/model-answers/";
const FIXTURES = import.meta.glob<Uint8Array>("../../../fixtures/model-answers/*", {
  query: "?bytes",
  import: "default",
});

async function served(name: string, options: Parameters<typeof pieces>[1] = {}) {
  const load = FIXTURES[FOLDER + name];
  if (load === undefined) {
    throw new Error(`There is no fixture ${name}.`);
  }
  return pieces(new TextDecoder().decode(await load()), options);
}

const JSON_HEADERS = { headers: { "content-type": "application/json" } };

describe.for([true, false])("an answer (stream: %s)", (stream) => {
  it.for([
    ["data-null.sse", "Hi"],
    ["error-null.sse", "Hi"],
    ["ping-event.sse", "Hi"],
    ["usage-without-choices.sse", "Hi"],
    ["no-finish-reason.sse", "Hi there"],
    ["whole.json", "Whole reply"],
  ] as const)("%s says %s, in one request", async ([name, text], { expect }) => {
    const options = name.endsWith(".json") ? JSON_HEADERS : {};
    const asked = await askServer(await served(name, options), { stream });
    expect(asked.text).toBe(text);
    expect(asked.heard.join("")).toBe(stream ? text : "");
    expect(asked.requests).toHaveLength(1);
  });

  it.for([
    ["null-function.sse", ['get_weather{"city":"Oslo"}']],
    ["arguments-object.sse", ['get_weather{"city":"Oslo"}']],
    ["arguments-empty.sse", ["now{}"]],
    ["calls-interleaved.sse", ['get_weather{"city":"Oslo"}', 'get_weather{"city":"Rome"}']],
  ] as const)("%s calls %o", async ([name, calls], { expect }) => {
    const asked = await askServer(await served(name), { stream });
    expect(asked.calls).toEqual(calls);
    expect(asked.reply?.finishReason).toBe("function_call");
  });

  it.for([
    ["error.json", "openai-compatible answered 500: model is loading", 4],
    ["error-numeric-code.sse", "openai-compatible answered 400: context too long", 1],
    ["error-text.sse", "openai-compatible failed: STREAM_EXPLODED", 4],
    ["error-bare.sse", "openai-compatible answered 400: prompt is too long", 1],
  ] as const)("%s fails: %s, after %i requests", async ([name, message, times], { expect }) => {
    const options = name.endsWith(".json") ? JSON_HEADERS : {};
    const answers = await Promise.all(Array.from({ length: times }, () => served(name, options)));
    const asked = await askServer(answers, { stream });
    expect(asked.message).toBe(`${message}.`);
    expect(asked.failure).toMatchObject({ code: "provider_error" });
    expect(asked.requests).toHaveLength(times);
  });
});

describe("an answer", () => {
  it("counts usage in a chunk without choices", async ({ expect }) => {
    const { reply } = await askServer(await served("usage-without-choices.sse"));
    expect(reply?.usage).toEqual({ inputTokens: 5, outputTokens: 2 });
  });

  it("ends at [DONE], though the connection stays open", async ({ expect }) => {
    const { text, reply } = await askServer(await served("done.sse", { stays: true }));
    expect(text).toBe("Hi");
    expect(reply?.warnings).toEqual([]);
  });

  it("without a finish_reason is taken, with a word of it", async ({ expect }) => {
    const { reply } = await askServer(await served("no-finish-reason.sse"));
    expect(reply?.warnings).toEqual([
      "openai-compatible sent no finish_reason: the reply may be cut off.",
    ]);
  });
});
