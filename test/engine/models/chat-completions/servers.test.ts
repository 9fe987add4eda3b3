/** Habits of single servers and of routers before them, each as it was recorded in public. */
import { describe, it } from "vitest";

import { askServer } from "../../../support/ask-server";
import { pieces } from "../../../support/scripted-fetch";

const event = (value: unknown) => `data: ${JSON.stringify(value)}\n\n`;
const chunk = (delta: unknown, finish: string | null = null, more: object = {}) =>
  event({ choices: [{ index: 0, delta, finish_reason: finish, ...more }] });
const DONE = "data: [DONE]\n\n";
const STOP = chunk({}, "stop") + DONE;

describe.for([true, false])("a stream (asked for: %s)", (stream) => {
  it.for<[name: string, answer: string]>([
    [
      "of Azure begins with a word of its filter and no choices, and ends with filters alone",
      event({
        choices: [],
        prompt_filter_results: [{ prompt_index: 0, content_filter_results: {} }],
      }) +
        chunk({ role: "assistant", content: "" }, null, { content_filter_results: {} }) +
        chunk({ content: "Hi" }, null, { content_filter_results: { hate: { filtered: false } } }) +
        chunk({}, "stop", { content_filter_results: {} }) +
        event({
          choices: [
            {
              index: 0,
              finish_reason: null,
              content_filter_offsets: { check_offset: 44 },
              content_filter_results: {},
            },
          ],
        }) +
        DONE,
    ],
    [
      "of OpenRouter is kept open by comments",
      `: OPENROUTER PROCESSING\n\n: OPENROUTER PROCESSING\n\n${chunk({ role: "assistant", content: "Hi", reasoning: null, reasoning_details: [] }, null, { native_finish_reason: null, logprobs: null })}${STOP}`,
    ],
    [
      "of DeepSeek thinks first, and its content is null meanwhile",
      chunk({ role: "assistant", content: null, reasoning_content: "Let me" }) +
        chunk({ content: null, reasoning_content: " see" }) +
        chunk({ content: "Hi", reasoning_content: null }) +
        chunk({ content: "", reasoning_content: null }, "stop") +
        DONE,
    ],
    [
      "of Groq counts in x_groq, and names its id there",
      event({
        x_groq: { id: "req_1" },
        choices: [{ index: 0, delta: { role: "assistant", content: "" } }],
      }) +
        chunk({ content: "Hi" }) +
        event({
          choices: [{ index: 0, delta: {}, finish_reason: "stop" }],
          x_groq: { id: "req_1", usage: { prompt_tokens: 5, completion_tokens: 2 } },
        }) +
        DONE,
    ],
    [
      "of Mistral thinks in parts of its content",
      chunk({ content: [{ type: "thinking", thinking: [{ type: "text", text: "Let me see" }] }] }) +
        chunk({ content: [{ type: "text", text: "Hi" }] }) +
        STOP,
    ],
    [
      "of Gemini says all in one chunk, with its reason in capitals, and no [DONE]",
      event({
        choices: [
          {
            delta: { content: "Hi", role: "assistant", extra_content: {} },
            finish_reason: "STOP",
            index: 0,
          },
        ],
        usage: null,
      }),
    ],
    [
      "of vLLM names stop_reason and token ids, and counts in each chunk",
      event({
        choices: [
          {
            index: 0,
            delta: { content: "Hi", token_ids: [1, 2] },
            stop_reason: null,
            finish_reason: null,
          },
        ],
        usage: { prompt_tokens: 5, completion_tokens: 1, total_tokens: 6 },
      }) +
        chunk({ content: "" }, "stop", { stop_reason: 151_643 }) +
        DONE,
    ],
    [
      "of llama.cpp tells its timings, and ends in a chunk whose delta is missing",
      chunk({ role: "assistant", content: null }) +
        chunk({ content: "Hi" }) +
        event({ choices: [{ index: 0, finish_reason: "stop" }], timings: { predicted_n: 1 } }) +
        DONE,
    ],
    [
      "of LM Studio names its model's stats, and sends a role in every chunk",
      chunk({ role: "assistant", content: "H" }) +
        chunk({ role: "assistant", content: "i", tool_calls: [] }) +
        event({
          choices: [{ index: 0, delta: {}, logprobs: null, finish_reason: "stop" }],
          stats: {},
        }) +
        DONE,
    ],
    [
      "of Ollama has no id, an empty system_fingerprint and a last chunk with text",
      event({
        id: "",
        system_fingerprint: "",
        choices: [{ index: 0, delta: { role: "assistant", content: "H", reasoning: "" } }],
      }) +
        chunk({ role: "assistant", content: "i" }, "stop") +
        DONE,
    ],
    [
      "of Perplexity carries the whole message beside each delta",
      event({
        citations: ["https://example.com"],
        choices: [
          {
            index: 0,
            delta: { content: "H" },
            message: { role: "assistant", content: "H" },
            finish_reason: null,
          },
        ],
      }) +
        event({
          choices: [
            {
              index: 0,
              delta: { content: "i" },
              message: { role: "assistant", content: "Hi" },
              finish_reason: "stop",
            },
          ],
        }) +
        DONE,
    ],
    [
      "of a router has numbers in retry and id fields, and CR line ends alone",
      `retry: 3000\rid: 7\r${chunk({ content: "Hi" })}${STOP}`.replaceAll("\n", "\r"),
    ],
  ])("%s", async ([, answer], { expect }) => {
    const asked = await askServer(pieces(answer), { stream });
    expect(asked.message).toBeNull();
    expect(asked.text).toBe("Hi");
    expect(asked.reply?.finishReason).toBe("stop");
    expect(asked.requests).toHaveLength(1);
  });
});

it("a filter of Azure that ends a reply is a reply that was filtered", async ({ expect }) => {
  const asked = await askServer(
    pieces(
      chunk({ content: "Hi" }) +
        chunk({}, "content_filter", { content_filter_results: { hate: { filtered: true } } }) +
        DONE,
    ),
  );
  expect(asked.reply?.finishReason).toBe("content_filter");
});

it("deltas that repeat the text so far are told as they come: words may repeat themselves", async ({
  expect,
}) => {
  const answer = chunk({ content: "ha" }) + chunk({ content: "haha" }) + STOP;
  expect((await askServer(pieces(answer))).text).toBe("hahaha");
});
