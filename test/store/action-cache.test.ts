import { env } from "cloudflare:workers";
import { it } from "vitest";

import { newProjectId } from "../../src/domain/ids";
import { ACTION_CACHE } from "../../src/limits";
import { type CacheOwner, keepCached, readCached } from "../../src/store/runs/action-cache";

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
