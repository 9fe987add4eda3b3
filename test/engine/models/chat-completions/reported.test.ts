/**
 * What public reports of model servers describe, as small recordings of our own, each with what a
 * caller is to be told. The report stands beside each.
 */
import { describe, it } from "vitest";

import { askServer } from "../../../support/ask-server";
import { pieces } from "../../../support/scripted-fetch";

/** One event as a server of this kind writes it, with fields that nothing here uses. */
function event(choice: object, beside: object = {}): string {
  const head = { id: "chatcmpl-7", object: "chat.completion.chunk", created: 1, model: "m" };
  return `data: ${JSON.stringify({ ...head, choices: [{ index: 0, ...choice }], ...beside })}\n\n`;
}
const said = (content: unknown, finish: string | null = null) =>
  event({ delta: { content }, logprobs: null, finish_reason: finish });
const called = (call: object, finish: string | null = null) =>
  event({ delta: { tool_calls: [call] }, finish_reason: finish });
const END = event({ delta: {}, finish_reason: "stop" });
const DONE = "data: [DONE]\n\n";

const THOUGHT = { type: "thinking", thinking: [{ type: "text", text: "Let me see." }] };
const FILTERED = { hate: { filtered: false, severity: "safe" } };

describe("texts", () => {
  it.for<[name: string, stream: string]>([
    [
      "whose last word comes with the finish_reason (vLLM #35705)",
      said("It ") + said("rains.", "stop") + DONE,
    ],
    [
      "behind comments, with reasons in the maker's words (OpenRouter, openai-go #227)",
      ": OPENROUTER PROCESSING\n\n".repeat(3) +
        event({ delta: { role: "assistant", content: "It rains." }, native_finish_reason: null }) +
        event({ delta: { content: "" }, finish_reason: "stop", native_finish_reason: "STOP" }) +
        DONE,
    ],
    [
      "between notes of a filter, the last of which has no delta (Azure, langchain #18977)",
      `data: ${JSON.stringify({ id: "", choices: [], prompt_filter_results: [FILTERED] })}\n\n` +
        said("It rains.") +
        END +
        event({ finish_reason: null, content_filter_results: FILTERED }) +
        DONE,
    ],
    [
      "in a list of parts beside thoughts and references (Mistral, laravel/ai #866)",
      said([THOUGHT]) +
        said([{ type: "reference", reference_ids: ["a"] }]) +
        said([{ type: "text", text: "It " }]) +
        said("rains.") +
        END +
        DONE,
    ],
    [
      "with a finish_reason that is empty until the end (opencrabs #1499)",
      said("It ", "") + said("rains.", "") + END + DONE,
    ],
    [
      "behind data: without a space, in CRLF (DashScope, textgen #5678)",
      (said("It rains.") + END + DONE).replaceAll("data: ", "data:").replaceAll("\n", "\r\n"),
    ],
    [
      "with every field there is and null in most (SGLang #9657)",
      event({
        delta: { role: null, content: "It rains.", reasoning_content: null, tool_calls: null },
        logprobs: null,
        finish_reason: null,
        matched_stop: null,
      }) +
        END.replace('"choices"', '"usage":null,"choices"') +
        DONE,
    ],
    [
      "beside the whole message so far (swuecho/chat #687)",
      event({ delta: { content: "It " }, message: { content: "It " } }) +
        event({ delta: { content: "rains." }, message: { content: "It rains." } }) +
        END +
        DONE,
    ],
    ["that never get a finish_reason, only [DONE] (vLLM #27572)", said("It rains.") + DONE],
  ])("%s", async ([, stream], { expect }) => {
    const asked = await askServer(pieces(stream));
    expect(asked.text).toBe("It rains.");
    expect(asked.requests).toHaveLength(1);
  });
});

const OSLO = '{"city":"Oslo"}';
const ROME = '{"city":"Rome"}';

describe("calls", () => {
  it.for<[name: string, stream: string]>([
    [
      "at place 0, whose further pieces have an empty id (lmdeploy #3412)",
      called({ index: 0, id: "a", type: "function", function: { name: "get", arguments: "" } }) +
        called({ index: 0, id: "", function: { name: null, arguments: OSLO } }) +
        called({ index: 0, id: "b", type: "function", function: { name: "get", arguments: "" } }) +
        called({ index: 0, id: "", function: { name: null, arguments: ROME } }),
    ],
    [
      "at place 0, told apart by ids that are numbers in quotes (SGLang #4700)",
      called({ index: 0, id: "0", function: { name: "get", arguments: "" } }) +
        called({ index: 0, id: "0", function: { name: "", arguments: OSLO } }) +
        called({ index: 0, id: "1", function: { name: "get", arguments: "" } }) +
        called({ index: 0, id: "1", function: { name: "", arguments: ROME } }),
    ],
    [
      "run together in the arguments of one (Gemini, hermes-agent #62937)",
      called({ index: 0, id: "a", function: { name: "get", arguments: OSLO + ROME } }),
    ],
    [
      "run together, piece by piece (Gemini, gcli2api #406)",
      called({ index: 0, id: "a", function: { name: "get", arguments: '{"city":' } }) +
        called({ index: 0, function: { arguments: `"Oslo"}{"ci` } }) +
        called({ index: 0, function: { arguments: `ty":"Rome"}` } }),
    ],
    [
      "as objects, each in a chunk of its own (Ollama, litellm #37792)",
      called({ id: "a", function: { index: 0, name: "get", arguments: { city: "Oslo" } } }) +
        called({ id: "b", function: { index: 1, name: "get", arguments: { city: "Rome" } } }),
    ],
    [
      "of which one has its arguments later and no name then (vscode-unify #48)",
      called({ function: { name: "get", arguments: "{}" } }) +
        called({ function: { arguments: OSLO } }) +
        called({ id: "b", function: { name: "get", arguments: ROME } }),
    ],
  ])("%s", async ([, stream], { expect }) => {
    const asked = await askServer(pieces(stream + END + DONE));
    expect(asked.calls).toEqual([`get${OSLO}`, `get${ROME}`]);
    expect(asked.reply?.finishReason).toBe("function_call");
  });

  it("keep a signature that comes behind them, alone (Gemini, open-webui/computer #224)", async ({
    expect,
  }) => {
    const signature = { google: { thought_signature: "c2ln" } };
    const asked = await askServer(
      pieces(
        called({ id: "a", function: { name: "get", arguments: '{"city":' } }) +
          called({ function: { arguments: '"Oslo"}' } }) +
          called({ extra_content: signature }) +
          END +
          DONE,
      ),
    );
    expect(asked.calls).toEqual([`get${OSLO}`]);
    expect(asked.reply?.continuation?.calls).toEqual([signature]);
  });
});

describe("failures", () => {
  it.for<[name: string, stream: string, message: string]>([
    [
      "beside a finish_reason of its own (OpenRouter, OmniRoute #8210)",
      said("It ") +
        event(
          { delta: { content: "" }, finish_reason: "error" },
          { error: { code: 502, message: "Worker limit reached (33/32)" } },
        ),
      "openai-compatible answered 502: Worker limit reached (33/32).",
    ],
    [
      "said twice over (LM Studio, goai #110)",
      `data: ${JSON.stringify({ error: { message: "Compute error." }, message: "Compute error." })}\n\n`,
      "openai-compatible failed: Compute error.",
    ],
    [
      "followed by a good end (grok2api #626)",
      `data: {"error":{"message":"Internal error during token generation","type":"server_error"}}\n\n${END}${DONE}`,
      "openai-compatible answered 500: Internal error during token generation.",
    ],
    [
      "as a line without data: (Google, js-genai #1973)",
      `${event({ delta: { role: "assistant" } })}{"error":{"message":"Prohibited content.","code":"prohibited_content"}}\n\n`,
      "openai-compatible failed: Prohibited content.",
    ],
    [
      "of a call that the model broke (Gemini, any-llm #1202)",
      event({ delta: { role: "assistant" }, finish_reason: "MALFORMED_FUNCTION_CALL" }) + DONE,
      "openai-compatible broke its reply off: its finish_reason is MALFORMED_FUNCTION_CALL.",
    ],
    [
      "of a call that the model broke, by a filter's name (Gemini)",
      event({
        delta: {},
        finish_reason: "function_call_filter: MALFORMED_FUNCTION_CALL",
      }) + DONE,
      "openai-compatible broke its reply off: its finish_reason is function_call_filter: MALFORMED_FUNCTION_CALL.",
    ],
  ])("%s", async ([, stream, message], { expect }) => {
    const asked = await askServer(Array.from({ length: 4 }, () => pieces(stream)));
    expect(asked.message).toBe(message);
  });
});

it("tells of a reply that is thoughts alone (vLLM #40816)", async ({ expect }) => {
  const thinking = event({ delta: { reasoning: "It rains." } });
  const asked = await askServer(pieces(thinking + END + DONE));
  expect(asked.text).toBe("");
  expect(asked.reply?.warnings).toEqual([
    "openai-compatible sent thoughts and no answer: the model may need more max_tokens.",
  ]);
});
