/** What servers of the field do beside the wire's documents, after reports of them: fields they refuse. */
import { describe, it } from "vitest";

import { askServer, chunk } from "../../../support/ask-server";
import { jsonResponse, pieces } from "../../../support/scripted-fetch";

function refuse(status: number, body: object): Response {
  return jsonResponse(body, { status });
}

function good(): Response {
  return pieces(chunk({ content: "Hi" }, "stop"));
}

describe("a request", () => {
  it.for([
    [
      "stream_options",
      refuse(422, {
        object: "error",
        message: {
          detail: [
            {
              type: "extra_forbidden",
              loc: ["body", "stream_options", "include_usage"],
              msg: "Extra inputs are not permitted",
            },
          ],
        },
      }),
      {},
      ["stream_options"],
      {},
    ],
    [
      "max_tokens",
      refuse(400, {
        error: {
          message:
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
          param: "max_tokens",
        },
      }),
      { maxTokens: 9 },
      ["max_tokens"],
      { max_completion_tokens: 9 },
    ],
    [
      "parallel_tool_calls",
      refuse(400, {
        error: { message: "Unrecognized request argument supplied: parallel_tool_calls" },
      }),
      { singleCall: true },
      ["parallel_tool_calls"],
      {},
    ],
    [
      "stream",
      refuse(400, {
        error: {
          message: "Your organization must be verified to stream this model.",
          param: "stream",
        },
      }),
      {},
      ["stream_options"],
      { stream: false },
    ],
    [
      "stream",
      refuse(500, { error: { message: "Cannot use tools with stream" } }),
      {},
      ["stream_options"],
      { stream: false },
    ],
  ] as const)(
    "does without %s where the server refuses it",
    async ([, refusal, changes, gone, given], { expect }) => {
      const asked = await askServer([refusal, good()], changes);
      expect(asked.text).toBe("Hi");
      expect(asked.requests).toHaveLength(2);
      expect(asked.requests[1]?.body).toMatchObject(given);
      for (const field of gone) {
        expect(asked.requests[0]?.body).toHaveProperty(field);
        expect(asked.requests[1]?.body).not.toHaveProperty(field);
      }
    },
  );

  it("says where it had to leave out what was asked for", async ({ expect }) => {
    const message =
      "Unsupported value: 'temperature' does not support 0.2 with this model. Only the default (1) value is supported.";
    const asked = await askServer([refuse(400, { error: { message } }), good()], {
      temperature: 0.2,
    });
    expect(asked.requests[1]?.body).not.toHaveProperty("temperature");
    expect(asked.reply?.warnings).toEqual([
      "The model takes no temperature of its own: it was left out.",
    ]);
  });

  it("is sent once where what is refused is needed", async ({ expect }) => {
    const asked = await askServer(refuse(400, { error: { message: "seed is not supported" } }), {
      seed: 7,
    });
    expect(asked.message).toBe("openai-compatible answered 400: seed is not supported.");
    expect(asked.requests).toHaveLength(1);
  });
});
