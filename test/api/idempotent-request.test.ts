/**
 * Proves that a POST sent again is answered again and not done again: one after the other, at the
 * same time, and by a client that names no key. Says nothing of a crash in the middle.
 */
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, describe, it, vi } from "vitest";

import { IDEMPOTENCY } from "../../src/limits";
import { type Call, type Reply, call } from "../support/call";
import { type TestProject, makeKey, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";

const ACTIONS = [
  { name: "INPUT", type: "input" },
  { name: "MODEL_CALL", type: "chat", spec: { messages: [{ role: "user", content: "hello" }] } },
  { name: "OUTPUT", type: "output" },
];

let project: TestProject;
let toolId: string;
let threadId: string;
let actorId: string;

beforeAll(async () => {
  project = await makeProject();
  const { key, id } = project;
  const [tool, thread, actor] = await Promise.all([
    call(`/api/sdk/p/${id}/a`, { key, json: { name: "chat", actions: ACTIONS } }),
    call("/api/sdk/threads", { key, json: {} }),
    call("/v1/actors", { key, json: { name: "Ada", type: "user" } }),
  ]);
  [toolId, threadId, actorId] = [tool.json.tool.id, thread.json.id, actor.json.id];
});

afterEach(() => {
  vi.useRealTimers();
});

let keys = 0;
function freshKey(): string {
  keys += 1;
  return `key-${keys}`;
}

function post(path: string, json: unknown, headers: Record<string, string>): Promise<Reply> {
  return call(path, { key: project.key, json, headers });
}

async function count(table: string, where = "TRUE"): Promise<number> {
  const row = await env.DB.prepare(
    `SELECT count(*) AS count FROM ${table} WHERE project_id = ? AND ${where}`,
  )
    .bind(project.id)
    .first<{ count: number }>();
  return row?.count ?? 0;
}

const form = (content: string): Call => {
  const body = new FormData();
  body.set("file", new File([content], "note.txt"));
  return { body };
};

describe("Idempotency-Key", () => {
  const posts: [string, string, () => [path: string, call: Call]][] = [
    ["threads", "a thread", () => ["/api/sdk/threads", { json: { metadata: { a: "1" } } }]],
    [
      "messages",
      "a message",
      () => [`/api/sdk/threads/${threadId}/messages`, { json: { role: "user", content: "hi" } }],
    ],
    ["files", "a file", () => ["/api/sdk/files", form("some text")]],
    [
      "tools",
      "a tool",
      () => [`/api/sdk/p/${project.id}/a`, { json: { name: "twin", actions: ACTIONS } }],
    ],
    [
      "tool_versions",
      "a version",
      () => [`/api/sdk/p/${project.id}/a/${toolId}/v`, { json: { actions: ACTIONS } }],
    ],
    [
      "threads",
      "a thread in the other dialect",
      () => ["/v1/threads", { json: { agent_id: toolId, actor_id: actorId } }],
    ],
    ["actors", "an actor", () => ["/v1/actors", { json: { name: "Bob", type: "user" } }]],
    [
      "runs",
      "a run that is waited for",
      () => [
        `/api/sdk/p/${project.id}/a/${toolId}/r`,
        { json: { inputs: [{ messages: [{ role: "user", content: "hello" }] }] } },
      ],
    ],
    [
      "runs",
      "a run in the background",
      () => [
        `/api/sdk/p/${project.id}/a/${toolId}/r`,
        { json: { thread_id: threadId, blocking: false } },
      ],
    ],
  ];

  it.for(posts)("makes one of %s: %s, twice in turn", async ([table, , request], { expect }) => {
    const headers = { "Idempotency-Key": freshKey() };
    const before = await count(table);
    const [path, options] = request();
    const first = await call(path, { ...options, key: project.key, headers });
    const [, again] = request();
    const second = await call(path, { ...again, key: project.key, headers });
    expect(first.status, first.text).toBe(200);
    expect([second.status, second.text]).toEqual([200, first.text]);
    expect(await count(table)).toBe(before + 1);
  });

  it.for(posts)(
    "makes one of %s: %s, five at the same time",
    async ([table, , request], { expect }) => {
      const headers = { "Idempotency-Key": freshKey() };
      const before = await count(table);
      const replies = await Promise.all(
        Array.from({ length: 5 }, () => {
          const [path, options] = request();
          return call(path, { ...options, key: project.key, headers });
        }),
      );
      expect(replies.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
      expect(new Set(replies.map(({ text }) => text)).size).toBe(1);
      expect(await count(table)).toBe(before + 1);
    },
  );

  it("leaves one object in the bucket for a file sent twice", async ({ expect }) => {
    const headers = { "Idempotency-Key": freshKey() };
    const list = () => env.FILES.list({ prefix: `files/${project.id}/` });
    const before = (await list()).objects.length;
    await call("/api/sdk/files", { ...form("once"), key: project.key, headers });
    await call("/api/sdk/files", { ...form("once"), key: project.key, headers });
    expect((await list()).objects).toHaveLength(before + 1);
  });

  it("refuses the key with another body, path or file", async ({ expect }) => {
    const headers = { "Idempotency-Key": freshKey() };
    await post("/api/sdk/threads", { metadata: { a: "1" } }, headers);
    const others = await Promise.all([
      post("/api/sdk/threads", { metadata: { a: "2" } }, headers),
      post(`/api/sdk/threads/${threadId}/messages`, { role: "user", content: "x" }, headers),
      call("/api/sdk/files", { ...form("x"), key: project.key, headers }),
      post(`/api/sdk/p/${project.id}/a/${toolId}/r`, {}, headers),
    ]);
    for (const { status, json } of others) {
      expect([status, json.error.type]).toEqual([422, "idempotency_error"]);
    }
  });

  it("gives the first answer even where the thing has changed since", async ({ expect }) => {
    const headers = { "Idempotency-Key": freshKey() };
    const first = await post("/api/sdk/threads", { metadata: { a: "1" } }, headers);
    await post(`/api/sdk/threads/${first.json.id}`, { metadata: { a: "2" } }, {});
    expect((await post("/api/sdk/threads", { metadata: { a: "1" } }, headers)).text).toBe(
      first.text,
    );
  });

  it("keeps no failure: a request that is mended may use the key", async ({ expect }) => {
    const headers = { "Idempotency-Key": freshKey() };
    const path = `/api/sdk/threads/${threadId}/messages`;
    const unknown = { role: "user", content: "x", file_ids: [crypto.randomUUID()] };
    expect((await post(path, unknown, headers)).status).toBe(400);
    expect((await post(path, { role: "user", content: "x" }, headers)).status).toBe(200);
  });

  it("is another key for another key of the project, and for a token bound to another thread", async ({
    expect,
  }) => {
    const headers = { "Idempotency-Key": freshKey() };
    const other = await makeKey(project.id);
    const made = [
      await post("/api/sdk/threads", {}, headers),
      await call("/api/sdk/threads", { key: other, json: {}, headers }),
    ];
    expect(made[1]?.json.id).not.toBe(made[0]?.json.id);
    const verbs = ["messages:create"];
    const [one, two] = await Promise.all(
      made.map(({ json }) =>
        mintToken(project.key, { end_user_id: "ada", thread: { id: json.id }, verbs }),
      ),
    );
    const message = { role: "user", content: "for one thread" };
    const path = `/api/sdk/threads/${made[0]?.json.id}/messages`;
    const told = await call(path, { key: one, json: message, headers });
    expect(told.status).toBe(200);
    const replayed = await call(path, { key: two, json: message, headers });
    expect([replayed.status, replayed.json.error.type]).toEqual([404, "thread_not_found"]);
  });

  it("is another key for another project and another end user", async ({ expect }) => {
    const headers = { "Idempotency-Key": freshKey() };
    const stranger = await makeProject();
    const tokens = await Promise.all(
      ["ada", "bob"].map((user) => mintToken(project.key, { end_user_id: user })),
    );
    const replies = await Promise.all(
      [project.key, stranger.key, ...tokens].map((key) =>
        call("/api/sdk/threads", { key, json: {}, headers }),
      ),
    );
    expect(new Set(replies.map(({ json }) => json.id)).size).toBe(4);
  });

  it("is good for a day", async ({ expect }) => {
    const headers = { "Idempotency-Key": freshKey() };
    const first = await post("/api/sdk/threads", {}, headers);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + IDEMPOTENCY.keepMs - 60_000 });
    expect((await post("/api/sdk/threads", {}, headers)).text).toBe(first.text);
    vi.setSystemTime(Date.now() + 120_000);
    expect((await post("/api/sdk/threads", {}, headers)).text).not.toBe(first.text);
  });

  it.for(["", "x".repeat(IDEMPOTENCY.maxKeyChars + 1), "with space"])(
    "refuses the key %j",
    async (key, { expect }) => {
      const refused = await post("/api/sdk/threads", {}, { "Idempotency-Key": key });
      expect([refused.status, refused.json.error.type]).toEqual([400, "invalid_request_error"]);
    },
  );

  it("is refused where the answer is a secret", async ({ expect }) => {
    const refused = await post(
      "/api/sdk/tokens",
      { end_user_id: "ada" },
      { "Idempotency-Key": freshKey() },
    );
    expect(refused.status).toBe(400);
    expect(refused.json.error.message).toContain("secret");
  });
});

const retry = (time: number) => ({ "X-Stainless-Retry-Count": String(time) });

describe("a client that counts its retries and names no key", () => {
  it("gets the first answer when it tries again", async ({ expect }) => {
    const body = { metadata: { try: "again" } };
    const first = await post("/api/sdk/threads", body, retry(0));
    expect((await post("/api/sdk/threads", body, retry(1))).text).toBe(first.text);
    expect((await post("/api/sdk/threads", body, retry(2))).text).toBe(first.text);
  });

  it("makes two where it says the same twice for the first time", async ({ expect }) => {
    const path = `/api/sdk/threads/${threadId}/messages`;
    const body = { role: "user", content: "yes" };
    const [first, second] = [await post(path, body, retry(0)), await post(path, body, retry(0))];
    expect(second.json.id).not.toBe(first.json.id);
    expect((await post(path, body, retry(1))).text).toBe(second.text);
  });

  it("makes one where only the retry arrived, and one run where the first was cut off", async ({
    expect,
  }) => {
    const path = `/api/sdk/p/${project.id}/a/${toolId}/r`;
    const body = { inputs: [{ messages: [{ role: "user", content: "cut off" }] }] };
    const first = await post(path, body, retry(0));
    const second = await post(path, body, retry(1));
    expect(second.json.run.run_id).toBe(first.json.run.run_id);
    const late = await post("/api/sdk/threads", { metadata: { only: "retry" } }, retry(1));
    expect(late.status).toBe(200);
  });

  it("is not taken for its twin with another key, nor after a minute", async ({ expect }) => {
    const body = { metadata: { twin: "1" } };
    const first = await post("/api/sdk/threads", body, retry(0));
    const key = await makeKey(project.id);
    const other = await call("/api/sdk/threads", { key, json: body, headers: retry(1) });
    expect(other.json.id).not.toBe(first.json.id);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + IDEMPOTENCY.implicitKeepMs + 1000 });
    const late = await post("/api/sdk/threads", body, retry(1));
    expect(late.json.id).not.toBe(first.json.id);
  });
});
