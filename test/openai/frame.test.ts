/** What every call of OpenAI's dialect meets: who calls, which version, which path, and how it is refused. */
import { beforeAll, describe, it } from "vitest";

import { call } from "../support/call";
import { type TestProject, makeKey, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";

const V1 = "/openai/v1";
const LOST = `thread_${"x".repeat(24)}`;

let project: TestProject;
let threadId: string;

beforeAll(async () => {
  project = await makeProject();
  threadId = (await call(`${V1}/threads`, { key: project.key, json: {} })).json.id;
});

const post = (path: string, json: unknown, headers = {}) =>
  call(V1 + path, { key: project.key, json, headers });
const get = (path: string, headers = {}) => call(V1 + path, { key: project.key, headers });

describe("a caller", () => {
  it("sends its key as OpenAI's clients do, or in `api-key` as Azure's", async ({ expect }) => {
    const bare = await call(`/openai/threads/${threadId}?api-version=2024-05-01-preview`, {
      headers: { "api-key": project.key },
    });
    expect([bare.status, bare.json.id]).toEqual([200, threadId]);
    const listed = await call("/openai/threads?api-version=2024-05-01-preview", {
      headers: { "api-key": project.key },
    });
    expect(listed.json.data.map(({ id }: { id: string }) => id)).toContain(threadId);
    const elsewhere = await call("/api/sdk/threads", { headers: { "api-key": project.key } });
    expect(elsewhere.status).toBe(401);
  });

  it("may be an end user with a session token", async ({ expect }) => {
    const key = await mintToken(project.key, { end_user_id: "ada", verbs: ["threads:create"] });
    const made = await call(`${V1}/threads`, { key, json: {} });
    expect(made.status).toBe(200);
    const refused = await call(`${V1}/threads/${made.json.id}`, { key });
    expect([refused.status, refused.json.error.code]).toEqual([403, "insufficient_permissions"]);
  });

  it.for<[string, Record<string, string>, string | null]>([
    ["nobody", {}, null],
    ["nobody by an empty header", { "api-key": " " }, null],
    ["an unknown key", { Authorization: "Bearer sk-nobodys" }, "invalid_api_key"],
    ["an unknown key of Azure's", { "api-key": "0123456789abcdef" }, "invalid_api_key"],
    ["another scheme", { Authorization: "Basic c2stZGV2" }, "invalid_api_key"],
  ])("is refused as %s", async ([, headers, code], { expect }) => {
    const { status, json } = await call(`${V1}/threads`, { headers });
    expect([status, json.error.type, json.error.code, json.error.param]).toEqual([
      401,
      "invalid_request_error",
      code,
      null,
    ]);
  });

  it("is told which scope its key lacks", async ({ expect }) => {
    const key = await makeKey(project.id, { scopes: ["read"] });
    const { status, json } = await call(`${V1}/threads`, { key, json: {} });
    expect([status, json.error.code]).toEqual([403, "insufficient_permissions"]);
    expect(json.error.message).toContain('"write"');
  });
});

describe("the version", () => {
  it("is the second, named or not", async ({ expect }) => {
    for (const headers of [{}, { "OpenAI-Beta": "assistants=v2" }, { "OpenAI-Beta": "other=v1" }]) {
      expect((await get(`/threads/${threadId}`, headers)).status).toBe(200);
    }
  });

  it("is not the first", async ({ expect }) => {
    const refused = await get(`/threads/${threadId}`, { "OpenAI-Beta": "assistants=v1" });
    expect([refused.status, refused.json.error]).toMatchObject([
      400,
      {
        message:
          "The v1 Assistants API has been deprecated. Please try again by setting the header 'OpenAI-Beta: assistants=v2'.",
        type: "invalid_request_error",
        param: "OpenAI-Beta",
        code: "invalid_beta",
      },
    ]);
  });
});

describe("a path", () => {
  it("that there is not is named, and so is what is not served here", async ({ expect }) => {
    const lost = await post("/x", {});
    expect([lost.status, lost.json.error]).toEqual([
      404,
      {
        message: "Invalid URL (POST /openai/v1/x).",
        type: "invalid_request_error",
        param: null,
        code: null,
      },
    ]);
    for (const other of [
      "/chat/completions",
      "/responses",
      "/uploads",
      "/uploads/upload_1/parts",
    ]) {
      const { status, json } = await post(other, {});
      expect([status, json.error.message]).toEqual([
        404,
        `Invalid URL (POST /openai/v1${other}). Only the Assistants API is served here, at /openai/v1.`,
      ]);
    }
  });

  it("takes its own methods alone", async ({ expect }) => {
    const refused = await call(`${V1}/threads`, { key: project.key, method: "PUT" });
    expect([refused.status, refused.headers.get("Allow")]).toEqual([
      405,
      "GET, HEAD, OPTIONS, POST",
    ]);
  });

  it.for([
    ["/threads/undefined", "thread_id", "undefined", "thread"],
    ["/threads/null", "thread_id", "null", "thread"],
    ["/threads/%5Bobject%20Object%5D", "thread_id", "[object Object]", "thread"],
    [`/threads/${LOST}/messages/undefined`, "message_id", "undefined", "msg"],
    [`/threads/${LOST}/runs/undefined/steps`, "run_id", "undefined", "run"],
    [`/threads/${LOST}/runs/run_x/steps/undefined`, "step_id", "undefined", "step"],
    ["/assistants/undefined", "assistant_id", "undefined", "asst"],
    ["/files/null/content", "file_id", "null", "file"],
    ["/vector_stores/undefined", "vector_store_id", "undefined", "vs"],
    ["/vector_stores/vs_x/files/undefined", "file_id", "undefined", "file"],
    ["/vector_stores/vs_x/file_batches/undefined", "batch_id", "undefined", "vsfb"],
  ])("whose id is none is a fault of the call: %s", async ([path, param, id, kind], { expect }) => {
    const { status, json } = await get(path ?? "");
    expect([status, json.error]).toMatchObject([
      400,
      {
        message: `Invalid '${param}': '${id}'. Expected an ID that begins with '${kind}'.`,
        code: "invalid_value",
        param,
      },
    ]);
  });

  it("takes an id with its prefix and without", async ({ expect }) => {
    const bare = threadId.replace("thread_", "");
    expect(bare).toMatch(/^[0-9A-Za-z]{24}$/);
    expect((await get(`/threads/${bare}`)).json).toEqual((await get(`/threads/${threadId}`)).json);
  });

  it("names nothing that is there", async ({ expect }) => {
    const thread = await get(`/threads/${LOST}`);
    expect([thread.status, thread.json.error.message]).toEqual([
      404,
      `No thread found with id '${LOST}'.`,
    ]);
    const message = await get(`/threads/${threadId}/messages/msg_x`);
    expect([message.status, message.json.error.message]).toEqual([
      404,
      "No message found with id 'msg_x'.",
    ]);
  });
});

describe("a list", () => {
  it("of nothing has no ids and no more", async ({ expect }) => {
    const empty = await post("/threads", {});
    expect((await get(`/threads/${empty.json.id}/messages`)).json).toEqual({
      object: "list",
      data: [],
      first_id: null,
      last_id: null,
      has_more: false,
    });
  });

  it("is walked to its end by the last id of each page", async ({ expect }) => {
    const words = ["one", "two", "three", "four", "five"];
    const thread = await post("/threads", {
      messages: words.map((content) => ({ role: "user", content })),
    });
    const path = `/threads/${thread.json.id}/messages?limit=2&order=asc`;
    const pages: string[][] = [];
    for (let after = ""; ;) {
      const { json } = await get(path + after);
      pages.push(json.data.map((message: Message) => message.content[0]?.text.value));
      if (!json.has_more) {
        break;
      }
      expect(json.last_id).toBe(json.data.at(-1).id);
      after = `&after=${json.last_id}`;
    }
    expect(pages).toEqual([["one", "two"], ["three", "four"], ["five"]]);
  });

  it("refuses a cursor that it does not hold", async ({ expect }) => {
    const { status, json } = await get("/threads?after=thread_x");
    expect([status, json.error.param, json.error.code]).toEqual([400, "after", "invalid_value"]);
  });
});

interface Message {
  content: { text: { value: string } }[];
}

describe("an answer", () => {
  it("has the id of its request, and browsers may read what SDKs look at", async ({ expect }) => {
    const { headers } = await get("/threads", { Origin: "https://example.com" });
    expect(headers.get("x-request-id")).toMatch(/^[\w-]+$/);
    const exposed = headers.get("Access-Control-Expose-Headers")?.toLowerCase();
    for (const name of ["x-request-id", "openai-poll-after-ms", "x-should-retry"]) {
      expect(exposed).toContain(name);
    }
  });

  it("to another body under the same Idempotency-Key is a refusal", async ({ expect }) => {
    const headers = { "Idempotency-Key": `key-${threadId}` };
    const first = await post("/threads", { metadata: { a: "b" } }, headers);
    expect((await post("/threads", { metadata: { a: "b" } }, headers)).json).toEqual(first.json);
    const other = await post("/threads", { metadata: { a: "c" } }, headers);
    expect([other.status, other.json.error.type]).toEqual([422, "idempotency_error"]);
  });

  it("to an SDK's own retry is the first answer", async ({ expect }) => {
    const path = `/threads/${threadId}/messages`;
    const say = (retry: number) =>
      post(path, { role: "user", content: "once" }, { "X-Stainless-Retry-Count": String(retry) });
    const first = await say(0);
    expect((await say(1)).json.id).toBe(first.json.id);
    expect((await get(path)).json.data).toHaveLength(1);
  });
});

describe("a part of a message", () => {
  it("with a field that nobody knows is refused by its name", async ({ expect }) => {
    const content = [{ type: "text", text: "Hi", smell: 1 }];
    const refused = await post("/threads", { messages: [{ role: "user", content }] });
    expect([refused.status, refused.json.error.param]).toEqual([
      400,
      "messages[0].content[0].smell",
    ]);
  });
});
