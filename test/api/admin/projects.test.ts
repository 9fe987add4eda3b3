import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { app } from "../../../src/app";
import { call } from "../../support/call";

const ADMIN_KEY = "correct horse battery staple";

interface Sent {
  status: number;
  text: string;
  headers: Headers;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
  json: any;
}

async function admin(
  method: string,
  path: string,
  options: { json?: object; key?: string | undefined; secret?: string | undefined } = {},
): Promise<Sent> {
  const { json, key = ADMIN_KEY, secret = ADMIN_KEY } = options;
  const context = createExecutionContext();
  const response = await app.request(
    `/admin${path}`,
    {
      method,
      headers: {
        ...(key === "" ? {} : { Authorization: `Bearer ${key}` }),
        "X-Request-Id": "same",
        "Content-Type": "application/json",
      },
      ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    },
    { ...env, ADMIN_KEY: secret },
    context,
  );
  await waitOnExecutionContext(context);
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, json: JSON.parse(text) };
}

async function createProject(name = "p"): Promise<string> {
  return (await admin("POST", "/projects", { json: { name } })).json.project.id;
}

describe("the door", () => {
  it("says of a path that is none what may be meant, and never takes all methods", async ({
    expect,
  }) => {
    const nonsense = await admin("PUT", "/nonsense");
    expect([nonsense.status, nonsense.json.error.type]).toEqual([404, "not_found"]);
    const unnamed = await admin("PUT", "/projects//quotas", { json: {} });
    expect(unnamed.status).toBe(404);
    expect(unnamed.text).toContain("Did you mean /admin/projects/{project_id}/quotas?");
    const wrong = await admin("PATCH", "/projects");
    expect([wrong.status, wrong.headers.get("Allow")]).toEqual([405, "GET, HEAD, OPTIONS, POST"]);
  });

  it("is not there where ADMIN_KEY is unset: like any path that never was", async ({ expect }) => {
    for (const [method, path] of [
      ["GET", "/projects"],
      ["POST", "/projects"],
      ["PUT", "/projects"],
    ] as const) {
      const closed = await admin(method, path, { secret: "" });
      const nowhere = await admin(method, "/nowhere", { secret: "" });
      expect(closed.status).toBe(404);
      expect(closed.text.replace(path, "/nowhere")).toBe(nowhere.text);
      expect([...closed.headers]).toEqual([...nowhere.headers]);
    }
  });

  it.for([
    ["no key", "", "missing_authorization_header_error"],
    ["another key", "correct horse battery stapl", "invalid_api_key_error"],
    ["a project's key", "sk-dev", "invalid_api_key_error"],
  ] as const)("stays shut for %s", async ([, key, type], { expect }) => {
    const refused = await admin("GET", "/projects", { key });
    expect(refused.status).toBe(401);
    expect(refused.json.error.type).toBe(type);
  });
});

describe("projects", () => {
  it("are created and listed, the newest first", async ({ expect }) => {
    const made = await admin("POST", "/projects", { json: { name: "mine" } });
    expect(made.json.project).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{20}$/),
      number: expect.any(Number),
      name: "mine",
      created_at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
    });
    const next = await admin("POST", "/projects", { json: { name: "next" } });
    expect(next.json.project.number).toBeGreaterThan(made.json.project.number);
    const listed = await admin("GET", `/projects?limit=2`);
    expect(listed.json.projects).toEqual([next.json.project, made.json.project]);
  });
});

describe("keys", () => {
  it("open their project with the scopes they list; they are shown once", async ({ expect }) => {
    const project = await createProject();
    const made = await admin("POST", `/projects/${project}/keys`, {
      json: { name: "reader", scopes: ["read"] },
    });
    const { secret, key } = made.json;
    expect(secret).toMatch(/^sk-bob-[\w-]{40}[0-9a-z]{7}$/);
    expect(key).toMatchObject({
      project_id: project,
      name: "reader",
      hint: secret.slice(-4),
      scopes: ["read"],
      expires_at: null,
      revoked_at: null,
      last_used_at: null,
    });
    expect((await call("/api/sdk/threads", { key: secret })).status).toBe(200);
    const refused = await call("/api/sdk/threads", { key: secret, json: {} });
    expect(refused.status).toBe(403);
    expect(refused.json.error.message).toContain('"write"');

    const listed = await admin("GET", `/projects/${project}/keys`);
    expect(listed.text).not.toContain(secret);
    expect(listed.json.keys).toMatchObject([{ id: key.id, last_used_at: expect.any(String) }]);
    const rows = await env.DB.prepare("SELECT * FROM api_keys WHERE project_id = ?")
      .bind(project)
      .all();
    expect(JSON.stringify(rows.results)).not.toContain(secret.slice(3));
  });

  it("are dead once revoked, and stay revoked since the first time", async ({ expect }) => {
    const project = await createProject();
    const { json } = await admin("POST", `/projects/${project}/keys`, { json: { name: "k" } });
    expect((await call("/api/sdk/threads", { key: json.secret })).status).toBe(200);
    const path = `/projects/${project}/keys/${json.key.id}`;
    expect((await admin("DELETE", path)).json).toEqual({ message: "revoked", keyId: json.key.id });
    const refused = await call("/api/sdk/threads", { key: json.secret });
    expect(refused.status).toBe(401);
    expect(refused.json.error).toMatchObject({
      type: "invalid_api_key_error",
      message: "This key is revoked.",
    });
    const first = (await admin("GET", `/projects/${project}/keys`)).json.keys[0].revoked_at;
    await admin("DELETE", path);
    expect((await admin("GET", `/projects/${project}/keys`)).json.keys[0].revoked_at).toBe(first);
  });

  it.for([
    ["no name", {}, ["name"]],
    ["an unknown scope", { name: "k", scopes: ["all"] }, ["scopes", 0]],
    ["no scope", { name: "k", scopes: [] }, ["scopes"]],
    ["a time that has passed", { name: "k", expires_at: "2020-01-01T00:00:00Z" }, ["expires_at"]],
    ["no time", { name: "k", expires_at: "soon" }, ["expires_at"]],
  ] as const)("are refused with %s", async ([, json, path], { expect }) => {
    const refused = await admin("POST", `/projects/${await createProject()}/keys`, { json });
    expect(refused.status).toBe(400);
    expect(refused.json.error.issues[0].path).toEqual(path);
  });

  it("need a project and an id that are there", async ({ expect }) => {
    const json = { name: "k" };
    expect((await admin("POST", "/projects/nope/keys", { json })).json.error.type).toBe(
      "project_not_found",
    );
    expect((await admin("GET", "/projects/nope/keys")).json.error.type).toBe("project_not_found");
    const revoked = await admin("DELETE", `/projects/${await createProject()}/keys/nope`);
    expect(revoked.json.error.type).toBe("key_not_found");
  });
});

describe("a project that moves here", () => {
  const NEW = "0123456789abcdef0001";

  it("is made under its id, and keeps its number when it is renamed", async ({ expect }) => {
    const made = await admin("PUT", `/projects/${NEW}`, { json: { name: "moved" } });
    expect(made.json.project).toMatchObject({ id: NEW, name: "moved" });
    await admin("PUT", `/projects/${NEW}/quotas`, { json: { threads: 5 } });
    await admin("PUT", `/projects/${NEW}/retention`, { json: { keep_idle_days: 9 } });
    const renamed = await admin("PUT", `/projects/${NEW}`, { json: { name: "again" } });
    expect(renamed.json.project.number).toBe(made.json.project.number);
    expect((await admin("GET", `/projects/${NEW}`)).json).toEqual({
      project: renamed.json.project,
      keep_idle_days: 9,
      quotas: { threads: 5 },
    });
    const odd = await admin("PUT", "/projects/Moved", { json: { name: "moved" } });
    expect([odd.status, odd.json.error.issues[0].path]).toEqual([400, ["project_id"]]);
    expect((await admin("GET", "/projects/00000000000000000000")).status).toBe(404);
  });
});
