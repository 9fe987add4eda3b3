/** What servers of the field do beside the wire's documents, after reports of them: calls. */
import { describe, it } from "vitest";

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
});
