/** What lies between the Worker and its client may neither compress a stream nor keep it: it would hold it back. */
import { describe, it } from "vitest";

import type { Reply } from "../../support/call";
import { call } from "../../support/call";
import { makeProject } from "../../support/project";
import { mintToken } from "../../support/tokens";
import { chatActions, makeTool } from "../../support/tool";

const FINE = chatActions({ offline: { text: "Fine." } });

function untouched(streams: Record<string, Reply>): unknown[] {
  return Object.entries(streams).map(([name, { status, headers }]) => [
    name,
    status,
    headers.get("Cache-Control")?.includes("no-transform") ?? false,
  ]);
}

describe("says so of every stream", () => {
  it("of /api/sdk: events, text, a replay and an export", async ({ expect }) => {
    const { id, key } = await makeProject();
    const tool = await makeTool(id, FINE);
    const runs = `/api/sdk/p/${id}/a/${tool}/r`;
    const started = await call(runs, { key, json: { blocking: false } });
    const streams = {
      events: await call(runs, { key, json: { stream: true } }),
      text: await call(runs, { key, json: { stream: true, contentOnly: true } }),
      replay: await call(`${runs}/${started.json.run_id}/stream`, { key }),
      export: await call("/api/sdk/export", { key }),
    };
    expect(untouched(streams)).toEqual(Object.keys(streams).map((name) => [name, 200, true]));
  });

  it("of /openai/v1: a run, one with its thread, and a replay", async ({ expect }) => {
    const { id, key } = await makeProject();
    const assistant_id = await makeTool(id, FINE);
    const json = { assistant_id, stream: true };
    const thread = await call("/openai/v1/threads", { key, json: {} });
    const runs = `/openai/v1/threads/${thread.json.id}/runs`;
    const run = await call(runs, { key, json });
    const runId = /"id":"(run_\w+)"/.exec(run.text)?.[1];
    const streams = {
      run,
      "with its thread": await call("/openai/v1/threads/runs", { key, json }),
      replay: await call(`${runs}/${runId}/stream`, { key }),
    };
    expect(untouched(streams)).toEqual(Object.keys(streams).map((name) => [name, 200, true]));
  });

  it("of /ui/v1: a turn and its replay", async ({ expect }) => {
    const { id, key } = await makeProject();
    const tool = await makeTool(id, FINE);
    const token = await mintToken(key, { end_user_id: "ada", tools: [tool] });
    const messages = [{ id: "q", role: "user", parts: [{ type: "text", text: "Well?" }] }];
    const chat = `/ui/v1/tools/${tool}/chat`;
    const json = { id: "chat", messages, trigger: "submit-message" };
    const streams = {
      turn: await call(chat, { key: token, json }),
      replay: await call(`${chat}/chat/stream`, { key: token }),
    };
    expect(untouched(streams)).toEqual(Object.keys(streams).map((name) => [name, 200, true]));
  });
});
