import { beforeAll, describe, it } from "vitest";

import { call } from "../../support/call";
import { type TestProject, makeProject } from "../../support/project";

let project: TestProject;
let stranger: TestProject;

beforeAll(async () => {
  project = await makeProject();
  stranger = await makeProject();
});

describe("POST /threads", () => {
  it("creates a thread with the metadata of the published sample", async ({ expect }) => {
    const made = await call("/api/sdk/threads", {
      key: project.key,
      json: { metadata: { user: "abc123" } },
    });
    expect(made.status).toBe(200);
    expect(made.json).toEqual({
      id: expect.stringMatching(/^[\w-]{21}$/),
      created_at: expect.closeTo(Date.now() / 1000, -1),
      metadata: { user: "abc123" },
    });
    const read = await call(`/api/sdk/threads/${made.json.id}`, { key: project.key });
    expect(read.json).toEqual(made.json);
  });

  it("takes an empty body, and leaves metadata out that was never set", async ({ expect }) => {
    const made = await call("/api/sdk/threads", { key: project.key, method: "POST" });
    expect(made.status).toBe(200);
    expect(Object.keys(made.json)).toEqual(["id", "created_at"]);
  });
});

describe("GET /threads/{thread_id}", () => {
  it("answers another project's thread like one that never was", async ({ expect }) => {
    const made = await call("/api/sdk/threads", { key: stranger.key, json: {} });
    const foreign = await call(`/api/sdk/threads/${made.json.id}`, { key: project.key });
    expect(foreign.status).toBe(404);
    expect(foreign.json.error.type).toBe("thread_not_found");
  });
});
