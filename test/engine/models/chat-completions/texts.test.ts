/** What servers of the field do beside the wire's documents, after reports of them: texts. */
import { describe, it } from "vitest";

import { MODEL } from "../../../../src/limits";
import { askServer, chunk, DONE, event } from "../../../support/ask-server";
import { pieces } from "../../../support/scripted-fetch";

const STOP = chunk({}, "stop");
const MIB = 1024 * 1024;

/** A chunk whose text is JSON as it stands. */
function raw(text: string): string {
  return `data: {"choices":[{"delta":{"content":"${text}"}}]}\n\n`;
}

/** An answer that is there at once, as what unpacks from little is. */
function flood(piece: string, times: number): Response {
  const [bytes, end] = [piece, chunk({ content: "Hi" }, "stop") + DONE].map((text) =>
    new TextEncoder().encode(text),
  );
  let sent = 0;
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      sent += 1;
      controller.enqueue((sent <= times ? bytes : end)?.slice());
      if (sent > times) {
        controller.close();
      }
    },
  });
  return new Response(body);
}

it("is a refusal where the server says so, and a text where words went before", async ({
  expect,
}) => {
  const refused = chunk({ content: null, refusal: "I " }) + chunk({ refusal: "won't." }) + STOP;
  const { reply } = await askServer(pieces(refused + DONE));
  expect(reply).toMatchObject({ text: "I won't.", refusal: true });
  const late = chunk({ content: "Well. " }) + chunk({ refusal: "I won't." }) + STOP + DONE;
  const { reply: mixed } = await askServer(pieces(late));
  expect(mixed?.text).toBe("Well. I won't.");
  expect(mixed).not.toHaveProperty("refusal");
});

describe("a text", () => {
  it.for([
    [
      "of CRLF and no space behind the colon",
      `data:{"choices":[{"delta":{"content":"Hi"}}]}\r\n\r\ndata:[DONE]\r\n\r\n`,
    ],
    [
      "with a byte order mark and empty lines before it",
      `\uFEFF\n\n${chunk({ content: "Hi" })}${STOP}`,
    ],
    [
      "whose events have no empty lines between them",
      `${chunk({ content: "H" })}${chunk({ content: "i" })}${STOP}${DONE}`.replaceAll("\n\n", "\n"),
    ],
    ["whose last event has no end", `${chunk({ content: "Hi" })}${STOP}`.trimEnd()],
    [
      "in one JSON text of several lines",
      JSON.stringify({ choices: [{ delta: { content: "Hi" }, finish_reason: "stop" }] }, null, 2),
    ],
    [
      "in one JSON text a line, without any event",
      `${chunk({ content: "H" })}${chunk({ content: "i" })}${STOP}`.replaceAll("data: ", ""),
    ],
    [
      "with NaN where a number should be",
      `data: {"choices":[{"index":0,"delta":{"content":"Hi"},"logprobs":NaN,"finish_reason":"stop"}],"t":-Infinity}\n\n`,
    ],
    [
      "with raw control characters in a string",
      `data: {"choices":[{"delta":{"content":"Hi"},"finish_reason":"stop"}],"x":"a\tb"}\n\n`,
    ],
    [
      "of parts, a thought among them",
      chunk({
        content: [
          { type: "thinking", thinking: [{ type: "text", text: "hm" }] },
          { type: "text", text: "Hi" },
        ],
      }) + STOP,
    ],
    ["of one part that is no list", chunk({ content: { type: "text", text: "Hi" } }) + STOP],
    [
      "whose lines a gateway has framed once more",
      `${chunk({ content: "H" })}${chunk({ content: "i" })}${STOP}${DONE}`.replaceAll(
        "data: ",
        "data: data: ",
      ),
    ],
    [
      "in whole messages instead of deltas",
      event({
        choices: [{ message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
      }),
    ],
    [
      "of an older completion",
      event({ choices: [{ text: "Hi", index: 0, finish_reason: "stop" }] }),
    ],
    [
      "with choices nobody asked for",
      event({
        choices: [
          { index: 0, delta: { content: "Hi" } },
          { index: 1, delta: { content: "no" } },
        ],
      }) + STOP,
    ],
    [
      "behind content filters' chunks without a delta",
      event({ choices: [], prompt_filter_results: [{ prompt_index: 0 }] }) +
        event({ choices: [{ index: 0, content_filter_results: {}, finish_reason: null }] }) +
        chunk({ content: "Hi" }) +
        STOP,
    ],
    [
      "with odd types in what nobody reads",
      event({
        id: 7,
        created: "now",
        model: null,
        system_fingerprint: [],
        choices: [
          {
            index: null,
            delta: { role: null, content: "Hi", tool_calls: null, function_call: null },
            logprobs: "",
            finish_reason: "",
          },
        ],
        usage: null,
      }) + STOP,
    ],
    [
      "with an error that says nothing",
      chunk({ content: "Hi" }, "stop", { error: { code: null, message: "" } }),
    ],
    [
      "whose finish_reason is named as Google names it",
      event({ choices: [{ delta: { content: "Hi" }, finishReason: "stop" }] }),
    ],
    [
      "that ends with its count instead of a finish_reason",
      chunk({ content: "Hi" }) + event({ choices: [], usage: { completion_tokens: 1 } }),
    ],
    [
      "beside the whole of it in every chunk (Perplexity)",
      event({ choices: [{ delta: { content: "H" }, message: { content: "H" } }] }) +
        event({ choices: [{ delta: { content: "i" }, message: { content: "Hi" } }] }) +
        STOP,
    ],
    ["of a refusal", chunk({ content: null, refusal: "Hi" }) + STOP],
    ["finished on a connection that stays open", chunk({ content: "Hi" }, "stop")],
  ] as const)("%s is read", async ([what, body], { expect }) => {
    const stays = what.includes("stays open");
    const asked = await askServer(pieces(body, { stays }));
    expect(asked.failure).toBeNull();
    expect(asked.text).toBe("Hi");
    expect(asked.requests).toHaveLength(1);
  });

  it("keeps characters and pairs whole that pieces and chunks cut", async ({ expect }) => {
    const half = JSON.stringify("\ud83d").slice(1, -1);
    const rest = JSON.stringify("\ude01").slice(1, -1);
    const { text, heard } = await askServer(pieces(raw("Héllo ") + raw(half) + raw(rest) + STOP));
    expect(text).toBe("Héllo 😁");
    expect(heard).toEqual(["Héllo ", "😁"]);
  });

  it("is whole where the connection breaks behind its finish_reason", async ({ expect }) => {
    let isFirst = true;
    const body = new ReadableStream<Uint8Array>({
      pull(controller) {
        if (isFirst) {
          controller.enqueue(new TextEncoder().encode(chunk({ content: "Hi" }, "stop")));
          isFirst = false;
        } else {
          controller.error(new Error("Network connection lost."));
        }
      },
    });
    expect((await askServer(new Response(body))).text).toBe("Hi");
  });

  it("goes on behind a finish_reason that comes with everything", async ({ expect }) => {
    const body = [
      chunk({ reasoning_content: "hm" }, "stop"),
      chunk({ content: "H" }, "stop"),
      chunk({ content: "i" }, "stop"),
    ];
    expect((await askServer(pieces(body.join("")))).text).toBe("Hi");
  });

  it("is counted by texts of digits", async ({ expect }) => {
    const usage = { prompt_tokens: "12", completion_tokens: "3" };
    const { reply } = await askServer(
      pieces(chunk({ content: "Hi" }) + chunk({}, "stop", { usage })),
    );
    expect(reply?.usage).toMatchObject({ inputTokens: 12, outputTokens: 3 });
  });

  it("is counted by an estimate where a server counts nothing but zeros", async ({ expect }) => {
    const none = { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 };
    const { reply } = await askServer(
      pieces(
        chunk({ content: "four" }, null, { usage: none }) + chunk({}, "stop", { usage: none }),
      ),
    );
    expect(reply?.usage.outputTokens).toBe(1);
    expect(reply?.usage.inputTokens).toBeGreaterThan(0);
  });

  it.for([
    ["of room alone", " "],
    ["of comments alone", ": x\n"],
  ] as const)(
    "that is there at once, %s, leaves others their turns",
    async ([, unit], { expect }) => {
      let turns = 0;
      const others = setInterval(() => {
        turns += 1;
      }, 0);
      const asked = askServer(flood(unit.repeat(4096), 1024));
      await asked;
      clearInterval(others);
      expect(turns).toBeGreaterThan((unit.length * 4 * MIB) / MODEL.answerBytesPerTurn / 2);
    },
  );

  it("without an end is a reply too large", async ({ expect }) => {
    const flooded = await askServer(flood(`: ${"x".repeat(MIB)}\n`, MODEL.answerMaxBytes / MIB));
    expect(flooded.failure).toMatchObject({ code: "provider_reply_too_large" });
  });
});
