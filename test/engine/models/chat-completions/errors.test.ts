/** What servers of the field do beside the wire's documents, after reports of them: errors. */
import { describe, it } from "vitest";

import { askServer, chunk, DONE, event } from "../../../support/ask-server";
import { jsonResponse, pieces } from "../../../support/scripted-fetch";

const STOP = chunk({}, "stop");

function said(text: string): string {
  return `openai-compatible ${text}.`;
}

describe("an error", () => {
  it.for([
    [{ error: { message: "Too many", code: 429 } }, "answered 429: Too many"],
    [{ error: { message: "Busy", type: "overloaded_error" }, type: "error" }, "answered 503: Busy"],
    [
      [{ error: { code: 503, message: "The model is overloaded", status: "UNAVAILABLE" } }],
      "answered 503: The model is overloaded",
    ],
    [
      { error: { message: "Slow", code: "rate_limit_exceeded", type: "tokens" } },
      "answered 429: Slow",
    ],
  ] as const)("%o in a stream is asked again", async ([value, message], { expect }) => {
    const answers = Array.from({ length: 4 }, () => pieces(event(value)));
    const asked = await askServer(answers);
    expect(asked.message).toBe(said(message));
    expect(asked.requests).toHaveLength(4);
  });

  it.for([
    [
      { error: { message: "Bad key", type: "authentication_error" } },
      "answered 401: Bad key. The key is refused: check the secret OPENAI_API_KEY",
    ],
    [{ error: { message: "No money", code: "insufficient_quota" } }, "answered 429: No money"],
    [{ error: { message: "too long", code: "context_length_exceeded" } }, "answered 400: too long"],
    [
      { detail: [{ type: "missing", loc: ["body", "model"], msg: "Field required" }] },
      "failed: body.model: Field required",
    ],
    [
      {
        object: "error",
        message: { detail: [{ loc: ["body", "n"], msg: "too many" }] },
        code: 422,
      },
      "answered 422: body.n: too many",
    ],
    [
      { error: { message: '{"error":{"message":"inner words","code":400}}', type: "upstream" } },
      "answered 400: inner words",
    ],
    [
      {
        error: {
          message: "Provider returned error",
          code: 400,
          metadata: { raw: '{"error":{"message":"no such tool"}}' },
        },
      },
      "answered 400: Provider returned error: no such tool",
    ],
    [
      { base_resp: { status_code: 1004, status_msg: "login fail" }, choices: null },
      "failed: login fail",
    ],
    [
      { success: false, errors: [{ code: 7000, message: "No route" }], result: null },
      "failed: No route",
    ],
  ] as const)("%o in a stream is told in its own words", async ([value, message], { expect }) => {
    const answers = Array.from({ length: 4 }, () => pieces(event(value)));
    const asked = await askServer(answers);
    expect(asked.message).toBe(said(message));
  });

  it("behind a text is final, and the text was told", async ({ expect }) => {
    const asked = await askServer(
      pieces(
        chunk({ content: "half" }) +
          event({
            error: { message: "Oops", code: 502 },
            choices: [{ delta: { content: "" }, finish_reason: "error" }],
          }),
      ),
    );
    expect(asked.message).toBe(said("answered 502: Oops"));
    expect(asked.heard).toEqual(["half"]);
    expect(asked.requests).toHaveLength(1);
  });

  it("as a field of its own is read (llama.cpp)", async ({ expect }) => {
    const line = 'error: {"code":400,"message":"too many tokens","type":"invalid_request_error"}';
    const asked = await askServer(pieces(`${line}\n\n`));
    expect(asked.message).toBe(said("answered 400: too many tokens"));
    expect(asked.requests).toHaveLength(1);
  });

  it("of the one choice is the reply's", async ({ expect }) => {
    const error = { code: 403, message: "flagged" };
    const asked = await askServer(
      pieces(event({ choices: [{ index: 0, delta: {}, error, finish_reason: "error" }] })),
    );
    expect(asked.message).toBe(said("answered 403: flagged"));
  });

  it("of a call that the model broke is worth another try (Groq)", async ({ expect }) => {
    const error = { message: "Failed to call a function", code: "tool_use_failed" };
    const asked = await askServer([
      jsonResponse({ error }, { status: 400 }),
      pieces(chunk({ content: "Hi" }, "stop")),
    ]);
    expect(asked.text).toBe("Hi");
  });

  it("as an event of its name may be a text", async ({ expect }) => {
    const asked = await askServer(
      Array.from({ length: 4 }, () => pieces("event: error\ndata: upstream closed\n\n")),
    );
    expect(asked.message).toBe(said("failed: upstream closed"));
  });

  it.for(["error", "abort", "network_error", "insufficient_system_resource"])(
    "as finish_reason %s is a reply that broke off",
    async (reason, { expect }) => {
      const asked = await askServer(pieces(chunk({ content: "half" }) + chunk({}, reason) + DONE));
      expect(asked.failure).toMatchObject({
        code: "provider_reply_broken",
        message: said(`broke its reply off: its finish_reason is ${reason}`),
      });
    },
  );

  it.for([
    ["<html><head><title>502 Bad Gateway</title></head></html>", "502 Bad Gateway"],
    ["upstream request timeout", "upstream request timeout"],
    ['{"object":"chat.completion","choices":[]}', '{"object":"chat.completion","choices":[]}'],
  ] as const)("is an answer without a reply: %s", async ([body, words], { expect }) => {
    const asked = await askServer(pieces(body));
    expect(asked.failure).toMatchObject({ code: "provider_bad_reply" });
    expect(asked.message).toContain(words);
    expect(asked.requests).toHaveLength(1);
  });

  it("is a chunk that is broken, whatever else comes", async ({ expect }) => {
    const asked = await askServer(
      pieces(`${chunk({ content: "a" })}data: {"choices":[{"delta":{"con\n\n${STOP}`),
    );
    expect(asked.failure).toMatchObject({ code: "provider_bad_reply" });
  });

  it("is half a chunk at the end: the connection was lost", async ({ expect }) => {
    const asked = await askServer(pieces(`${chunk({ content: "a" })}data: {"choices":[{"del`));
    expect(asked.failure).toMatchObject({ code: "provider_connection_lost" });
  });

  it.for([
    [502, "<html><title>502 Bad Gateway</title></html>", "answered 502: 502 Bad Gateway", 4],
    [
      500,
      {
        error: {
          code: 400,
          message: "the request exceeds the context size",
          type: "exceed_context_size_error",
        },
      },
      "answered 400: the request exceeds the context size",
      1,
    ],
    [501, { error: "not here" }, "answered 501: not here", 1],
    [
      400,
      [{ error: { code: 400, message: "bad", status: "INVALID_ARGUMENT" } }],
      "answered 400: bad",
      1,
    ],
    [402, { error: { message: "Insufficient Balance" } }, "answered 402: Insufficient Balance", 1],
  ] as const)("%i %o is what it is", async ([status, body, message, times], { expect }) => {
    const answers = Array.from({ length: times }, () =>
      typeof body === "string" ? new Response(body, { status }) : jsonResponse(body, { status }),
    );
    const asked = await askServer(answers);
    expect(asked.message).toBe(said(message));
    expect(asked.requests).toHaveLength(times);
  });

  it("that says itself when to come again is heeded, and one that says never", async ({
    expect,
  }) => {
    const retryInfo = { "@type": "type.googleapis.com/google.rpc.RetryInfo", retryDelay: "7s" };
    const busy = [
      {
        error: { code: 429, message: "Quota", status: "RESOURCE_EXHAUSTED", details: [retryInfo] },
      },
    ];
    const asked = await askServer([
      jsonResponse(busy, { status: 429 }),
      pieces(chunk({ content: "Hi" }, "stop")),
    ]);
    expect(asked.text).toBe("Hi");
    const never = await askServer(
      jsonResponse({ error: "no" }, { status: 503, headers: { "x-should-retry": "false" } }),
    );
    expect(never.requests).toHaveLength(1);
  });

  it("is not the end of whoever reads arguments or errors that nest without end", async ({
    expect,
  }) => {
    const depth = 200_000;
    const deep = "[".repeat(depth) + "]".repeat(depth);
    const call = `{"choices":[{"delta":{"tool_calls":[{"id":"a","function":{"name":"get","arguments":${deep}}}]}}]}`;
    const called = await askServer(new Response(`data: ${call}\n\n${DONE}`));
    expect(called.reply?.calls.map(({ name }) => name)).toEqual(["get"]);
    const failed = await askServer(
      new Response(`data: {"object":"error","code":400,"x":${deep}}\n\n`),
    );
    expect(failed.failure).toMatchObject({ code: "provider_error" });
    const lists = await askServer(new Response(`data: ${deep}\n\n${chunk({}, "stop")}`));
    expect(lists.text).toBe("");
  });
});

describe("a wrong address", () => {
  const HINT =
    "OPENAI_BASE_URL is at 127.0.0.1:9: set it to the server's address, up to what stands before /chat/completions (mostly /v1).";

  it("where nothing answers is named", async ({ expect }) => {
    const refused = Array.from({ length: 4 }, () => new TypeError("Network connection lost."));
    const asked = await askServer(refused);
    expect(asked.message).toBe(
      `No answer of openai-compatible came from 127.0.0.1:9: the connection failed. ${HINT}`,
    );
  });

  it.for([
    [404, "404 page not found"],
    [405, '{"detail":"Method Not Allowed"}'],
  ] as const)("whose server answers %d is named", async ([status, body], { expect }) => {
    const asked = await askServer(new Response(body, { status }));
    expect(asked.message).toContain(HINT);
    expect(asked.requests).toHaveLength(1);
  });

  it("of a page is named", async ({ expect }) => {
    const page = "<!doctype html><html><title>A shop</title><body>Welcome</body></html>";
    const asked = await askServer(new Response(page));
    expect(asked.message).toContain(HINT);
  });

  it("is not thought of where a model is missing", async ({ expect }) => {
    const message = 'model "nope" not found, try pulling it first';
    const asked = await askServer(jsonResponse({ error: { message } }, { status: 404 }));
    expect(asked.message).not.toContain("OPENAI_BASE_URL");
  });
});
