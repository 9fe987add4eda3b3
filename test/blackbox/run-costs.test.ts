/** What runs cost where models have prices: told to keys, by run and by day, and to no session token. */
import { describe, expect, it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { ownServer } from "../support/own-server.ts";

/** Dollars for a million tokens. */
const PRICE = { input: 2, output: 1000 };
const server = ownServer({ MODEL_PRICES: JSON.stringify({ offline: PRICE }) });

const Usage = z.object({
  input_tokens: z.number(),
  output_tokens: z.number(),
  cost_usd: z.number(),
});
const Ran = z.object({ run: z.object({ run_id: z.string(), usage: Usage }) });
const Made = z.object({ tool: z.object({ id: z.string() }) });
const Steps = z.object({ steps: z.array(z.object({ usage: Usage.nullable() })) });
const Days = z.object({ days: z.array(z.object({ cost_usd: z.number() })) });
const Token = z.object({ token: z.string() });

function costOf({ input_tokens: input, output_tokens: output }: z.output<typeof Usage>): number {
  return (input * PRICE.input + output * PRICE.output) / 1_000_000;
}

async function ask(path: string, body?: unknown, bearer: string = DEMO.key): Promise<string> {
  const reply = await fetch(`${server.url}${path}`, {
    method: body === undefined ? "GET" : "POST",
    headers: { Authorization: `Bearer ${bearer}`, "Content-Type": "application/json" },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  expect(reply.ok, `${path}: ${reply.status}`).toBe(true);
  return reply.text();
}

describe("a run whose model has a price", () => {
  const project = `/api/sdk/p/${DEMO.projectId}`;
  const tool = `${project}/a/${DEMO.toolId}`;
  const inputs = [{ messages: [{ role: "user", content: "What does it cost?" }] }];

  it("costs what its replies do, those of the tools that it calls too", async () => {
    const inner = Made.parse(
      JSON.parse(
        await ask(`${project}/a`, {
          name: "inner",
          actions: [
            { name: "INPUT", type: "input" },
            {
              name: "ASK",
              type: "model",
              spec: { prompt: "Once" },
              config: { provider_id: "offline" },
            },
            { name: "OUTPUT", type: "output" },
          ],
        }),
      ),
    );
    const outer = Made.parse(
      JSON.parse(
        await ask(`${project}/a`, {
          name: "outer",
          actions: [
            { name: "INPUT", type: "input" },
            { name: "INNER", type: "tool", spec: { tool_id: inner.tool.id, inputs: [{}] } },
            {
              name: "ASK",
              type: "model",
              spec: { prompt: "Twice" },
              config: { provider_id: "offline" },
            },
            { name: "OUTPUT", type: "output" },
          ],
        }),
      ),
    );
    const { run } = Ran.parse(JSON.parse(await ask(`${project}/a/${outer.tool.id}/r`, {})));
    expect(run.usage.cost_usd).toBeCloseTo(costOf(run.usage), 9);
    const one = Ran.parse(JSON.parse(await ask(`${project}/a/${inner.tool.id}/r`, {})));
    expect(run.usage.cost_usd).toBeGreaterThan(one.run.usage.cost_usd);
  });

  it("says so wherever a key reads it, and the day has the sum", async () => {
    const before = Days.parse(JSON.parse(await ask("/api/sdk/usage"))).days.at(-1)?.cost_usd ?? 0;
    const { run } = Ran.parse(JSON.parse(await ask(`${tool}/r`, { inputs })));
    expect(run.usage.cost_usd).toBeCloseTo(costOf(run.usage), 9);
    const read = Ran.parse(JSON.parse(await ask(`${tool}/r/${run.run_id}`)));
    expect(read.run.usage).toEqual(run.usage);
    const { steps } = Steps.parse(JSON.parse(await ask(`${tool}/r/${run.run_id}/steps`)));
    expect(steps.map(({ usage }) => usage)).toEqual([run.usage]);
    const { days } = Days.parse(JSON.parse(await ask("/api/sdk/usage")));
    expect(days.at(-1)?.cost_usd).toBeCloseTo(before + run.usage.cost_usd, 9);
    expect(await ask("/api/sdk/export")).toMatch(/"type":"usage_day".*"cost_usd":0\.\d/);
  });

  it("tells a key's chat, and no token", async () => {
    const { token } = Token.parse(
      JSON.parse(await ask("/api/sdk/tokens", { end_user_id: "u", tools: [DEMO.toolId] })),
    );
    const message = { id: "m", role: "user", parts: [{ type: "text", text: "Dear?" }] };
    const chat = `/ui/v1/tools/${DEMO.toolId}/chat`;
    expect(await ask(chat, { id: "of-a-key", message })).toMatch(/"costUsd":\d/);
    const thread = z
      .object({ id: z.string() })
      .parse(JSON.parse(await ask("/api/sdk/threads", {}, token)));
    const body = { thread_id: thread.id, inputs };
    const told = [
      await ask(chat, { id: "of-a-token", message }, token),
      await ask(`${tool}/r`, body, token),
      await ask(`${tool}/r`, { ...body, stream: true }, token),
    ];
    expect(told.join("")).not.toMatch(/cost_?usd/i);
  });
});
