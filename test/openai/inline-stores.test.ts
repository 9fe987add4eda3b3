/** An assistant or a thread may be made along with its vector store; refused, it leaves nothing of that. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { setQuotas } from "../../src/store/projects/quotas";
import { upload } from "../core/token-bench";
import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";

const V1 = "/openai/v1";
const NO_FILE = "file-00000000-0000-4000-8000-000000000000";
const LOOK_MS = 20;

const post = (key: string, path: string, json: unknown) => call(V1 + path, { key, json });
const stored = (store: object) => ({ tool_resources: { file_search: { vector_stores: [store] } } });

/** Names of what there is to be searched in the project. */
async function storesOf({ id }: TestProject): Promise<unknown[]> {
  const sql = "SELECT name FROM knowledge WHERE project_id = ? AND is_doomed = 0";
  const { results } = await env.DB.prepare(sql).bind(id).all();
  return results.map(({ name }) => name);
}

interface Made {
  json: { tool_resources: { file_search: { vector_store_ids: string[] } } };
}

/** Of what the call has made, once it is indexed. */
async function storeOf(key: string, made: Made) {
  const [id = "", ...others] = made.json.tool_resources.file_search.vector_store_ids;
  for (;;) {
    const { json } = await call(`${V1}/vector_stores/${id}`, { key });
    if (json.status !== "in_progress") {
      return { ...json, others };
    }
    await scheduler.wait(LOOK_MS);
  }
}

describe("a store of its own", () => {
  it("is made with an assistant, a thread, and the thread of a run", async ({ expect }) => {
    const project = await makeProject();
    const { key } = project;
    const fileId = `file-${await upload(key, "Refunds take five days.")}`;
    const chunks = { max_chunk_size_tokens: 200, chunk_overlap_tokens: 50 };
    const store = {
      file_ids: [fileId],
      chunking_strategy: { type: "static", static: chunks },
      metadata: { of: "the test" },
    };
    const tools = [{ type: "file_search" }];
    const assistant = await post(key, "/assistants", { model: "offline", tools, ...stored(store) });
    const thread = await post(key, "/threads", stored(store));
    const run = await post(key, "/threads/runs", {
      assistant_id: assistant.json.id,
      thread: stored({ file_ids: [fileId] }),
    });
    const begun = await call(`${V1}/threads/${run.json.thread_id}`, { key });
    for (const made of [assistant, thread, begun]) {
      expect(await storeOf(key, made)).toMatchObject({
        others: [],
        metadata: made === begun ? {} : store.metadata,
        file_counts: { completed: 1, total: 1 },
      });
    }
    const { id } = await storeOf(key, thread);
    const [file] = (await call(`${V1}/vector_stores/${id}/files`, { key })).json.data;
    expect(file).toMatchObject({ id: fileId, chunking_strategy: { static: chunks } });
    await call(`${V1}/threads/${thread.json.id}`, { key, method: "DELETE" });
    expect((await storesOf(project)).map((name) => `vs_${String(name)}`)).not.toContain(id);
  });

  it("may be without files, and is left out by an empty list", async ({ expect }) => {
    const { key } = await makeProject();
    expect(await storeOf(key, await post(key, "/threads", stored({})))).toMatchObject({
      status: "completed",
      file_counts: { total: 0 },
    });
    const none = { tool_resources: { file_search: { vector_stores: [] } } };
    expect((await post(key, "/threads", none)).json.tool_resources).toEqual({});
  });

  it("goes where the call that made it is refused", async ({ expect }) => {
    const project = await makeProject();
    const { key } = project;
    const lost = await post(key, "/threads", stored({ file_ids: [NO_FILE] }));
    const unrun = await post(key, "/threads/runs", {
      assistant_id: "asst_00000000000000000000",
      thread: stored({}),
    });
    await setQuotas(env.DB, project.id, { messages: 0 });
    const messages = [{ role: "user", content: "x" }];
    const full = await post(key, "/threads", { messages, ...stored({}) });
    expect([lost.status, lost.json.error.param, unrun.status, full.status]).toEqual([
      404,
      "id",
      404,
      429,
    ]);
    expect(await storesOf(project)).toEqual([]);
  });

  it("is not made beside one that is named, by an update, or by a token", async ({ expect }) => {
    const { key } = await makeProject();
    const named = (await post(key, "/vector_stores", {})).json.id;
    const { json: thread } = await post(key, "/threads", {});
    const both = { file_search: { vector_store_ids: [named], vector_stores: [{}] } };
    const token = await mintToken(key, {
      end_user_id: "ada",
      verbs: ["threads:create"],
      tools: [],
    });
    const refusals = await Promise.all([
      post(key, "/threads", { tool_resources: both }),
      post(key, `/threads/${thread.id}`, stored({})),
      post(key, "/threads", { tool_resources: { file_search: { vector_stores: [{}, {}] } } }),
      post(token, "/threads", stored({})),
    ]);
    const place = "tool_resources.file_search.vector_stores";
    expect(refusals.map(({ status, json }) => [status, json.error.code, json.error.param])).toEqual(
      [
        [400, "invalid_value", place],
        [400, "unknown_parameter", place],
        [400, "invalid_value", place],
        [403, "insufficient_permissions", place],
      ],
    );
  });
});
