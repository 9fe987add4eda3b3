/** Proves what the calls for webhooks take and answer. What is delivered is shown over real HTTP. */
import { env } from "cloudflare:workers";
import { beforeEach, describe, it, vi } from "vitest";

import { newThreadId } from "../../../src/domain/ids";
import { WEBHOOK } from "../../../src/limits";
import { admitRun } from "../../../src/store/runs/admit-run";
import { createThread } from "../../../src/store/threads/threads";
import { fanOut } from "../../../src/store/webhooks/webhook-deliveries";
import { call } from "../../support/call";
import { type TestProject, makeKey, makeProject } from "../../support/project";
import { runAdmission } from "../../support/run-records";
import { mintToken } from "../../support/tokens";

const URL_GIVEN = "https://receiver.example/hooks";

let project: TestProject;

beforeEach(async () => {
  project = await makeProject();
});

const create = (json: object, key = project.key) => call("/api/sdk/webhooks", { key, json });

async function list(): Promise<{ id: string; url: string | null }[]> {
  return (await call("/api/sdk/webhooks", { key: project.key })).json.list;
}

/** A run ends. @returns The deliveries of it that are due. */
async function announce(): Promise<string[]> {
  const projectId = project.id;
  const threadId = newThreadId();
  const nowMs = Date.now();
  const scope = { projectId, endUserId: null, threadId: null };
  await createThread(env.DB, scope, { id: threadId, nowMs, metadata: null, messages: [] });
  const admission = runAdmission({ projectId, threadId, nowMs });
  await admitRun(env.DB, admission);
  return fanOut(env.DB, {
    projectId,
    runId: admission.request.runId,
    type: "run.succeeded",
    calls: null,
    atMs: nowMs,
    webhookUrl: null,
  });
}

describe("a webhook", () => {
  it("shows its secret once, in the form of the specification", async ({ expect }) => {
    const made = await create({ url: URL_GIVEN, events: ["run.failed"] });
    expect(made.json).toMatchObject({ url: URL_GIVEN, events: ["run.failed"] });
    expect(atob(made.json.secret.replace(/^whsec_/, ""))).toHaveLength(WEBHOOK.secretBytes);
    expect(await list()).toEqual([{ ...made.json, secret: undefined }]);
  });

  it("without an address names no events, and stands for the addresses of runs", async ({
    expect,
  }) => {
    expect((await create({})).json).toMatchObject({ url: null, events: [] });
    expect((await create({ events: ["run.failed"] })).status).toBe(400);
  });

  it.for([
    ["http://127.0.0.1:9/"],
    ["http://169.254.169.254/latest"],
    ["https://bobbin.test/api/sdk"],
    ["ftp://receiver.example/"],
    ["no address"],
  ])("is refused at %s", async ([url], { expect }) => {
    const refused = await create({ url });
    expect(refused.status).toBe(400);
    expect(refused.json.error.issues[0].path).toEqual(["url"]);
    expect(await list()).toEqual([]);
  });

  it("is disabled and enabled again, and is told of nothing meanwhile", async ({ expect }) => {
    const posted = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(null));
    const { id } = (await create({ url: URL_GIVEN })).json;
    const set = (enabled: boolean, key = project.key) =>
      call(`/api/sdk/webhooks/${id}`, { key, json: { enabled } });
    const pending = await announce();
    expect(pending).toHaveLength(1);
    expect((await set(false)).json).toMatchObject({ id, enabled: false, url: URL_GIVEN });
    expect(await announce()).toEqual([]);
    const path = "/api/sdk/webhooks/deliveries";
    const [given] = (await call(path, { key: project.key })).json.list;
    expect(given).toMatchObject({ status: "failed", error: "Its webhook was disabled." });
    const replay = () => call(`${path}/${given.id}/replay`, { key: project.key, json: {} });
    expect((await replay()).status).toBe(409);
    expect((await set(true)).json).toMatchObject({ id, enabled: true });
    expect((await replay()).json).toMatchObject({ status: "pending" });
    expect(await announce()).toHaveLength(1);
    expect((await set(false, (await makeProject()).key)).status).toBe(404);
    await vi.waitFor(() => expect(posted).toHaveBeenCalled());
    posted.mockRestore();
  });

  it("is for keys that list admin", async ({ expect }) => {
    const key = await makeKey(project.id, { scopes: ["read", "write", "run"] });
    const token = await mintToken(project.key, { end_user_id: "ada" });
    expect((await create({ url: URL_GIVEN }, key)).status).toBe(403);
    expect((await create({ url: URL_GIVEN }, token)).status).toBe(403);
  });

  it("of another project is not found, and stays", async ({ expect }) => {
    const stranger = await makeProject();
    const { id } = (await create({ url: URL_GIVEN })).json;
    const path = `/api/sdk/webhooks/${id}`;
    expect((await call(path, { method: "DELETE", key: stranger.key })).status).toBe(404);
    expect(await list()).toHaveLength(1);
    expect((await call(path, { method: "DELETE", key: project.key })).status).toBe(200);
    expect(await list()).toEqual([]);
  });

  it("is one of a bounded number", async ({ expect }) => {
    await env.DB.prepare(
      `INSERT INTO webhooks (project_id, id, secret, created_at_ms)
       SELECT ?, value, '', 0 FROM json_each(?)`,
    )
      .bind(project.id, JSON.stringify(Array.from({ length: WEBHOOK.maxPerProject }, (_, n) => n)))
      .run();
    expect((await create({})).status).toBe(409);
  });
});

async function tool(): Promise<{ path: string; id: string }> {
  const actions = [
    { name: "INPUT", type: "input" },
    { name: "OUTPUT", type: "output" },
  ];
  const path = `/api/sdk/p/${project.id}/a`;
  const made = await call(path, { key: project.key, json: { name: "echo", actions } });
  const { id } = made.json.tool;
  return { path: `${path}/${id}/r`, id };
}

describe("a run's own address", () => {
  it("needs a secret that signs what goes there", async ({ expect }) => {
    const posted = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(null));
    const { path } = await tool();
    const run = () => call(path, { key: project.key, json: { webhook_url: URL_GIVEN } });
    const refused = await run();
    expect(refused.status).toBe(400);
    expect(refused.json.error.issues[0].path).toEqual(["webhook_url"]);
    await create({});
    expect((await run()).status).toBe(200);
    await vi.waitFor(() => expect(posted).toHaveBeenCalledWith(URL_GIVEN, expect.anything()));
    posted.mockRestore();
  });

  it("keeps to the rules for addresses", async ({ expect }) => {
    const { path } = await tool();
    await create({});
    const json = { webhook_url: "http://10.0.0.1/" };
    expect((await call(path, { key: project.key, json })).status).toBe(400);
  });

  it("is not for session tokens", async ({ expect }) => {
    const { path, id } = await tool();
    await create({});
    const token = await mintToken(project.key, { end_user_id: "ada", tools: [id] });
    const json = { webhook_url: URL_GIVEN };
    expect((await call(path, { key: token, json })).status).toBe(403);
  });
});

describe("a delivery", () => {
  it("stays listed when its webhook is deleted, and is not replayed", async ({ expect }) => {
    const posted = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(null));
    const made = await create({ url: URL_GIVEN });
    const { path: runs } = await tool();
    await call(runs, { key: project.key, json: {} });
    const path = "/api/sdk/webhooks/deliveries";
    const listed = () => call(`${path}?webhook_id=${made.json.id}`, { key: project.key });
    await vi.waitFor(async () =>
      expect((await listed()).json.list).toMatchObject([{ status: "delivered" }]),
    );
    const webhook = `/api/sdk/webhooks/${made.json.id}`;
    expect((await call(webhook, { key: project.key, method: "DELETE" })).status).toBe(200);
    posted.mockRestore();

    expect(await list()).toEqual([]);
    expect((await call(webhook, { key: project.key, method: "DELETE" })).status).toBe(404);
    const [delivery] = (await listed()).json.list;
    expect(delivery).toMatchObject({ status: "delivered", webhook_id: made.json.id });
    const replay = `${path}/${delivery.id}/replay`;
    const replayed = await call(replay, { key: project.key, json: {} });
    expect(replayed.status).toBe(409);
    expect(replayed.json.error.message).toContain("Its webhook is deleted");
  });

  it("of another project, or none, is not found and not listed", async ({ expect }) => {
    const path = "/api/sdk/webhooks/deliveries";
    const replayed = await call(`${path}/msg_0/replay`, { key: project.key, json: {} });
    expect(replayed.status).toBe(404);
    expect(replayed.json.error.type).toBe("webhook_delivery_not_found");
    expect((await call(path, { key: project.key })).json).toEqual({ list: [] });
  });
});
