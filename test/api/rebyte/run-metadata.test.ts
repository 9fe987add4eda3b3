/** What a run is told of itself: metadata that may change, its own wait, and why it is incomplete. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import type { ActionDefinition } from "../../../src/domain/tool";
import { call } from "../../support/call";
import { makeProject } from "../../support/project";
import { chatActions, clientActions, makeTool } from "../../support/tool";

async function makeBench(actions: readonly ActionDefinition[]) {
  const project = await makeProject();
  const path = `/api/sdk/p/${project.id}/a/${await makeTool(project.id, actions)}/r`;
  const post = (tail: string, json: object) => call(path + tail, { key: project.key, json });
  const get = (tail: string) => call(path + tail, { key: project.key });
  return { ...project, post, get };
}

describe("a run's metadata", () => {
  it("is kept, and replaced while the run waits and when it has ended", async ({ expect }) => {
    const bench = await makeBench(clientActions());
    const { json } = await bench.post("", { metadata: { order: "7", shop: "a" } });
    const tail = `/${json.run.run_id}`;
    expect(json.run.metadata).toEqual({ order: "7", shop: "a" });
    const changed = await bench.post(tail, { metadata: { order: "8" } });
    expect(changed.json.run).toMatchObject({
      metadata: { order: "8" },
      status: { run: "requires_action" },
    });
    expect((await bench.get(tail)).json.run.metadata).toEqual({ order: "8" });
    const ended = await bench.post(`${tail}/cancel`, {});
    expect(ended.json.run.error.code).toBe("cancelled");
    await bench.post(tail, { metadata: { order: "9" } });
    expect((await bench.get(tail)).json.run.metadata).toEqual({ order: "9" });
  });

  it("of a run that is not there is not found, and strange metadata refused", async ({
    expect,
  }) => {
    const bench = await makeBench(chatActions());
    const stranger = `/${"f".repeat(64)}`;
    expect((await bench.post(stranger, { metadata: {} })).status).toBe(404);
    const { json } = await bench.post("", {});
    const refused = await bench.post(`/${json.run.run_id}`, { metadata: { a: 1 } });
    expect(refused.status).toBe(400);
    expect((await bench.get(`/${json.run.run_id}`)).json.run).not.toHaveProperty("metadata");
  });
});

describe("a run that is cut short", () => {
  it("says so, and its message is incomplete", async ({ expect }) => {
    const bench = await makeBench(chatActions({ offline: { text: "one two" }, max_tokens: 1 }));
    const { json } = await bench.post("", { thread_id: "mine" });
    expect(json.run).toMatchObject({
      status: { run: "succeeded" },
      incomplete: "max_completion_tokens",
    });
    const row = await env.DB.prepare(
      "SELECT incomplete, incomplete_reason FROM messages WHERE project_id = ? AND role = 'assistant'",
    )
      .bind(bench.id)
      .first();
    expect(row).toEqual({ incomplete: 1, incomplete_reason: "max_tokens" });
  });
});

describe("a run that waits for its client", () => {
  it("expires after its own time", async ({ expect }) => {
    const bench = await makeBench(clientActions());
    const { json } = await bench.post("", { wait_seconds: 1 });
    const tail = `/${json.run.run_id}`;
    expect(json.run.status.run).toBe("requires_action");
    await expect
      .poll(async () => (await bench.get(tail)).json.run.status.run, { timeout: 8000 })
      .toBe("errored");
    expect((await bench.get(tail)).json.run.error.code).toBe("deadline_exceeded");
  });
});
