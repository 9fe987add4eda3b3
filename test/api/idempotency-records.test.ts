/**
 * Proves what is kept of the first answers to POSTs: little, nothing of what was written, a bounded
 * number, and nothing of what has been deleted. That they are given again is proven next door.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { IDEMPOTENCY } from "../../src/limits";
import { purgeResponses } from "../../src/store/access/idempotency";
import { type Call, type Reply, call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";

const ACTIONS = [
  { name: "INPUT", type: "input" },
  { name: "OUTPUT", type: "output", spec: { value: "done" } },
];

let project: TestProject;
let toolId: string;
let threadId: string;

beforeAll(async () => {
  project = await makeProject();
  const tool = await post(`/api/sdk/p/${project.id}/a`, { name: "plain", actions: ACTIONS });
  toolId = tool.json.tool.id;
  threadId = await makeThread();
});

let keys = 0;
function freshKey(): string {
  keys += 1;
  return `record-${keys}`;
}

function post(path: string, json: unknown, headers: Record<string, string> = {}): Promise<Reply> {
  return call(path, { key: project.key, json, headers });
}

function remove(path: string): Promise<Reply> {
  return call(path, { key: project.key, method: "DELETE" });
}

async function makeThread(): Promise<string> {
  return (await post("/api/sdk/threads", {})).json.id;
}

async function count(table: string, where = "TRUE"): Promise<number> {
  const row = await env.DB.prepare(
    `SELECT count(*) AS count FROM ${table} WHERE project_id = ? AND ${where}`,
  )
    .bind(project.id)
    .first<{ count: number }>();
  return row?.count ?? 0;
}

function form(content: string): Call {
  const body = new FormData();
  body.set("file", new File([content], "note.txt"));
  return { body };
}

describe("an answer about what has been deleted since", () => {
  it("is a 410, makes nothing again and tells nothing of it: threads, files, tools", async ({
    expect,
  }) => {
    const deploy = { name: "gone", actions: ACTIONS };
    const cases: [string, () => Call, (json: Reply["json"]) => string, string][] = [
      [
        "/api/sdk/threads",
        () => ({ json: { metadata: { a: "1" } } }),
        ({ id }) => `/api/sdk/threads/${id}`,
        "threads",
      ],
      ["/api/sdk/files", () => form("x"), ({ fileId }) => `/api/sdk/files/${fileId}`, "files"],
      [
        `/api/sdk/p/${project.id}/a`,
        () => ({ json: deploy }),
        ({ tool }) => `/api/sdk/p/${project.id}/a/${tool.id}`,
        "tools",
      ],
    ];
    for (const [path, request, made, table] of cases) {
      const headers = { "Idempotency-Key": freshKey() };
      const send = () => call(path, { ...request(), key: project.key, headers });
      const first = await send();
      expect((await remove(made(first.json))).status).toBe(200);
      const before = await count(table);
      const again = await send();
      expect([path, again.status, again.json.error.type]).toEqual([path, 410, "idempotency_error"]);
      expect(await count(table)).toBe(before);
    }
  });

  it("is a 410 for messages and runs of a thread, and for one message", async ({ expect }) => {
    const [thread, kept] = [await makeThread(), await makeThread()];
    const headers = [freshKey(), freshKey(), freshKey(), freshKey()].map((key) => ({
      "Idempotency-Key": key,
    }));
    const message = { role: "user", content: "told nobody any more" };
    const run = { thread_id: thread };
    const runs = `/api/sdk/p/${project.id}/a/${toolId}/r`;
    const send = async () => [
      await post(`/api/sdk/threads/${thread}/messages`, message, headers[0] ?? {}),
      await post(runs, run, headers[1] ?? {}),
      await post(`/api/sdk/threads/${kept}/messages`, message, headers[2] ?? {}),
      await post(`/api/sdk/threads/${kept}`, { metadata: { a: "1" } }, headers[3] ?? {}),
    ];
    const first = await send();
    expect(first.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    await remove(`/api/sdk/threads/${thread}`);
    await remove(`/api/sdk/threads/${kept}/messages/${first[2]?.json.id}`);
    const again = await send();
    expect(again.map(({ status }) => status)).toEqual([410, 410, 410, 200]);
    expect(again.map(({ text }) => text).join()).not.toContain("told nobody");
    expect((await call(`/api/sdk/threads/${thread}`, { key: project.key })).status).toBe(404);
  });

  it("is forgotten whole with its end user", async ({ expect }) => {
    const user = `gone-${freshKey()}`;
    const token = await mintToken(project.key, { end_user_id: user });
    const headers = { "Idempotency-Key": freshKey() };
    await call("/api/sdk/threads", { key: token, json: {}, headers });
    expect(await count("idempotency_keys", `caller = 'user/${user}'`)).toBe(1);
    await remove(`/api/sdk/end-users/${user}`);
    expect(await count("idempotency_keys", `caller = 'user/${user}'`)).toBe(0);
    expect(await count("usage_counters", `period = 'user/${user}'`)).toBe(0);
  });
});

describe("a record", () => {
  it("is small and holds nothing of what was written", async ({ expect }) => {
    const content = "secret words ".repeat(10_000);
    const headers = { "Idempotency-Key": freshKey() };
    const send = () =>
      post(
        `/api/sdk/threads/${threadId}/messages`,
        { role: "user", content, metadata: { "#0": "=1" } },
        headers,
      );
    const first = await send();
    const again = await send();
    expect([again.status, again.text === first.text, again.json.content === content]).toEqual([
      200,
      true,
      true,
    ]);
    const largest = await env.DB.prepare(
      `SELECT max(length(answer)) AS chars, total(instr(answer, 'secret words')) AS told
       FROM idempotency_keys WHERE project_id = ?`,
    )
      .bind(project.id)
      .first<{ chars: number; told: number }>();
    expect(largest?.chars).toBeLessThan(IDEMPOTENCY.answerMaxChars);
    expect(largest?.told).toBe(0);
  });

  it("holds nothing of a large answer to work that may be done again", async ({ expect }) => {
    const actions = [
      { name: "INPUT", type: "input" },
      { name: "OUTPUT", type: "output", spec: { value: "{{ 'word ' * 20000 }}" } },
    ];
    const tool = await call(`/api/sdk/p/${project.id}/a`, {
      key: project.key,
      json: { name: "large", actions },
    });
    const runs = `/api/sdk/p/${project.id}/a/${tool.json.tool.id}/r`;
    const { run } = (await post(runs, {}, {})).json;
    const before = await count("idempotency_keys", "length(answer) > 4096");
    for (let times = 0; times < 20; times += 1) {
      const headers = { "Idempotency-Key": freshKey() };
      const cancel = () => post(`${runs}/${run.run_id}/cancel`, {}, headers);
      const [first, again] = [await cancel(), await cancel()];
      expect(first.text.length).toBeGreaterThan(100_000);
      expect([again.status, again.text === first.text]).toEqual([200, true]);
    }
    expect(await count("idempotency_keys", "length(answer) > 4096")).toBe(before);
  });

  it("is bounded in number for an end user, counted, and free again when forgotten", async ({
    expect,
  }) => {
    const user = `busy-${freshKey()}`;
    const token = await mintToken(project.key, { end_user_id: user });
    const make = (key: string) =>
      call("/api/sdk/threads", { key: token, json: {}, headers: { "Idempotency-Key": key } });
    expect((await make("first")).status).toBe(200);
    const fillers = Array.from({ length: IDEMPOTENCY.maxKeptPerEndUser - 1 }, (_, index) => index);
    await env.DB.prepare(
      `INSERT INTO idempotency_keys (project_id, caller, key, fingerprint, created_at_ms)
       SELECT ?, ?, 'filler/' || value, '', 1 FROM json_each(?)`,
    )
      .bind(project.id, `user/${user}`, JSON.stringify(fillers))
      .run();
    const refused = await make("one-more");
    expect([refused.status, refused.json.error.type]).toEqual([429, "rate_limit_error"]);
    expect(refused.json.error.message).toContain("Idempotency-Keys");
    expect((await make("first")).status).toBe(200);
    expect((await call("/api/sdk/threads", { key: token, json: {} })).status).toBe(200);
    await purgeResponses(env.DB, 2, IDEMPOTENCY.maxKeptPerEndUser);
    expect(await count("idempotency_keys", `caller = 'user/${user}'`)).toBe(1);
    expect((await make("one-more")).status).toBe(200);
  });
});
