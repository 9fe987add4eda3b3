/** Habits of single servers of the field, as their sources and recordings show them: replies, calls and failures. */
import { describe, it } from "vitest";

import { askServer, chunk, DONE, event } from "../../../support/ask-server";
import { pieces } from "../../../support/scripted-fetch";

const STOP = chunk({}, "stop") + DONE;
const HI = chunk({ content: "Hi" });

describe.for([true, false])("a text (asked to stream: %s)", (stream) => {
  it.for<[name: string, answer: string]>([
    [
      "behind a thought by its newer name (vLLM)",
      chunk({ role: "assistant", content: "", reasoning: "Let me see" }) +
        chunk({ content: "Hi", reasoning: null }) +
        STOP,
    ],
    [
      "with what has stopped it, and null counts until the last chunk (SGLang)",
      chunk({ content: "Hi", reasoning_content: null, tool_calls: null }, null, { usage: null }) +
        event({
          choices: [{ index: 0, delta: {}, finish_reason: "stop", matched_stop: 128_009 }],
        }) +
        event({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 2 } }) +
        DONE,
    ],
    [
      "without a space behind data:, ended by a token (TGI)",
      (HI + chunk({ role: "assistant", content: "" }, "eos_token")).replaceAll("data: ", "data:"),
    ],
    [
      "that stands once more beside its delta (Together)",
      event({
        choices: [{ index: 0, text: "Hi", delta: { token_id: 1, content: "Hi" }, logprobs: null }],
        usage: null,
      }) + STOP,
    ],
    [
      "behind comments that keep it open (DeepSeek)",
      `: keep-alive\n\n: keep-alive\n\n${HI}${STOP}`,
    ],
    [
      "in parts, with a summary of a thought (Databricks)",
      chunk({
        content: [{ type: "reasoning", summary: [{ type: "summary_text", text: "hm" }] }],
      }) +
        chunk({ content: [{ type: "text", text: "Hi" }] }) +
        STOP,
    ],
    [
      "between named events and pings",
      `event: ping\ndata: {"type":"ping"}\n\nevent: message\n${HI}event: message\n${STOP}`,
    ],
    ["ended by a [DONE] in quotes", `${HI}${chunk({}, "stop")}data: "[DONE]"\n\n`],
    [
      "in events of several data lines",
      'data: {"choices":[{"index":0,\ndata: "delta":{"content":"Hi"},"finish_reason":null}]}\n\n' +
        STOP,
    ],
    ["between empty data lines", `data:\n\n${HI}data: \n\n${STOP}`],
    [
      "with null for its choices and its delta",
      event({ choices: null }) +
        event({ choices: [{ index: 0, delta: null, finish_reason: null }] }) +
        HI +
        STOP,
    ],
    [
      "followed by a role once more",
      HI + chunk({}, "stop") + chunk({ role: "assistant", content: "" }) + DONE,
    ],
    [
      "with padding against listeners (Cloudflare)",
      event({ choices: [{ delta: { content: "Hi" }, index: 0 }], p: "abcdefgh" }) + STOP,
    ],
    [
      "with its number as a text and without an object",
      event({ choices: [{ index: "0", delta: { content: "Hi" } }] }) + STOP,
    ],
    ["with an end in the maker's capitals (Cohere)", HI + chunk({}, "COMPLETE") + DONE],
    [
      "beside audio, annotations and citations that are null or empty",
      chunk({ content: "Hi", audio: null, annotations: [], citations: null, refusal: null }) + STOP,
    ],
  ])("%s", async ([, answer], { expect }) => {
    const asked = await askServer(pieces(answer), { stream });
    expect(asked.message).toBeNull();
    expect(asked.text).toBe("Hi");
    expect(asked.reply?.finishReason).toBe("stop");
    expect(asked.requests).toHaveLength(1);
  });
});

const call = (text: unknown, more: object = {}) => ({
  index: 0,
  id: "c1",
  type: "function",
  function: { name: "weather", arguments: text, ...more },
});

describe("a call", () => {
  it.for<[name: string, answer: string, calls: string[]]>([
    [
      "that is one and no list (TGI)",
      chunk({ tool_calls: call('{"city":') }) +
        chunk({
          tool_calls: { index: 0, id: "", type: "function", function: { arguments: '"Oslo"}' } },
        }) +
        chunk({}, "eos_token"),
      ['weather{"city":"Oslo"}'],
    ],
    [
      "whose id is the word null (Mistral)",
      chunk(
        {
          tool_calls: [
            { ...call('{"city":"Oslo"}'), id: "null", index: 0 },
            { ...call('{"city":"Rome"}'), id: "null", index: 1 },
          ],
        },
        "tool_calls",
      ),
      ['weather{"city":"Oslo"}', 'weather{"city":"Rome"}'],
    ],
    [
      "whose arguments are the word null (Ollama)",
      chunk({ tool_calls: [call("null")] }, "tool_calls"),
      ["weather{}"],
    ],
    [
      "whose arguments are JSON inside of JSON (LM Studio)",
      chunk({ tool_calls: [call(JSON.stringify('{"city":"Oslo"}'))] }, "tool_calls"),
      ['weather{"city":"Oslo"}'],
    ],
    [
      "whose arguments are JSON inside of JSON, in pieces",
      chunk({ tool_calls: [call('"{\\"city\\":')] }) +
        chunk(
          { tool_calls: [{ index: 0, function: { arguments: '\\"Oslo\\"}"' } }] },
          "tool_calls",
        ),
      ['weather{"city":"Oslo"}'],
    ],
    [
      "behind a thought and a text, ended as a text is (llama.cpp)",
      chunk({ reasoning_content: "hm" }) +
        chunk({ content: "So: " }) +
        chunk({ tool_calls: [call('{"city":"Oslo"}')] }) +
        chunk({}, "stop"),
      ['weather{"city":"Oslo"}'],
    ],
    [
      "in a whole reply that was not streamed",
      JSON.stringify({
        choices: [
          {
            index: 0,
            message: { role: "assistant", content: null, tool_calls: [call('{"city":"Oslo"}')] },
            finish_reason: "tool_calls",
          },
        ],
      }),
      ['weather{"city":"Oslo"}'],
    ],
  ])("%s", async ([, answer, calls], { expect }) => {
    const asked = await askServer(pieces(answer));
    expect(asked.message).toBeNull();
    expect(asked.calls).toEqual(calls);
    expect(asked.reply?.finishReason).toBe("function_call");
  });
});

it("keeps arguments that are a text and no object as they came", async ({ expect }) => {
  const asked = await askServer(
    pieces(
      chunk({ tool_calls: [{ id: "c", function: { name: "f", arguments: '"none' } }] }, "stop"),
    ),
  );
  expect(asked.calls).toEqual(['f"none']);
});

const failed = (value: unknown, status = 200) =>
  status === 200
    ? pieces(event(value))
    : new Response(JSON.stringify(value), {
        status,
        headers: { "content-type": "application/json" },
      });

describe("a failure", () => {
  it.for<[name: string, response: () => Response, words: string, requests: number]>([
    [
      "with its code as a text (LiteLLM)",
      () =>
        failed({
          error: {
            message: "litellm.ContextWindowExceededError: too long",
            type: null,
            param: null,
            code: "400",
          },
        }),
      "answered 400: litellm.ContextWindowExceededError: too long",
      1,
    ],
    [
      "with a type beside its words (TGI)",
      () => failed({ error: "Input validation error: too long", error_type: "validation" }, 422),
      "answered 422: Input validation error: too long",
      1,
    ],
    [
      "in a list (Gemini)",
      () =>
        failed(
          [{ error: { code: 400, message: "API key not valid.", status: "INVALID_ARGUMENT" } }],
          400,
        ),
      "answered 400: API key not valid",
      1,
    ],
    [
      "of a filter, in a stream (Azure)",
      () =>
        failed({
          error: {
            message: "The response was filtered.",
            code: "content_filter",
            status: 400,
            innererror: {},
          },
        }),
      "answered 400: The response was filtered",
      1,
    ],
    [
      "of a model that is not there (Ollama)",
      () =>
        failed(
          {
            error: {
              message: "model 'x' not found",
              type: "not_found_error",
              param: null,
              code: null,
            },
          },
          404,
        ),
      "answered 404: model 'x' not found",
      1,
    ],
    [
      "with its words in detail (FastAPI, vLLM behind a proxy)",
      () => failed({ detail: "Not enough tokens left" }, 400),
      "answered 400: Not enough tokens left",
      1,
    ],
    [
      "in fields of its own (vLLM before 0.10)",
      () =>
        failed(
          {
            object: "error",
            message: "This model's maximum is 8 tokens.",
            type: "BadRequestError",
            code: 400,
          },
          400,
        ),
      "answered 400: This model's maximum is 8 tokens",
      1,
    ],
    [
      "in a page of a proxy",
      () =>
        new Response("<html><head><title>413 Request Entity Too Large</title></head></html>", {
          status: 413,
          headers: { "content-type": "text/html" },
        }),
      "answered 413: 413 Request Entity Too Large",
      1,
    ],
    [
      "in plain words",
      () => new Response("no healthy upstream here for you", { status: 400 }),
      "answered 400: no healthy upstream here for you",
      1,
    ],
  ])("%s", async ([, response, words, requests], { expect }) => {
    const asked = await askServer(response());
    expect(asked.message).toContain(words);
    expect(asked.requests).toHaveLength(requests);
  });

  it("that is an empty answer is one, and is asked again", async ({ expect }) => {
    const asked = await askServer([new Response(""), pieces(HI + STOP)]);
    expect(asked.text).toBe("Hi");
    expect(asked.requests).toHaveLength(2);
  });

  it("for want of resources is asked again (DeepSeek)", async ({ expect }) => {
    const asked = await askServer([
      pieces(chunk({}, "insufficient_system_resource") + DONE),
      pieces(HI + STOP),
    ]);
    expect(asked.text).toBe("Hi");
  });
});
