/** Proves that tools inside tools and iterations spend no more than the project's quota of tokens. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { tokensToReserve } from "../../src/domain/usage/quota";
import { setQuotas } from "../../src/store/projects/quotas";
import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";

const WORDS_ASKED = 400;
/** The prompt, as it is estimated and counted. */
const PROMPT_TOKENS = 20;

const chat = (name: string, maxTokens: number) => ({
  name,
  type: "chat",
  spec: { messages: [{ role: "user", content: "hello" }] },
  config: { provider_id: "offline", max_tokens: maxTokens, offline: { tokens: WORDS_ASKED } },
});

const between = (...actions: object[]) => [
  { name: "INPUT", type: "input" },
  ...actions,
  { name: "OUTPUT", type: "output" },
];

async function deploy({ id, key }: TestProject, actions: object[]): Promise<string> {
  const made = await call(`/api/sdk/p/${id}/a`, { key, json: { name: "t", actions } });
  return made.json.tool.id;
}

async function tokensOf({ key }: TestProject) {
  return (await call("/api/sdk/usage", { key })).json.usage.tokens;
}

describe("the quota of tokens", () => {
  it("holds through a map of tools, which hold nothing before they run", async ({ expect }) => {
    const project = await makeProject();
    await setQuotas(env.DB, project.id, { tokens: 1000 });
    const inner = await deploy(project, between(chat("ASK", WORDS_ASKED)));
    const outer = await deploy(
      project,
      between({
        name: "EACH",
        type: "map",
        spec: { over: Array.from({ length: 39 }, (_, index) => index) },
        actions: [{ name: "CALL", type: "tool", spec: { tool_id: inner } }],
      }),
    );
    const path = `/api/sdk/p/${project.id}/a/${outer}/r`;
    const { json } = await call(path, { key: project.key, json: {} });
    expect(json.run.status.run).toBe("errored");
    expect(json.run.error.message).toContain("quota of tokens is used up");
    const tokens = await tokensOf(project);
    expect(tokens.reserved).toBe(0);
    expect(tokens.used).toBeGreaterThan(WORDS_ASKED);
    expect(tokens.used).toBeLessThanOrEqual(1000);
    const again = await call(path, { key: project.key, json: {} });
    expect((await tokensOf(project)).used).toBeLessThanOrEqual(1000);
    expect([200, 429]).toContain(again.status);
  });

  it("lowers max_tokens to what is left", async ({ expect }) => {
    const project = await makeProject();
    await setQuotas(env.DB, project.id, { tokens: 100 });
    const tool = await deploy(project, between(chat("ASK", 50), chat("MORE", 50)));
    const { json } = await call(`/api/sdk/p/${project.id}/a/${tool}/r`, {
      key: project.key,
      json: {},
    });
    expect(json.run.status.run).toBe("succeeded");
    const { used, reserved } = await tokensOf(project);
    expect({ used, reserved }).toEqual({
      used: json.run.usage.input_tokens + json.run.usage.output_tokens,
      reserved: 0,
    });
    expect(used).toBeGreaterThan(100 - PROMPT_TOKENS);
    expect(used).toBeLessThanOrEqual(100);
  });

  it("lets a run begin with what is left, where its config says no max_tokens", async ({
    expect,
  }) => {
    const project = await makeProject();
    await setQuotas(env.DB, project.id, { tokens: 60 });
    const { config, ...ask } = chat("ASK", 0);
    const { max_tokens: _, ...unlimited } = config;
    const tool = await deploy(project, between({ ...ask, config: unlimited }));
    const path = `/api/sdk/p/${project.id}/a/${tool}/r`;
    const { json } = await call(path, { key: project.key, json: {} });
    expect(json.run.status.run).toBe("succeeded");
    expect(json.run.usage.output_tokens).toBeGreaterThan(0);
    const { used, reserved } = await tokensOf(project);
    expect(reserved).toBe(0);
    expect(used).toBeLessThanOrEqual(60);
    await setQuotas(env.DB, project.id, { tokens: used });
    const refused = await call(path, { key: project.key, json: {} });
    expect(refused.status).toBe(429);
    expect(refused.json.error.message).toBe(
      `The project's quota of tokens (${used}) is used up, or held by runs at work.`,
    );
  });

  it("holds no more than all replies of an action may write", ({ expect }) => {
    const ask = { max_tokens: null, max_completion_tokens: 50 };
    expect(tokensToReserve({ ASK: ask, MORE: { max_tokens: 7 } }, 2)).toBe(114);
  });

  it("is as it was for a project that has none", async ({ expect }) => {
    const project = await makeProject();
    const tool = await deploy(project, between(chat("ASK", WORDS_ASKED)));
    const { json } = await call(`/api/sdk/p/${project.id}/a/${tool}/r`, {
      key: project.key,
      json: {},
    });
    expect(json.run.usage.output_tokens).toBe(WORDS_ASKED);
    expect((await tokensOf(project)).reserved).toBe(0);
  });
});
