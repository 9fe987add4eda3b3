/** Streams and exports that are asked for and left over HTTP: what a HEAD answers, and who is refused. */
import { exports } from "cloudflare:workers";
import { describe, it } from "vitest";

import { EXPORT } from "../../../src/limits";
import { call } from "../../support/call";
import { makeProject } from "../../support/project";
import { chatActions, makeTool } from "../../support/tool";

async function makePaths() {
  const { id, key } = await makeProject();
  const tool = await makeTool(id, chatActions({ offline: { text: "Fine." } }));
  const runs = `/api/sdk/p/${id}/a/${tool}/r`;
  const run = await call(runs, { key, json: { thread_id: "t" } });
  return {
    key,
    paths: {
      "/api/sdk/threads/t/stream": "text/event-stream",
      [`${runs}/${run.json.run.run_id}/stream`]: "text/event-stream",
      "/api/sdk/threads/t/export": "application/x-ndjson",
      "/api/sdk/end-users/ada/export": "application/x-ndjson",
    },
  };
}

function open(path: string, key: string): Promise<Response> {
  const headers = { Authorization: `Bearer ${key}` };
  return exports.default.fetch(new Request(`https://bobbin.test${path}`, { headers }));
}

describe("HEAD of what is streamed", () => {
  it("answers its type, takes no slot, and tells what is not there", async ({ expect }) => {
    const { key, paths } = await makePaths();
    for (const [path, type] of Object.entries(paths)) {
      for (let asked = 0; asked <= EXPORT.slots.total; asked += 1) {
        const { status, headers, text } = await call(path, { key, method: "HEAD" });
        expect([status, headers.get("Content-Type"), text]).toEqual([200, type, ""]);
      }
    }
    const path = "/api/sdk/threads/t/export";
    expect((await call(path, { key })).status).toBe(200);
    expect((await call("/api/sdk/threads/none/stream", { key, method: "HEAD" })).status).toBe(404);
  });
});

describe("exports that stay open", () => {
  it("leave room for the other projects, and for streams", async ({ expect }) => {
    const { key } = await makePaths();
    const path = "/api/sdk/threads/t/export";
    const held = await Promise.all(
      Array.from({ length: EXPORT.slots.perProject }, () => open(path, key)),
    );
    expect(await call(path, { key })).toMatchObject({
      status: 503,
      json: { error: { message: "This project has 8 exports open here already." } },
    });
    const other = await makePaths();
    expect((await call(path, { key: other.key })).status).toBe(200);
    const stream = await open("/api/sdk/threads/t/stream", key);
    expect(stream.status).toBe(200);
    await Promise.all([...held, stream].map(async ({ body }) => body?.cancel()));
    expect((await call(path, { key })).status).toBe(200);
  });
});
