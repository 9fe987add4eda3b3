/** Proves that a key learns of its own project, and of no other. */
import { beforeAll, describe, it } from "vitest";

import { call } from "../../support/call";
import { type TestProject, makeKey, makeProject } from "../../support/project";
import { mintToken } from "../../support/tokens";

let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

describe("GET /api/sdk/project", () => {
  it("names the project and what the key may", async ({ expect }) => {
    const key = await makeKey(project.id, { scopes: ["read", "run"] });
    const { status, json } = await call("/api/sdk/project", { key });
    expect(status).toBe(200);
    expect(json).toEqual({
      project: {
        id: project.id,
        number: project.number,
        name: "test",
        created_at: "1970-01-01T00:00:00.000Z",
      },
      scopes: ["read", "run"],
    });
  });

  it("is not for keys that may not read, nor for tokens", async ({ expect }) => {
    const key = await makeKey(project.id, { scopes: ["write"] });
    expect((await call("/api/sdk/project", { key })).status).toBe(403);
    const token = await mintToken(project.key, { end_user_id: "ada" });
    expect((await call("/api/sdk/project", { key: token })).status).toBe(403);
  });
});
