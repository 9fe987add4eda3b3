/** Proves that quotas hold to the last unit, whoever asks at the same time, and that counts are true. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { VERBS } from "../../src/domain/access/session-token";
import type { Quotas } from "../../src/domain/usage/quota";
import { QUOTA } from "../../src/limits";
import { setQuotas } from "../../src/store/projects/quotas";
import { type Reply, call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";

const CHAT = [
  { name: "INPUT", type: "input" },
  {
    name: "MODEL_CALL",
    type: "chat",
    spec: { messages: [{ role: "user", content: "hello" }] },
    config: { provider_id: "offline", offline: { text: "one two three" } },
  },
  { name: "OUTPUT", type: "output" },
];

async function makeLimited(quotas: Quotas): Promise<TestProject> {
  const project = await makeProject();
  await setQuotas(env.DB, project.id, quotas);
  return project;
}

async function makeTool({ id, key }: TestProject): Promise<string> {
  const made = await call(`/api/sdk/p/${id}/a`, { key, json: { name: "chat", actions: CHAT } });
  return `/api/sdk/p/${id}/a/${made.json.tool.id}/r`;
}

async function usageOf({ key }: TestProject) {
  return (await call("/api/sdk/usage", { key })).json.usage;
}

function together(count: number, one: () => Promise<Reply>): Promise<Reply[]> {
  return Promise.all(Array.from({ length: count }, one));
}

function outcomes(replies: Reply[]): number[] {
  return replies.map(({ status }) => status).toSorted((a, b) => a - b);
}

describe("quotas", () => {
  it("lets exactly as many threads in as there is room for, however many ask at once", async ({
    expect,
  }) => {
    const project = await makeLimited({ threads: 3 });
    const { key } = project;
    const replies = await together(8, () => call("/api/sdk/threads", { key, json: {} }));
    expect(outcomes(replies)).toEqual([200, 200, 200, 429, 429, 429, 429, 429]);
    const refused = replies.find(({ status }) => status === 429);
    expect(refused?.json.error).toMatchObject({
      type: "rate_limit_error",
      message: "The project's quota of threads (3) is used up.",
    });
    expect((await usageOf(project)).threads).toMatchObject({ used: 3, quota: 3 });
  });

  it("tells a session token that a quota is used up and no figure of it", async ({ expect }) => {
    const project = await makeLimited({ threads: 1, messages: 1, runs: 0 });
    const { key } = project;
    const path = await makeTool(project);
    const tools = [path.split("/").at(-2)];
    const token = await mintToken(key, { end_user_id: "ada", tools, verbs: VERBS });
    const thread = await call("/api/sdk/threads", { key: token, json: {} });
    const message = { role: "user", content: "hello" };
    const messages = `/api/sdk/threads/${thread.json.id}/messages`;
    await call(messages, { key: token, json: message });
    const refused = [
      await call("/api/sdk/threads", { key: token, json: {} }),
      await call("/v1/threads", { key: token, json: { agent_id: String(tools[0]) } }),
      await call(messages, { key: token, json: message }),
      await call(path, { key: token, json: {} }),
      await call(path, { key: token, json: { stream: true } }),
    ];
    expect(
      refused.map(({ status, json }) => [status, json.error?.message ?? json.message]),
    ).toEqual([
      [429, "The project's quota of threads is used up."],
      [429, "The project's quota of threads is used up."],
      [429, "The project's quota of messages is used up."],
      [429, "The project's quota of runs is used up."],
      [429, "The project's quota of runs is used up."],
    ]);
  });

  it("gives room back for what is deleted, a thread's messages included", async ({ expect }) => {
    const project = await makeLimited({ threads: 1, messages: 2 });
    const { key } = project;
    const messages = ["a", "b"].map((content) => ({ role: "user", content }));
    const full = { key, json: { messages } };
    const thread = await call("/api/sdk/threads", full);
    const path = `/api/sdk/threads/${thread.json.id}`;
    const third = { key, json: { role: "user", content: "c" } };
    expect((await call(`${path}/messages`, third)).status).toBe(429);
    expect((await usageOf(project)).messages.used).toBe(2);
    await call(path, { key, method: "DELETE" });
    expect(await usageOf(project)).toMatchObject({ threads: { used: 0 }, messages: { used: 0 } });
    expect((await call("/api/sdk/threads", full)).status).toBe(200);
  });

  it("leaves nothing of a batch that passes a quota half-way", async ({ expect }) => {
    const project = await makeLimited({ messages: 1 });
    const messages = ["a", "b"].map((content) => ({ role: "user", content }));
    const refused = await call("/api/sdk/threads", { key: project.key, json: { messages } });
    expect(refused.status).toBe(429);
    expect(await usageOf(project)).toMatchObject({ threads: { used: 0 }, messages: { used: 0 } });
  });

  it("counts files and their bytes, and leaves no refused file in the bucket", async ({
    expect,
  }) => {
    const project = await makeLimited({ bytes: 10 });
    const upload = (content: string) => {
      const body = new FormData();
      body.set("file", new File([content], "note.txt"));
      return call("/api/sdk/files", { key: project.key, body });
    };
    const made = await upload("1234567");
    expect((await upload("12345")).status).toBe(429);
    expect(await usageOf(project)).toMatchObject({ files: { used: 1 }, bytes: { used: 7 } });
    const { objects } = await env.FILES.list({ prefix: `files/${project.id}/` });
    expect(objects).toHaveLength(1);
    await call(`/api/sdk/files/${made.json.fileId}`, { key: project.key, method: "DELETE" });
    expect((await upload("12345")).status).toBe(200);
  });

  it("counts runs by the day and says when the day ends", async ({ expect }) => {
    const project = await makeLimited({ runs: 2 });
    const path = await makeTool(project);
    const replies = await together(4, () => call(path, { key: project.key, json: {} }));
    expect(outcomes(replies)).toEqual([200, 200, 429, 429]);
    const refused = replies.find(({ status }) => status === 429);
    expect(Number(refused?.headers.get("Retry-After"))).toBeGreaterThan(0);
    expect((await usageOf(project)).runs).toMatchObject({ used: 2, reserved: 0, quota: 2 });
  });

  it("holds tokens for runs under way, so that parallel runs cannot overspend", async ({
    expect,
  }) => {
    const project = await makeLimited({ tokens: 3 * QUOTA.usualReplyTokens });
    const path = await makeTool(project);
    const slow = { config: { MODEL_CALL: { offline: { text: "late", delay_ms: 60_000 } } } };
    const start = () => call(path, { key: project.key, json: { ...slow, blocking: false } });
    const replies = await together(5, start);
    expect(outcomes(replies)).toEqual([200, 200, 200, 429, 429]);
    expect((await usageOf(project)).tokens).toMatchObject({
      used: 0,
      reserved: 3 * QUOTA.usualReplyTokens,
    });
    await Promise.all(
      replies
        .filter(({ status }) => status === 200)
        .map(({ json }) =>
          call(`${path}/${json.run_id}/cancel`, { key: project.key, method: "POST" }),
        ),
    );
    expect((await usageOf(project)).tokens.reserved).toBe(0);
  });

  it("settles what a run has used, and its answer is saved whatever the quota", async ({
    expect,
  }) => {
    const project = await makeLimited({ messages: 0 });
    const path = await makeTool(project);
    const thread = await call("/api/sdk/threads", { key: project.key, json: {} });
    const run = await call(path, { key: project.key, json: { thread_id: thread.json.id } });
    expect(run.json.run.status.run).toBe("succeeded");
    const { input_tokens: input, output_tokens: output } = run.json.run.usage;
    const usage = await usageOf(project);
    expect(usage.tokens).toMatchObject({ used: input + output, reserved: 0 });
    expect(usage.messages).toMatchObject({ used: 1, quota: 0 });
  });

  it.for<[string, Quotas]>([
    ["no quota", {}],
    ["quotas that judge them", { messages: 100, runs: 100 }],
  ])(
    "counts what runs bring, and what is taken from it, with %s",
    async ([, quotas], { expect }) => {
      const project = await makeLimited(quotas);
      const { key } = project;
      const path = await makeTool(project);
      const inputs = [{ messages: [{ role: "user", content: "hello" }] }];
      const thread = await call("/api/sdk/threads", { key, json: {} });
      const messages = `/api/sdk/threads/${thread.json.id}/messages`;
      const ask = { key, json: { thread_id: thread.json.id, inputs } };
      await call(path, ask);
      await call(path, ask);
      expect(await usageOf(project)).toMatchObject({ messages: { used: 4 }, runs: { used: 2 } });
      const { list } = (await call(messages, { key })).json;
      await call(`${messages}/${list[0].id}`, { key, method: "DELETE" });
      expect((await usageOf(project)).messages.used).toBe(3);
      const delayed = { MODEL_CALL: { offline: { text: "late", delay_ms: 60_000 } } };
      const late = { blocking: false, config: delayed, thread_id: "gone", inputs };
      await call(path, { key, json: late });
      await call("/api/sdk/threads/gone", { key, method: "DELETE" });
      expect((await usageOf(project)).messages.used).toBe(3);
      await call(`/api/sdk/threads/${thread.json.id}`, { key, method: "DELETE" });
      expect((await usageOf(project)).messages.used).toBe(0);
    },
  );

  it("judges by what came before there was a quota", async ({ expect }) => {
    const project = await makeProject();
    const { key, id } = project;
    const path = await makeTool(project);
    const inputs = [{ messages: [{ role: "user", content: "hello" }] }];
    const ask = () => call(path, { key, json: { thread_id: "before", inputs } });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 200]);
    await setQuotas(env.DB, id, { messages: 5 });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
    // The answer of the third is beyond it, and kept.
    expect((await usageOf(project)).messages).toMatchObject({ used: 6, quota: 5 });
    await setQuotas(env.DB, id, { runs: 4 });
    expect([(await ask()).status, (await ask()).status]).toEqual([200, 429]);
    expect((await usageOf(project)).runs).toMatchObject({ used: 4, quota: 4 });
    await setQuotas(env.DB, id, { runs: 1 });
    expect((await ask()).status).toBe(429);
  });

  it("does not count a thread twice that a run names again", async ({ expect }) => {
    const project = await makeLimited({ threads: 1 });
    const path = await makeTool(project);
    const json = { thread_id: "named-by-its-client" };
    expect((await call(path, { key: project.key, json })).status).toBe(200);
    expect((await call(path, { key: project.key, json })).status).toBe(200);
    expect((await usageOf(project)).threads.used).toBe(1);
  });
});
