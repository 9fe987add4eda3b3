/** Vector stores: files indexed behind their request, in batches, some of which fail or are called off. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { newFileId } from "../../src/domain/ids";
import { wakeForgotten } from "../../src/indexing/wake-indexer";
import { createFile } from "../../src/store/files/files";
import { fileKey } from "../../src/store/files/objects";
import { databaseOf } from "../../src/store/sql/databases";
import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";

const V1 = "/openai/v1";
const LOOK_MS = 50;

let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

const post = (path: string, json: unknown) => call(V1 + path, { key: project.key, json });
const get = (path: string) => call(V1 + path, { key: project.key });
const drop = (path: string) => call(V1 + path, { key: project.key, method: "DELETE" });

/** @returns The file's id on the wire. */
async function makeFile(text: string | Uint8Array, name = "a.txt"): Promise<string> {
  const id = newFileId();
  const reach = { projectId: project.id, endUserId: null, threadId: null };
  const size = (await env.FILES.put(fileKey(project.id, id), text))?.size ?? 0;
  const file = { id, name, mimeType: "application/octet-stream", size, nowMs: Date.now() };
  await createFile(databaseOf(env, reach), reach, file);
  return `file-${id}`;
}

async function makeStore(more: object = {}): Promise<string> {
  return (await post("/vector_stores", { name: "Handbook", ...more })).json.id;
}

/** What the path shows once nothing of it is at work. */
async function settled(path: string) {
  for (;;) {
    const { json } = await get(path);
    if (json.status !== "in_progress") {
      return json;
    }
    await scheduler.wait(LOOK_MS);
  }
}

/** As a program begins. */
const BINARY = new Uint8Array([0x4d, 0x5a, 0, 0, 1, 0, 2, 0]);

/** A PDF of which only its owner has the words. */
const ENCRYPTED =
  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[]/Count 0>>endobj\n3 0 obj<</Filter/Standard/V 1/R 2/O(00000000000000000000000000000000)/U(00000000000000000000000000000000)/P -4>>endobj\ntrailer<</Root 1 0 R/Encrypt 3 0 R/ID[(a)(a)]>>\n%%EOF\n";

describe("a vector store", () => {
  it("is made, changed, listed and deleted", async ({ expect }) => {
    const expiry = { anchor: "last_active_at", days: 7 };
    const { json: made } = await post("/vector_stores", {
      name: "Handbook",
      expires_after: expiry,
      metadata: { a: "b" },
    });
    expect(made).toMatchObject({
      id: expect.stringMatching(/^vs_\w{24}$/),
      object: "vector_store",
      name: "Handbook",
      usage_bytes: 0,
      file_counts: { in_progress: 0, completed: 0, failed: 0, cancelled: 0, total: 0 },
      status: "completed",
      expires_after: expiry,
      expires_at: made.last_active_at + 7 * 86_400,
      metadata: { a: "b" },
    });
    const changed = await post(`/vector_stores/${made.id}`, { name: "Rules", expires_after: null });
    expect(changed.json).toMatchObject({ name: "Rules", expires_at: null, metadata: { a: "b" } });
    const listed = (await get("/vector_stores?limit=1")).json;
    expect([listed.data[0].id, listed.first_id]).toEqual([made.id, made.id]);
    expect((await drop(`/vector_stores/${made.id}`)).json).toEqual({
      id: made.id,
      object: "vector_store.deleted",
      deleted: true,
    });
    const gone = await get(`/vector_stores/${made.id}`);
    expect([gone.status, gone.json.error.message]).toEqual([
      404,
      `No vector store found with id '${made.id}'.`,
    ]);
  });

  it("that has expired says so, and is searched no more", async ({ expect }) => {
    const id = await makeStore({ expires_after: { anchor: "last_active_at", days: 1 } });
    const age = env.DB.prepare("UPDATE knowledge SET created_at_ms = 1 WHERE name = ?");
    await age.bind(id.replace("vs_", "")).run();
    expect((await get(`/vector_stores/${id}`)).json.status).toBe("expired");
    const refused = await post(`/vector_stores/${id}/search`, { query: "x" });
    expect([refused.status, refused.json.error.message]).toEqual([
      400,
      expect.stringContaining("has expired"),
    ]);
  });
});

describe("a file of a vector store", () => {
  it("is indexed behind the answer, found, read, and taken out", async ({ expect }) => {
    const store = await makeStore();
    const file = await makeFile("Refunds take five days.\n\nParcels take two.");
    const added = await post(`/vector_stores/${store}/files`, {
      file_id: file,
      attributes: { language: "en", year: 2024, public: true },
      chunking_strategy: {
        type: "static",
        static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 },
      },
    });
    expect([added.json.status, added.json.id]).toEqual(["in_progress", file]);
    expect(added.headers.get("openai-poll-after-ms")).toBe("500");
    const path = `/vector_stores/${store}/files/${file}`;
    expect(await settled(path)).toMatchObject({
      status: "completed",
      last_error: null,
      usage_bytes: 42,
      attributes: { language: "en", year: 2024, public: true },
      chunking_strategy: { static: { max_chunk_size_tokens: 100, chunk_overlap_tokens: 0 } },
    });
    expect((await get(`${path}/content`)).json.data[0].text).toContain("Parcels take two.");
    const { json: found } = await post(`/vector_stores/${store}/search`, { query: ["refund"] });
    expect(found).toMatchObject({
      object: "vector_store.search_results.page",
      search_query: ["refund"],
      data: [{ file_id: file, filename: "a.txt", attributes: { year: 2024 } }],
      next_page: null,
    });
    expect(found.data[0].score).toBeGreaterThan(0);
    expect((await drop(path)).json.object).toBe("vector_store.file.deleted");
    expect((await get(path)).json.error.message).toBe(
      `No file in vector store found with id '${file}'.`,
    );
    expect((await get(`/files/${file}`)).status).toBe(200);
    expect((await get(`/vector_stores/${store}`)).json).toMatchObject({
      usage_bytes: 0,
      file_counts: { total: 0 },
    });
  });

  it.for([
    ["encrypted", ENCRYPTED, "a.pdf", "invalid_file"],
    ["no document", BINARY, "a.exe", "unsupported_file"],
    ["blank", " \n ", "a.txt", "invalid_file"],
  ] as const)("that is %s fails and says why", async ([, content, name, code], { expect }) => {
    const store = await makeStore();
    const file = await makeFile(content, name);
    await post(`/vector_stores/${store}/files`, { file_id: file });
    const failed = await settled(`/vector_stores/${store}/files/${file}`);
    expect([failed.status, failed.last_error.code]).toEqual(["failed", code]);
    const only = await get(`/vector_stores/${store}/files?filter=failed`);
    expect(only.json.data).toHaveLength(1);
    expect((await get(`/vector_stores/${store}/files?filter=completed`)).json.data).toEqual([]);
  });

  it("that nobody has is refused by name", async ({ expect }) => {
    const store = await makeStore();
    const never = `file-${newFileId()}`;
    const refused = await post(`/vector_stores/${store}/files`, { file_id: never });
    expect([refused.status, refused.json.error.message]).toEqual([
      404,
      `No such File object: ${never}`,
    ]);
  });

  it("is indexed although its wake-up was lost", async ({ expect }) => {
    const store = await makeStore();
    const file = await makeFile("Late, but there.");
    await post(`/vector_stores/${store}/files`, { file_id: file });
    await settled(`/vector_stores/${store}/files/${file}`);
    const forget = env.DB.prepare(
      "UPDATE knowledge_documents SET status = 'waiting', work_at_ms = 1 WHERE id = ?",
    );
    await forget.bind(file.replace("file-", "")).run();
    const db = databaseOf(env, { projectId: project.id });
    expect(await wakeForgotten(env, db, { nowMs: Date.now(), limit: 20 })).toBeGreaterThanOrEqual(
      1,
    );
    expect((await settled(`/vector_stores/${store}/files/${file}`)).status).toBe("completed");
  });
});

const at = (type: string, key: string, value: unknown) => ({ type, key, value });

describe("a search", () => {
  it("is held to its filters", async ({ expect }) => {
    const store = await makeStore();
    const attributes = [
      { year: 2022, lang: "en" },
      { year: 2023, lang: "de" },
      { lang: "fr", hot: true },
      {},
    ];
    const files: { file_id: string; attributes: object }[] = [];
    for (const [index, one] of attributes.entries()) {
      files.push({
        file_id: await makeFile(`Refund number ${index}.`, `${index}.txt`),
        attributes: one,
      });
    }
    const { json: batch } = await post(`/vector_stores/${store}/file_batches`, { files });
    await settled(`/vector_stores/${store}/file_batches/${batch.id}`);
    const found = async (filters: object) => {
      const { json } = await post(`/vector_stores/${store}/search`, { query: "refund", filters });
      return json.data
        .map(({ filename }: { filename: string }) => filename[0])
        .toSorted()
        .join("");
    };
    expect(await found(at("eq", "lang", "de"))).toBe("1");
    expect(await found(at("ne", "lang", "de"))).toBe("023");
    expect(await found(at("gte", "year", 2022))).toBe("01");
    expect(await found(at("lt", "year", 2023))).toBe("0");
    expect(await found(at("eq", "year", "2022"))).toBe("");
    expect(await found(at("eq", "hot", true))).toBe("2");
    expect(await found(at("in", "lang", ["en", "fr"]))).toBe("02");
    expect(await found(at("nin", "lang", ["en", "fr"]))).toBe("13");
    const both = { type: "and", filters: [at("gt", "year", 2000), at("ne", "lang", "en")] };
    expect(await found({ type: "or", filters: [both, at("eq", "hot", true)] })).toBe("12");
  });

  it.for([
    [
      "a comparison that there is not",
      { filters: { type: "like", key: "a", value: "b" } },
      "filters.type",
    ],
    ["a rank above 50", { max_num_results: 51 }, "max_num_results"],
    [
      "a threshold without vectors",
      { ranking_options: { score_threshold: 0.5 } },
      "ranking_options.score_threshold",
    ],
    ["no query", { query: undefined }, "query"],
  ] as const)("with %s is refused by name", async ([, more, param], { expect }) => {
    const store = await makeStore();
    const refused = await post(`/vector_stores/${store}/search`, { query: "x", ...more });
    expect([refused.status, refused.json.error.param]).toEqual([400, param]);
  });
});

describe("a batch", () => {
  const FILES = 2000;
  const UNREADABLE = 5;

  it(
    `of ${FILES} files counts the ${UNREADABLE} that cannot be read`,
    { timeout: 600_000 },
    async ({ expect }) => {
      const store = await makeStore();
      const ids: string[] = [];
      for (let index = 0; index < FILES; index += 1) {
        const isBad =
          index % Math.floor(FILES / UNREADABLE) === 0 &&
          index / Math.floor(FILES / UNREADABLE) < UNREADABLE;
        ids.push(await makeFile(isBad ? BINARY : `Document ${index} of many.`, `${index}.bin`));
      }
      const { json: batch } = await post(`/vector_stores/${store}/file_batches`, { file_ids: ids });
      expect(batch.file_counts).toMatchObject({ in_progress: FILES, total: FILES });
      const done = await settled(`/vector_stores/${store}/file_batches/${batch.id}`);
      const counts = {
        in_progress: 0,
        completed: FILES - UNREADABLE,
        failed: UNREADABLE,
        cancelled: 0,
        total: FILES,
      };
      expect([done.status, done.file_counts]).toEqual(["completed", counts]);
      expect((await get(`/vector_stores/${store}`)).json.file_counts).toEqual(counts);
      const failed = await get(
        `/vector_stores/${store}/file_batches/${batch.id}/files?filter=failed`,
      );
      expect(failed.json.data).toHaveLength(UNREADABLE);
    },
  );

  it("that is cancelled leaves nothing waiting, and counts it", async ({ expect }) => {
    const store = await makeStore();
    const ids = [];
    for (let index = 0; index < 40; index += 1) {
      ids.push(await makeFile(`Text ${index}.`));
    }
    const { json: batch } = await post(`/vector_stores/${store}/file_batches`, { file_ids: ids });
    const path = `/vector_stores/${store}/file_batches/${batch.id}`;
    const { json: cancelled } = await post(`${path}/cancel`, {});
    const { file_counts: counts } = cancelled;
    expect([cancelled.status, counts.in_progress, counts.total]).toEqual(["cancelled", 0, 40]);
    expect(counts.cancelled).toBeGreaterThan(0);
    expect((await get(`/vector_stores/${store}`)).json.file_counts.cancelled).toBe(
      counts.cancelled,
    );
    const listed = await get(`${path}/files?filter=cancelled&limit=100`);
    expect(listed.json.data).toHaveLength(counts.cancelled);
    const [one] = listed.json.data;
    expect((await get(`/vector_stores/${store}/files/${one.id}`)).status).toBe(404);
  });

  it.for([
    ["neither of both", {}, "file_ids"],
    ["both", { file_ids: ["a"], files: [{ file_id: "a" }] }, "file_ids"],
    ["attributes beside files", { files: [{ file_id: "a" }], attributes: { a: 1 } }, "attributes"],
    ["no file", { file_ids: [] }, "file_ids"],
  ] as const)("of %s is refused", async ([, json, param], { expect }) => {
    const refused = await post(`/vector_stores/${await makeStore()}/file_batches`, json);
    expect([refused.status, refused.json.error.param]).toEqual([400, param]);
  });
});
