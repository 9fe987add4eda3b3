/** What servers of the field do beside the wire's documents, after reports of them: calls. */
import { describe, it, vi } from "vitest";

import { MODEL } from "../../../../src/limits";
import { askServer, chunk, DONE } from "../../../support/ask-server";
import { pieces } from "../../../support/scripted-fetch";

const STOP = chunk({}, "stop");
const OSLO = '{"city":"Oslo"}';
const ROME = '{"city":"Rome"}';

/** One call's piece of a delta. */
function call(fields: object): string {
  return chunk({ tool_calls: [fields] });
}

describe("calls", () => {
  it.for([
    [
      "that all have the index 0 (Ollama)",
      [
        call({ index: 0, id: "a", function: { name: "get", arguments: OSLO } }),
        call({ index: 0, id: "b", function: { name: "get", arguments: ROME } }),
      ],
    ],
    [
      "that all have the index 0 and no id",
      [
        call({ index: 0, function: { name: "get", arguments: OSLO } }),
        call({ index: 0, function: { name: "get", arguments: ROME } }),
      ],
    ],
    [
      "without an index, each whole",
      [
        call({ id: "a", function: { name: "get", arguments: OSLO } }),
        call({ id: "b", function: { name: "get", arguments: ROME } }),
      ],
    ],
    [
      "without an index, together in one chunk",
      [
        chunk({
          tool_calls: [
            { id: "a", function: { name: "get", arguments: OSLO } },
            { id: "b", function: { name: "get", arguments: ROME } },
          ],
        }),
      ],
    ],
    [
      "without an index, in pieces",
      [
        call({ id: "a", function: { name: "get", arguments: '{"city":' } }),
        call({ function: { arguments: '"Oslo"}' } }),
        call({ id: "b", function: { name: "get", arguments: "" } }),
        call({ function: { arguments: ROME } }),
      ],
    ],
    [
      "whose name and id are said with every piece",
      [
        call({ index: 0, id: "a", function: { name: "get", arguments: '{"city":' } }),
        call({ index: 0, id: "a", function: { name: "get", arguments: '"Oslo"}' } }),
        call({ index: 1, id: "b", function: { name: "get", arguments: '{"city":' } }),
        call({ index: 1, id: "b", function: { name: "get", arguments: '"Rome"}' } }),
      ],
    ],
    [
      "whose id is another with every piece",
      [
        call({ index: 0, id: "a1", function: { name: "get", arguments: '{"city":' } }),
        call({ index: 0, id: "a2", function: { arguments: '"Oslo"}' } }),
        call({ index: 1, id: "b1", function: { name: "get", arguments: ROME } }),
      ],
    ],
    [
      "whose pieces have empty ids and names",
      [
        call({ index: 0, id: "a", type: "function", function: { name: "get", arguments: "" } }),
        call({ index: 0, id: "", function: { name: "", arguments: OSLO } }),
        call({ index: 1, id: "b", function: { name: "get", arguments: ROME } }),
      ],
    ],
    [
      "whose names come in pieces",
      [
        call({ index: 0, id: "a", function: { name: "g", arguments: "" } }),
        call({ index: 0, function: { name: "et" } }),
        call({ index: 0, function: { arguments: OSLO } }),
        call({ index: 1, id: "b", function: { name: "get", arguments: ROME } }),
      ],
    ],
    [
      "that begin with an empty object",
      [
        call({ index: 0, id: "a", function: { name: "get", arguments: {} } }),
        call({ index: 0, function: { arguments: OSLO } }),
        call({ index: 1, id: "b", function: { name: "get", arguments: ROME } }),
      ],
    ],
    [
      "that begin with a brace and are then said whole (vLLM)",
      [
        call({ index: 0, id: "a", function: { name: "get", arguments: "{" } }),
        call({ index: 0, function: { arguments: OSLO } }),
        call({ index: 1, id: "b", function: { name: "get", arguments: ROME } }),
      ],
    ],
    [
      "that are said once more when they are whole",
      [
        call({ index: 0, id: "a", function: { name: "get", arguments: OSLO } }),
        call({ index: 0, id: "a", function: { name: "get", arguments: OSLO } }),
        call({ index: 1, id: "b", function: { name: "get", arguments: ROME } }),
      ],
    ],
  ] as const)("%s are told apart", async ([, body], { expect }) => {
    const asked = await askServer(pieces([...body, chunk({}, "stop"), DONE].join("")));
    expect(asked.calls).toEqual([`get${OSLO}`, `get${ROME}`]);
    expect(asked.heard.filter((note) => note === "get(")).toHaveLength(2);
    expect(asked.heard.map((note) => note.replace("get: ", "")).join("")).toBe(
      `get(${OSLO}get(${ROME}`,
    );
    expect(asked.reply?.finishReason).toBe("function_call");
  });

  it("of an older server's one function are calls", async ({ expect }) => {
    const asked = await askServer(
      pieces(
        chunk({ function_call: { name: "get", arguments: "" } }) +
          chunk({ function_call: { arguments: OSLO } }) +
          chunk({}, "function_call"),
      ),
    );
    expect(asked.calls).toEqual([`get${OSLO}`]);
  });

  it("that name no function are left out, with a word of it", async ({ expect }) => {
    const asked = await askServer(
      pieces(call({ index: 0, id: "a", function: { arguments: OSLO } }) + STOP),
    );
    expect(asked.calls).toEqual([]);
    expect(asked.reply?.warnings).toEqual(["1 of the reply's calls name no function."]);
  });

  it("go back with what a thinking server wants to see again", async ({ expect }) => {
    const signature = { google: { thought_signature: "sig" } };
    const { reply } = await askServer(
      pieces(
        chunk({ reasoning_content: "Let me " }) +
          chunk({ reasoning_content: "look." }) +
          call({
            index: 0,
            id: "a",
            extra_content: signature,
            function: { name: "get", arguments: OSLO },
          }) +
          chunk({}, "tool_calls"),
      ),
    );
    const [asked] = reply?.calls ?? [];
    const { requests } = await askServer(pieces(chunk({ content: "Hi" }, "stop")), {
      messages: [
        {
          role: "assistant",
          content: "",
          calls: reply?.calls ?? [],
          continuation: reply?.continuation,
        },
        { role: "function", callId: asked?.callId ?? "", name: "get", content: "sunny" },
      ],
    });
    expect(requests[0]?.body["messages"]).toEqual([
      {
        role: "assistant",
        content: null,
        reasoning_content: "Let me look.",
        tool_calls: [
          {
            id: asked?.callId,
            type: "function",
            function: { name: "get", arguments: OSLO },
            extra_content: signature,
          },
        ],
      },
      { role: "tool", tool_call_id: asked?.callId, content: "sunny" },
    ]);
  });

  const LONG = "n".repeat(MODEL.replyMaxChars / 2);

  it.for([
    [
      "are more than a reply may have",
      Array.from({ length: MODEL.replyMaxCalls + 1 }, (_, index) => ({
        index,
        function: { name: "get" },
      })),
    ],
    ["have names that grow", ["a", "b", "c"].map((one) => ({ function: { name: one + LONG } }))],
    [
      "have long ids",
      [1, 2, 3].map((index) => ({ index, id: `${index}${LONG}`, function: { name: "get" } })),
    ],
    [
      "want much back",
      [1, 2, 3].map((index) => ({
        index,
        function: { name: "get", arguments: OSLO },
        extra_content: { thought: LONG },
      })),
    ],
  ] as const)("that %s are a reply too large", async ([, calls], { expect }) => {
    const asked = await askServer(
      new Response(calls.map((one) => call(one)).join("") + STOP + DONE),
    );
    expect(asked.failure).toMatchObject({ code: "provider_reply_too_large" });
  });

  it.for([
    ["by its name", "{}", {}],
    ["by its name, behind what is no JSON", "}", {}],
    ["by its name and another id", "}", { id: "another" }],
  ] as const)(
    "whose place another piece names again and again %s are not parsed each time",
    async ([, text, fields], { expect }) => {
      const parse = vi.spyOn(JSON, "parse");
      const long = `{"a":[${"0,".repeat(10_000)}}`;
      const again = { index: 0, ...fields, function: { name: "get", arguments: text } };
      const body =
        call({ index: 0, id: "a", function: { name: "get", arguments: long } }) +
        chunk({ tool_calls: Array.from({ length: 500 }, () => again) });
      await askServer(new Response(body + STOP + DONE));
      const parsedChars = parse.mock.calls.reduce((chars, [parsed]) => chars + parsed.length, 0);
      parse.mockRestore();
      expect(parsedChars).toBeLessThan(4 * body.length);
    },
  );
});
