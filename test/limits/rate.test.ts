/** Proves the refusal behind the platform's counter; the counter itself is the platform's affair. */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { it } from "vitest";

import { app } from "../../src/app";
import { type TestProject, makeProject } from "../support/project";

/** As the tests' configuration has it. */
const LIMIT = "3";

async function keyIdOf({ id }: TestProject): Promise<string> {
  const row = await env.DB.prepare("SELECT id FROM api_keys WHERE project_id = ?")
    .bind(id)
    .first<{ id: string }>();
  return row?.id ?? "";
}

function ask({ key }: TestProject, limit: string) {
  const request = new Request("https://bobbin.test/api/sdk/threads", {
    headers: { Authorization: `Bearer ${key}` },
  });
  return app.fetch(request, { ...env, KEY_RATE_LIMIT: limit }, createExecutionContext());
}

it("answers 429 and says when to come back once a key has asked too often", async ({ expect }) => {
  const [busy, idle] = [await makeProject(), await makeProject()];
  const key = await keyIdOf(busy);
  const limit = Number(LIMIT);
  await Promise.all(Array.from({ length: limit }, () => env.KEY_RATE.limit({ key })));
  const refused = await ask(busy, LIMIT);
  expect(refused.status).toBe(429);
  expect(Object.fromEntries(refused.headers)).toMatchObject({
    "retry-after": "60",
    "ratelimit-limit": LIMIT,
    "ratelimit-remaining": "0",
    "ratelimit-reset": "60",
  });
  expect((await ask(idle, LIMIT)).status).toBe(200);
  expect((await ask(busy, "0")).status).toBe(200);
});
