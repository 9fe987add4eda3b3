/** Documents that the platform's own calls put behind their answers, one by one and in batches. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { checkKnowledge } from "../../src/core/knowledge";
import { sweepKnowledge } from "../../src/core/sweep/sweep-knowledge";
import { type Call, call } from "../support/call";
import { CountingDatabase } from "../support/counting-database";
import { type TestProject, makeProject } from "../support/project";

let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

const ask = (path: string, options: Call = {}) =>
  call(`/api/sdk/p/${project.id}${path}`, { key: project.key, ...options });

async function makeFile(content: string | Uint8Array<ArrayBuffer>, name: string): Promise<string> {
  const body = new FormData();
  body.set("file", new File([content], name));
  return (await call("/api/sdk/files", { key: project.key, method: "POST", body })).json.fileId;
}

/** Once nothing of it waits any more. */
async function settled(path: string): Promise<Record<string, unknown>> {
  for (;;) {
    const { document, batch } = (await ask(path)).json;
    if ((document ?? batch).status !== "waiting") {
      return document ?? batch;
    }
    await scheduler.wait(20);
  }
}

const BINARY = new Uint8Array([0x4d, 0x5a, 0, 0, 1, 0, 2, 0]);

describe("a document put behind the answer", () => {
  it("waits, is indexed, and is found by what it carries", async ({ expect }) => {
    await ask("/knowledge", { json: { name: "behind", title: "Behind the answer" } });
    const file_id = await makeFile("Refunds take five days.", "a.txt");
    const put = await ask("/knowledge/behind/d/refunds", {
      method: "PUT",
      json: { file_id, background: true, tags: ["billing"], attributes: { year: 2026 } },
    });
    expect([put.status, put.json.document]).toMatchObject([
      200,
      { status: "waiting", file_id, tags: ["billing"], attributes: { year: 2026 } },
    ]);
    expect(await settled("/knowledge/behind/d/refunds")).toMatchObject({
      status: "indexed",
      tags: ["billing"],
      attributes: { year: 2026 },
      passage_count: 1,
    });
    const query = { query: "refund", include_tags: ["billing"] };
    const { json: found } = await ask("/knowledge/behind/search", { json: query });
    expect(found.hits).toMatchObject([{ document_id: "refunds", attributes: { year: 2026 } }]);
    expect((await ask("/knowledge/behind")).json.knowledge).toMatchObject({
      title: "Behind the answer",
      document_count: 1,
      waiting_count: 0,
      failed_count: 0,
    });
  });

  it("says why it failed", async ({ expect }) => {
    await ask("/knowledge", { json: { name: "failing" } });
    const file_id = await makeFile(BINARY, "a.exe");
    const json = { file_id, background: true };
    await ask("/knowledge/failing/d/program", { method: "PUT", json });
    expect(await settled("/knowledge/failing/d/program")).toMatchObject({
      status: "failed",
      last_error: { code: expect.any(String), message: expect.any(String) },
    });
    const listed = await ask("/knowledge/failing/d?status=failed");
    expect(listed.json.documents).toHaveLength(1);
    expect((await ask("/knowledge/failing/d?status=indexed")).json.documents).toEqual([]);
  });

  it("is a file: a text is refused by name", async ({ expect }) => {
    await ask("/knowledge", { json: { name: "texts" } });
    const json = { text: "x", background: true };
    const refused = await ask("/knowledge/texts/d/one", { method: "PUT", json });
    expect([refused.status, refused.json.error.issues[0].path]).toEqual([400, ["background"]]);
  });
});

describe("a batch of documents", () => {
  it("counts how they stand, and lists them", async ({ expect }) => {
    await ask("/knowledge", { json: { name: "batched" } });
    const good = await makeFile("Parcels take two days.", "a.txt");
    const bad = await makeFile(BINARY, "b.exe");
    const documents = [{ id: "good", file_id: good, tags: ["post"] }, { file_id: bad }];
    const { json } = await ask("/knowledge/batched/batches", { json: { documents } });
    expect(json.batch).toMatchObject({ status: "waiting", waiting_count: 2, failed_count: 0 });
    const path = `/knowledge/batched/batches/${json.batch.id}`;
    expect(await settled(path)).toMatchObject({
      status: "done",
      indexed_count: 1,
      failed_count: 1,
      cancelled_count: 0,
    });
    const listed = await ask(`/knowledge/batched/d?batch_id=${json.batch.id}`);
    expect(listed.json.documents).toHaveLength(2);
    const { json: cancelled } = await ask(`${path}/cancel`, { method: "POST" });
    expect(cancelled.batch).toMatchObject({ status: "done", indexed_count: 1 });
    const lost = await ask("/knowledge/batched/batches/never");
    expect(lost.status).toBe(404);
    const none = await ask("/knowledge/batched/batches", { json: { documents: [] } });
    expect(none.status).toBe(400);
  });
});

describe("knowledge that has expired", () => {
  it("loses its documents to the sweep, and stays", async ({ expect }) => {
    const made = await call("/openai/v1/vector_stores", {
      key: project.key,
      json: { expires_after: { anchor: "last_active_at", days: 1 } },
    });
    const name = made.json.id.replace("vs_", "");
    await ask(`/knowledge/${name}/d/one`, { method: "PUT", json: { text: "Some words." } });
    await sweepKnowledge(env, Date.now());
    expect((await ask(`/knowledge/${name}`)).json.knowledge).toMatchObject({
      document_count: 1,
      expires_at: expect.any(Number),
    });
    const inTwoDays = Date.now() + 2 * 24 * 60 * 60 * 1000;
    const swept = await sweepKnowledge(env, inTwoDays);
    expect(swept.expired).toBeGreaterThanOrEqual(1);
    expect((await ask(`/knowledge/${name}`)).json.knowledge).toMatchObject({
      document_count: 0,
      passage_count: 0,
    });
    expect((await sweepKnowledge(env, inTwoDays)).expired).toBe(0);
  });
});

describe("knowledge that a request names", () => {
  it("is looked up at once, however many it is", async ({ expect }) => {
    const counting = new CountingDatabase(env.DB);
    const caller = {
      kind: "key",
      keyId: "",
      scopes: ["admin"],
      projectId: project.id,
      projectNumber: 1,
    } as const;
    const names = ["behind", "failing", "texts", "batched"];
    const core = { env: { ...env, DB: counting.database } };
    expect(await checkKnowledge(caller, core, names)).toBeNull();
    expect(counting.roundTrips).toBe(1);
    expect(await checkKnowledge(caller, core, [...names, "never"])).toMatchObject({ id: "never" });
  });
});
