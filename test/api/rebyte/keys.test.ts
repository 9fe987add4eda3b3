/** Proves what a key with scope `admin` may do with the keys of its own project, and of no other. */
import { afterEach, beforeAll, describe, it, vi } from "vitest";

import { call } from "../../support/call";
import { type TestProject, makeKey, makeProject } from "../../support/project";
import { mintToken } from "../../support/tokens";

let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

afterEach(() => {
  vi.useRealTimers();
});

async function make(json: Record<string, unknown> = { name: "made" }) {
  return (await call("/api/sdk/keys", { key: project.key, json })).json;
}

async function statusOf(key: string): Promise<number> {
  return (await call("/api/sdk/threads", { key })).status;
}

describe("keys of one's own project", () => {
  it("are made with scopes and an end, shown once and listed without themselves", async ({
    expect,
  }) => {
    const end = new Date(Date.now() + 60_000).toISOString();
    const { key, secret } = await make({ name: "reader", scopes: ["read"], expires_at: end });
    expect(await statusOf(secret)).toBe(200);
    const write = await call("/api/sdk/threads", { key: secret, json: {} });
    expect([write.status, write.json.error.type]).toEqual([403, "forbidden_error"]);
    const listed = await call("/api/sdk/keys", { key: project.key });
    expect(listed.json.keys.map(({ id }: { id: string }) => id)).toContain(key.id);
    expect(listed.text).not.toContain(secret);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
    expect(await statusOf(secret)).toBe(401);
  });

  it("are rotated: the old one stays good for the overlap, the new one is like it", async ({
    expect,
  }) => {
    const { key, secret } = await make({ name: "rolled", scopes: ["read", "run"] });
    const rotated = await call(`/api/sdk/keys/${key.id}/rotate`, {
      key: project.key,
      json: { overlap: 120 },
    });
    expect(rotated.json.key).toMatchObject({ name: "rolled", scopes: ["read", "run"] });
    expect([await statusOf(secret), await statusOf(rotated.json.secret)]).toEqual([200, 200]);
    vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 121_000 });
    expect([await statusOf(secret), await statusOf(rotated.json.secret)]).toEqual([401, 200]);
  });

  it("are revoked at once where they were in use, and cannot be rotated then", async ({
    expect,
  }) => {
    const { key, secret } = await make();
    expect(await statusOf(secret)).toBe(200);
    await call(`/api/sdk/keys/${key.id}`, { key: project.key, method: "DELETE" });
    expect(await statusOf(secret)).toBe(401);
    const path = `/api/sdk/keys/${key.id}/rotate`;
    expect((await call(path, { key: project.key, json: {} })).status).toBe(404);
  });

  it("are out of reach for other projects, for keys without the scope and for tokens", async ({
    expect,
  }) => {
    const { key } = await make();
    const stranger = await makeProject();
    const path = `/api/sdk/keys/${key.id}`;
    const plain = await makeKey(project.id, { scopes: ["read", "write", "run"] });
    const token = await mintToken(project.key, { end_user_id: "ada" });
    const tries = await Promise.all([
      call(path, { key: stranger.key, method: "DELETE" }),
      call(`${path}/rotate`, { key: stranger.key, json: {} }),
      call("/api/sdk/keys", { key: plain }),
      call("/api/sdk/keys", { key: token }),
    ]);
    expect(tries.map(({ status }) => status)).toEqual([404, 404, 403, 403]);
  });
});
