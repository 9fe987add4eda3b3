/**
 * Proves that the control database and the one of a project's data may be two: with a database of each
 * part of the migrations, all calls that start no run do what they do with one. Runs' objects find their
 * project's database by the same function.
 */
import { applyD1Migrations, createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, it } from "vitest";

import { app } from "../../src/app";
import { sweep } from "../../src/scheduled";

const ADMIN_KEY = "correct horse battery staple";
const apart = () => ({ ...env, ADMIN_KEY, DB: env.DATA_ALONE, CONTROL_DB: env.CONTROL_ALONE });

beforeAll(async () => {
  await applyD1Migrations(env.CONTROL_ALONE, migrationsOf("control/"));
  await applyD1Migrations(env.DATA_ALONE, migrationsOf("data/"));
});

function migrationsOf(part: string) {
  return env.TEST_MIGRATIONS.filter(({ name }) => name.startsWith(part));
}

async function send(key: string, method: string, path: string, body?: object | FormData) {
  const context = createExecutionContext();
  const isForm = body instanceof FormData;
  const response = await app.request(
    path,
    {
      method,
      headers: {
        Authorization: `Bearer ${key}`,
        ...(isForm || body === undefined ? {} : { "Content-Type": "application/json" }),
      },
      ...(body === undefined ? {} : { body: isForm ? body : JSON.stringify(body) }),
    },
    apart(),
    context,
  );
  await waitOnExecutionContext(context);
  const text = await response.text();
  if (response.status >= 300) {
    throw new Error(`${method} ${path}: ${response.status} ${text}`);
  }
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
  const json: any = JSON.parse(text.startsWith("{") ? text : "{}");
  return json;
}

it("keeps who may ask and what they have in two databases", async ({ expect }) => {
  const { project } = await send(ADMIN_KEY, "POST", "/admin/projects", { name: "apart" });
  await send(ADMIN_KEY, "PUT", `/admin/projects/${project.id}/quotas`, { threads: 10 });
  const made = await send(ADMIN_KEY, "POST", `/admin/projects/${project.id}/keys`, {
    name: "k",
    scopes: ["read", "write", "run", "admin"],
  });
  const sdk = (method: string, path: string, body?: object | FormData) =>
    send(made.secret, method, `/api/sdk${path}`, body);

  const form = new FormData();
  form.set("file", new File(["a line"], "a.txt", { type: "text/plain" }));
  const { fileId } = await sdk("POST", "/files", form);
  const thread = await sdk("POST", "/threads", {
    messages: [{ role: "user", content: "needle", file_ids: [fileId] }],
  });
  const messages = `/threads/${thread.id}/messages`;
  await sdk("POST", messages, { role: "user", content: "hay" });
  expect((await sdk("GET", `${messages}?q=needle`)).list).toHaveLength(1);
  expect((await sdk("GET", "/threads?q=needle")).list).toHaveLength(1);
  expect((await sdk("GET", "/files")).files).toMatchObject([{ projectId: project.number }]);
  expect((await sdk("GET", "/usage")).usage.messages.used).toBe(2);
  await sdk("POST", "/webhooks", { url: "https://example.com/" });
  const { token } = await sdk("POST", "/tokens", { end_user_id: "u" });
  expect((await send(token, "GET", "/api/sdk/threads")).list).toEqual([]);
  await send(ADMIN_KEY, "PUT", `/admin/projects/${project.id}/retention`, { keep_idle_days: 1 });
  await sdk("DELETE", `/threads/${thread.id}`);
  await sweep(apart(), Date.now());
});
