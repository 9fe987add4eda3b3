import { env } from "cloudflare:workers";
import { it } from "vitest";

import { newProjectId } from "../../src/domain/ids";
import { ACTION_CACHE } from "../../src/limits";
import {
  type CacheOwner,
  eraseCached,
  keepCached,
  readCached,
  sweepCached,
} from "../../src/store/runs/action-cache";

function read(owner: CacheOwner, nowMs = Date.now()): Promise<string | null> {
  return readCached(env.FILES, owner, "asked", nowMs);
}

it("keeps what an end user's runs made from all others, and forgets it in time", async ({
  expect,
}) => {
  const projectId = newProjectId();
  const ada = { projectId, endUserId: "ada" };
  await keepCached(env.FILES, ada, { key: "asked", value: "1" });
  expect(await read(ada)).toBe("1");
  expect(await read({ projectId, endUserId: "eve" })).toBeNull();
  expect(await read({ projectId, endUserId: null })).toBeNull();
  expect(await read({ projectId: newProjectId(), endUserId: "ada" })).toBeNull();
  expect(await read(ada, Date.now() + 2 * ACTION_CACHE.keepMs)).toBeNull();

  await keepCached(env.FILES, { projectId, endUserId: null }, { key: "asked", value: "2" });
  expect(await read({ projectId, endUserId: null })).toBe("2");
  expect(await read(ada)).toBe("1");
});

async function keysOf(projectId: string): Promise<number> {
  return (await env.FILES.list({ prefix: `cache/${projectId}/` })).objects.length;
}

function pass(nowMs: number): Promise<number> {
  return sweepCached({ db: env.DB, bucket: env.FILES }, 2, nowMs);
}

async function marks(): Promise<unknown[]> {
  return (await env.DB.prepare("SELECT mark FROM sweep_marks WHERE name = 'cache'").all()).results;
}

/** From the beginning to the end. */
async function round(nowMs: number): Promise<number> {
  let deleted = await pass(nowMs);
  while ((await marks()).length > 0) {
    deleted += await pass(nowMs);
  }
  return deleted;
}

it("is swept once nobody reads it, a few objects a pass, from its beginning to its end and again", async ({
  expect,
}) => {
  const owner = { projectId: newProjectId(), endUserId: null };
  const keep = (key: string) => keepCached(env.FILES, owner, { key, value: "1" });
  await Promise.all(["a", "b", "c", "d", "e"].map(keep));
  expect(await round(Date.now())).toBe(0);
  expect(await keysOf(owner.projectId)).toBe(5);
  const laterMs = Date.now() + ACTION_CACHE.keepMs + 1000;
  expect(await round(laterMs)).toBeGreaterThanOrEqual(5);
  expect(await keysOf(owner.projectId)).toBe(0);
});

it("goes with its end user", async ({ expect }) => {
  const projectId = newProjectId();
  const of = (endUserId: string | null) =>
    keepCached(env.FILES, { projectId, endUserId }, { key: "asked", value: "1" });
  await Promise.all([of("ada"), of("eve"), of(null)]);
  await eraseCached(env.FILES, { projectId, id: "ada" });
  expect(await read({ projectId, endUserId: "ada" })).toBeNull();
  expect(await read({ projectId, endUserId: "eve" })).toBe("1");
  expect(await read({ projectId, endUserId: null })).toBe("1");
});
