/** Proves that calls which wait for their runs, and whose clients may have left, take nothing from anybody else. */
import { afterEach, describe, it } from "vitest";

import { bodyBudget } from "../../../src/api/shared/request/body-budget";
import { STREAM } from "../../../src/limits";
import { yieldToEventLoop } from "../../../src/yield-to-event-loop";
import { call } from "../../support/call";
import { makeProject } from "../../support/project";
import { mintToken } from "../../support/tokens";
import { chatActions, makeTool } from "../../support/tool";

const SLOW = chatActions({ offline: { text: "Fine, thank you.", delay_ms: 30_000 } });

interface Bench {
  path: string;
  key: string;
  toolId: string;
}

const benches: Bench[] = [];

async function makeRuns(actions = SLOW): Promise<Bench> {
  const { id, key } = await makeProject();
  const toolId = await makeTool(id, actions);
  const bench = { key, toolId, path: `/api/sdk/p/${id}/a/${toolId}/r` };
  benches.push(bench);
  return bench;
}

async function atWork({ path, key }: Bench): Promise<{ run_id: string }[]> {
  const { json } = await call(`${path}?status=running&limit=100`, { key });
  return json.runs;
}

async function cancelAll(bench: Bench): Promise<void> {
  const { path, key } = bench;
  const open = await atWork(bench);
  await Promise.all(open.map((run) => call(`${path}/${run.run_id}/cancel`, { key, json: {} })));
}

afterEach(async () => {
  await Promise.all(benches.splice(0).map(cancelAll));
});

async function until(condition: () => Promise<boolean> | boolean): Promise<void> {
  while (!(await condition())) {
    await yieldToEventLoop();
  }
}

describe("calls that wait for their runs", () => {
  it("hold nothing of their bodies once these are at work", async ({ expect }) => {
    const bench = await makeRuns();
    const other = await makeRuns(chatActions({ offline: { text: "Fine." } }));
    const json = { inputs: [{ text: "x".repeat(900_000) }] };
    const hung = Array.from({ length: 3 }, () => call(bench.path, { key: bench.key, json }));
    await until(async () => (await atWork(bench)).length === hung.length);
    const answer = await call(other.path, { key: other.key, json: {} });
    expect([answer.status, answer.json.run.status.run]).toEqual([200, "succeeded"]);
    expect(bodyBudget.heldBytes).toBe(0);
    await cancelAll(bench);
    const runs = (await Promise.all(hung)).map((reply) => reply.json.run.status.run);
    expect(new Set(runs)).toEqual(new Set(["errored"]));
  });

  it("give way to their caller's next ones, the oldest first", async ({ expect }) => {
    const bench = await makeRuns();
    const token = await mintToken(bench.key, { end_user_id: "ada", tools: [bench.toolId] });
    const told: number[] = [];
    const asked = Array.from({ length: STREAM.slots.perEndUser + 2 }, (_, index) =>
      call(bench.path, { key: token, json: {} }).then((reply) => {
        told.push(index);
        return reply;
      }),
    );
    await until(() => told.length === 2);
    for (const index of told) {
      const early = await asked[index];
      expect(early?.status).toBe(200);
      expect(early?.json).toMatchObject({ run: { status: { run: "running" } } });
    }
    expect(told.toSorted((a, b) => a - b)).toEqual([0, 1]);
    await cancelAll(bench);
    const all = await Promise.all(asked);
    expect(new Set(all.map(({ status }) => status))).toEqual(new Set([200]));
  });
});
