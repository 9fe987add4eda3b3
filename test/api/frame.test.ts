/** What every request meets: authorization, bodies, paths, methods, and the headers of every reply. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, it, vi } from "vitest";

import { app } from "../../src/app";
import { KEY, REQUEST } from "../../src/limits";
import { type Call, call } from "../support/call";
import { CountingDatabase } from "../support/counting-database";
import { type TestProject, makeKey, makeProject } from "../support/project";

let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const threads = "/api/sdk/threads";

function post(body: BodyInit, headers: Record<string, string> = {}) {
  return call(threads, { key: project.key, body, headers });
}

describe("authorization", () => {
  it.for<[string, Record<string, string>, string]>([
    ["no header", {}, "missing_authorization_header_error"],
    ["an empty header", { Authorization: " " }, "missing_authorization_header_error"],
    ["another scheme", { Authorization: "Basic c2s6" }, "malformed_authorization_header_error"],
    ["a bare key", { Authorization: "sk-dev" }, "malformed_authorization_header_error"],
    ["two words", { Authorization: "Bearer sk-a b" }, "malformed_authorization_header_error"],
    ["an unknown key", { Authorization: "Bearer sk-never" }, "invalid_api_key_error"],
    ["no key", { Authorization: "Bearer nonsense" }, "invalid_api_key_error"],
    [
      "a key of 1000 characters",
      { Authorization: `Bearer sk-${"x".repeat(1000)}` },
      "invalid_api_key_error",
    ],
  ])("refuses %s", async ([, headers, type], { expect }) => {
    const refused = await call(threads, { headers });
    expect(refused.status).toBe(401);
    expect(refused.json.error.type).toBe(type);
    expect(refused.headers.get("WWW-Authenticate")).toBe('Bearer realm="bobbin"');
  });

  it("takes the scheme in any case", async ({ expect }) => {
    const taken = await call(threads, { headers: { Authorization: `bearer ${project.key}` } });
    expect(taken.status).toBe(200);
  });

  it("says of an expired and of a revoked key what it is", async ({ expect }) => {
    const expired = await makeKey(project.id, { expiresAtMs: Date.now() - 1 });
    const revoked = await makeKey(project.id, { revokedAtMs: 1 });
    expect((await call(threads, { key: expired })).json.error.message).toBe("This key is expired.");
    expect((await call(threads, { key: revoked })).json.error.message).toBe("This key is revoked.");
  });

  it("lets a key do what its scopes list, and says what is missing", async ({ expect }) => {
    const reader = await makeKey(project.id, { scopes: ["read"] });
    expect((await call(threads, { key: reader })).status).toBe(200);
    const refused = await call(threads, { key: reader, json: {} });
    expect(refused.status).toBe(403);
    expect(refused.json.error).toMatchObject({
      type: "forbidden_error",
      message: 'This call needs "write", which the key or token does not list.',
    });
  });

  it("asks D1 for a key once in its time, and so does a revocation elsewhere take hold", async ({
    expect,
  }) => {
    const key = await makeKey(project.id);
    const counting = new CountingDatabase(env.DB);
    const read = async () => {
      const before = counting.roundTrips;
      const context = createExecutionContext();
      const { status } = await app.request(
        threads,
        { headers: { Authorization: `Bearer ${key}` } },
        { ...env, DB: counting.database },
        context,
      );
      await waitOnExecutionContext(context);
      return { status, roundTrips: counting.roundTrips - before };
    };
    // The look-up, the list, and the note of the first use.
    expect(await read()).toEqual({ status: 200, roundTrips: 3 });
    expect(await read()).toEqual({ status: 200, roundTrips: 1 });
    await env.DB.prepare("UPDATE api_keys SET revoked_at_ms = 1 WHERE project_id = ? AND hint = ?")
      .bind(project.id, key.slice(-4))
      .run();
    expect((await read()).status).toBe(200);
    vi.useFakeTimers({ now: Date.now() + KEY.cacheMs, toFake: ["Date"] });
    expect((await read()).status).toBe(401);
  });

  it("asks D1 for an unknown key once in its time", async ({ expect }) => {
    const counting = new CountingDatabase(env.DB);
    for (let times = 0; times < 3; times += 1) {
      await app.request(
        threads,
        { headers: { Authorization: `Bearer sk-${"guessed-".repeat(5)}` } },
        { ...env, DB: counting.database },
        createExecutionContext(),
      );
    }
    expect(counting.roundTrips).toBe(1);
  });
});

describe("a body", () => {
  it.for([
    ["no content type", {}],
    ["curl's own content type", { "Content-Type": "application/x-www-form-urlencoded" }],
    ["a charset in capitals", { "Content-Type": 'application/json; charset="UTF-8"' }],
    ["ASCII", { "Content-Type": "application/json;charset=us-ascii" }],
    ["a charset", { "Content-Type": "application/json; charset=utf-8" }],
    ["capital letters", { "Content-Type": "Application/JSON" }],
    ["a JSON dialect", { "Content-Type": "application/vnd.api+json" }],
  ] as const)("is read as JSON with %s", async ([, headers], { expect }) => {
    const made = await post('{"metadata":{"a":"b"}}', headers);
    expect(made.status).toBe(200);
    expect(made.json.metadata).toEqual({ a: "b" });
  });

  it("may begin with a byte order mark", async ({ expect }) => {
    expect((await post('\ufeff{"metadata":{}}')).status).toBe(200);
  });

  it.for<[string, BodyInit, string]>([
    [
      "broken JSON",
      '{"metadata":\n  {"a": 1,}}',
      "The body is not JSON. Expected double-quoted property name in JSON at position 23 (line 2 column 11).",
    ],
    ["half of it", '{"metadata":', "The body is not JSON. Unexpected end of JSON input."],
    ["no JSON at all", "hello", "Unexpected token 'h', \"hello\" is not valid JSON."],
    ["no UTF-8", new Uint8Array([0x22, 0xff, 0x22]), "not valid UTF-8"],
    ["an array", "[]", "The body must be an object, not an array"],
    ["a string", '"x"', "The body must be an object, not a string"],
    ["null", "null", "The body must be an object, not null"],
    ["an unknown field", '{"name":"x"}', "name is not a known field"],
    ["__proto__", '{"__proto__":{"messages":[]}}', "__proto__ no field may have this name"],
    [
      "a lone surrogate",
      '{"metadata":{"a":"\\ud83d"}}',
      "metadata.a holds half of a surrogate pair",
    ],
    ["NUL", '{"metadata":{"a":"\\u0000"}}', "metadata.a holds a NUL character"],
    [
      "deep nesting",
      `{"metadata":${"[".repeat(50_000)}${"]".repeat(50_000)}}`,
      "nested deeper than 64",
    ],
    ["many values", `{"metadata":[${"{},".repeat(60_000)}1]}`, "must have at most 100000 values"],
    ["a huge number", '{"messages":1e999}', "messages must be an array"],
  ])("that is %s is a 400 that says so", async ([, body, words], { expect }) => {
    const refused = await post(body, { "Content-Type": "application/json" });
    expect(refused.status).toBe(400);
    expect(refused.json.error.type).toBe("invalid_request_error");
    expect(refused.json.error.message).toContain(words);
    expect(refused.json.error.request_id).toBe(refused.headers.get("X-Request-Id"));
  });

  it.for([
    "text/plain",
    "multipart/form-data; boundary=x",
    "application/xml",
    "application/json; charset=utf-16",
    'application/json;charset="iso-8859-1"',
    "application/x-www-form-urlencoded; charset=shift_jis",
  ])("of type %s is a 415", async (type, { expect }) => {
    const refused = await post("{}", { "Content-Type": type });
    expect(refused.status).toBe(415);
    expect(refused.json.error.type).toBe("unsupported_media_type_error");
  });

  it.for<[string, BodyInit, string]>([
    [threads, "{}", "application/json"],
    ["/api/sdk/files", "--X--", "multipart/form-data; boundary=X"],
    ["/api/sdk/import", "{}", "application/x-ndjson"],
  ])("to %s that is compressed is a 415", async ([path, body, type], { expect }) => {
    const send = (encoding: string) =>
      call(path, {
        key: project.key,
        body,
        headers: { "Content-Type": type, "Content-Encoding": encoding },
      });
    for (const encoding of ["gzip", "br", "GZIP, identity"]) {
      const refused = await send(encoding);
      expect([refused.status, refused.json.error.type]).toEqual([
        415,
        "unsupported_media_type_error",
      ]);
      expect(refused.json.error.message).toContain("without Content-Encoding");
    }
    expect((await send("identity")).status).not.toBe(415);
  });

  it("of one byte over the limit is a 413, announced or not", async ({ expect }) => {
    const frame = '{"metadata":{}}';
    const fits = frame.padEnd(REQUEST.jsonMaxBytes);
    expect((await post(fits)).status).toBe(200);
    const announced = await post(`${fits} `);
    expect(announced.status).toBe(413);
    const bytes = new TextEncoder().encode(`${fits} `);
    const streamed = await post(
      new ReadableStream({
        start(controller) {
          for (let from = 0; from < bytes.length; from += 65_536) {
            controller.enqueue(bytes.slice(from, from + 65_536));
          }
          controller.close();
        },
      }),
    );
    expect(streamed.status).toBe(413);
    expect(streamed.json.error).toMatchObject({
      type: "payload_too_large_error",
      message: "The JSON body is larger than 1048576 bytes.",
    });
  });
});

describe("paths and methods", () => {
  it.for<[string, Call, number, string]>([
    ["/api/sdk", {}, 404, "not_found"],
    ["/api/sdk/", {}, 404, "not_found"],
    ["/api/sdk/nothing", { method: "POST" }, 404, "not_found"],
    ["/api/sdk/threads/", {}, 404, "not_found"],
    ["/nothing", {}, 404, "not_found"],
    ["/api/sdk/threads", { method: "PUT" }, 405, "method_not_supported_error"],
    ["/api/sdk/threads/x", { method: "PATCH" }, 405, "method_not_supported_error"],
    ["/api/sdk/files/x/content", { method: "POST" }, 405, "method_not_supported_error"],
    ["/api/sdk/threads/%00", {}, 404, "thread_not_found"],
    ["/api/sdk/threads/%E0%A4%A", {}, 404, "thread_not_found"],
    ["/api/sdk/threads/..%2f..%2fadmin", {}, 404, "thread_not_found"],
    [`/api/sdk/threads/${"x".repeat(4000)}`, {}, 404, "thread_not_found"],
  ])("%s %o answers %i", async ([path, options, status, type], { expect }) => {
    const answered = await call(path, { key: project.key, ...options });
    expect(answered.status).toBe(status);
    expect(answered.json.error.type).toBe(type);
  });

  it.for<[string, string]>([
    ["/api/sdk/threads/", "/api/sdk/threads"],
    ["//api/sdk/threads", "/api/sdk/threads"],
    ["/api//sdk/threads/x", "/api/sdk/threads/x"],
    ["/api/sdk/threads/x/messages/", "/api/sdk/threads/x/messages"],
    ["/api/sdk/threads//messages", "/api/sdk/threads/{thread_id}/messages"],
    ["/api/sdk/p//a//r", "/api/sdk/p/{project_id}/a/{tool_id}/r"],
    ["/v1/threads/", "/v1/threads"],
    ["/threads/", "/v1/threads"],
    ["/docs/", "/docs"],
  ])("says to %s that %s may be meant", async ([path, meant], { expect }) => {
    const refused = await call(path, { key: project.key });
    expect(refused.status).toBe(404);
    expect(refused.text).toContain(`Did you mean ${meant}?`);
  });

  it("suggests nothing where one slash less is no path either", async ({ expect }) => {
    expect((await call("/api/sdk/nothing/", {})).text).not.toContain("Did you mean");
    expect((await call("/nothing//", {})).text).not.toContain("Did you mean");
  });

  it("names in a 405 what the path takes", async ({ expect }) => {
    const refused = await call(`${threads}/x`, { method: "PUT" });
    expect(refused.headers.get("Allow")).toBe("DELETE, GET, HEAD, OPTIONS, POST");
    expect(refused.json.error.message).toBe(
      "This path takes DELETE, GET, HEAD, OPTIONS, POST, not PUT.",
    );
  });

  it("answers HEAD like GET, without a body", async ({ expect }) => {
    const head = await call(threads, { key: project.key, method: "HEAD" });
    expect([head.status, head.text]).toEqual([200, ""]);
  });
});

async function allowedFor(origin: string): Promise<string | null> {
  const response = await app.request(
    "/health",
    { headers: { Origin: origin } },
    { ...env, CORS_ORIGINS: "https://a.example, https://b.example" },
  );
  return response.headers.get("Access-Control-Allow-Origin");
}

describe("the headers of a reply", () => {
  it("carry a request id, the caller's own where it sent one that is fit", async ({ expect }) => {
    const own = await call(threads, { headers: { "X-Request-Id": "my-trace_1" } });
    expect(own.headers.get("X-Request-Id")).toBe("my-trace_1");
    expect(own.json.error.request_id).toBe("my-trace_1");
    const unfit = await call(threads, { headers: { "X-Request-Id": "a b<c>" } });
    expect(unfit.headers.get("X-Request-Id")).toMatch(/^[0-9a-f-]{36}$/);
  });

  it("go with JSON that ends its line, also where it is an error or said again", async ({
    expect,
  }) => {
    const headers = { "Idempotency-Key": "a-line" };
    const replies = await Promise.all([
      call(threads, { key: project.key, json: {}, headers }),
      call(threads, {}),
      call("/nothing"),
      call("/v1/threads", {}),
      call("/health"),
      call("/openapi.json"),
    ]);
    replies.push(await call(threads, { key: project.key, json: {}, headers }));
    expect(replies.map(({ text }) => /[^\n]\n$/.test(text))).toEqual(replies.map(() => true));
  });

  it("keep API replies out of caches", async ({ expect }) => {
    const read = await call(threads, { key: project.key });
    expect(read.headers.get("Cache-Control")).toBe("no-store");
    expect(read.headers.get("Content-Type")).toBe("application/json");
  });

  it("let pages of any origin read them, and ask first", async ({ expect }) => {
    const read = await call(threads, {
      key: project.key,
      headers: { Origin: "https://a.example" },
    });
    expect(read.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(read.headers.get("Access-Control-Expose-Headers")).toContain("X-Request-Id");
    const asked = await call(threads, {
      method: "OPTIONS",
      headers: {
        Origin: "https://a.example",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
      },
    });
    expect(asked.status).toBe(204);
    expect(asked.headers.get("Access-Control-Allow-Methods")).toContain("POST");
    expect(asked.headers.get("Access-Control-Allow-Headers")).toBe("authorization,content-type");
    expect(asked.headers.get("Access-Control-Max-Age")).toBe("86400");
  });

  it("let pages of the listed origins alone read them, where CORS_ORIGINS lists some", async ({
    expect,
  }) => {
    expect(await allowedFor("https://b.example")).toBe("https://b.example");
    expect(await allowedFor("https://c.example")).toBe(null);
  });
});

describe("a bug", () => {
  it("is a 500 with a request id, and is logged without the caller's key", async ({ expect }) => {
    const logged = vi.spyOn(console, "error").mockImplementation(() => {});
    vi.spyOn(env.DB, "prepare").mockImplementation(() => {
      throw new Error("disk on fire");
    });
    const response = await app.request(
      threads,
      { headers: { Authorization: `Bearer ${project.key}`, "X-Request-Id": "trace-9" } },
      env,
      createExecutionContext(),
    );
    expect(response.status).toBe(500);
    const text = await response.text();
    expect(JSON.parse(text)).toEqual({
      error: {
        type: "internal_server_error",
        message: "Something went wrong on our side. Please report the request_id.",
        request_id: "trace-9",
      },
    });
    const line = String(logged.mock.calls[0]?.[0]);
    expect(JSON.parse(line)).toMatchObject({
      level: "error",
      requestId: "trace-9",
      error: { message: "disk on fire" },
    });
    expect(line).not.toContain(project.key);
  });
});
