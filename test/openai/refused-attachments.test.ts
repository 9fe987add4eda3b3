/** Proves that a message, a thread or a run that is refused leaves nothing of the files that it brings along. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { setQuotas } from "../../src/store/projects/quotas";
import { deployTool, upload } from "../core/token-bench";
import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";

const SEARCHED = [{ type: "file_search" }];

interface Bench extends TestProject {
  threadId: string;
  fileId: string;
  toolId: string;
}

async function makeBench(): Promise<Bench> {
  const project = await makeProject();
  const threadId = (await call("/openai/v1/threads", { key: project.key, json: {} })).json.id;
  const fileId = await upload(project.key, "Refunds take five days.");
  const toolId = await deployTool(project, [
    { name: "INPUT", type: "input" },
    { name: "OUTPUT", type: "output" },
  ]);
  return { ...project, threadId, fileId, toolId };
}

function withFile({ fileId }: Bench, more: object = {}): object {
  const attachments = [{ file_id: `file-${fileId}`, tools: SEARCHED }];
  return { role: "user", content: "How long?", attachments, ...more };
}

/** What is kept of attached files: knowledge and documents of the project. */
async function keptOf({ id }: TestProject): Promise<object | null> {
  const sql = `SELECT count(DISTINCT k.number) AS knowledge, count(d.seq) AS documents
    FROM knowledge k LEFT JOIN knowledge_documents d ON d.knowledge_number = k.number
    WHERE k.project_id = ? AND k.is_doomed = 0`;
  return env.DB.prepare(sql).bind(id).first();
}

const NOTHING = { knowledge: 0, documents: 0 };

/** Of messages none is left. */
const fill = (bench: TestProject) => setQuotas(env.DB, bench.id, { messages: 0 });

describe("what is refused with files attached", () => {
  it("is a message beyond the quota, whose thread has no store afterwards", async ({ expect }) => {
    const bench = await makeBench();
    await fill(bench);
    const path = `/openai/v1/threads/${bench.threadId}`;
    const refused = await call(`${path}/messages`, { key: bench.key, json: withFile(bench) });
    expect([refused.status, await keptOf(bench)]).toEqual([429, NOTHING]);
    const { json: thread } = await call(path, { key: bench.key });
    expect(thread.tool_resources).toEqual({});
  });

  it("is a thread with first messages beyond it", async ({ expect }) => {
    const bench = await makeBench();
    await fill(bench);
    const json = { messages: [withFile(bench)] };
    const refused = await call("/openai/v1/threads", { key: bench.key, json });
    expect([refused.status, await keptOf(bench)]).toEqual([429, NOTHING]);
  });

  it("is a run whose tool is not there, on a thread and with a new one", async ({ expect }) => {
    const bench = await makeBench();
    const assistant_id = "asst_00000000000000000000";
    const onThread = await call(`/openai/v1/threads/${bench.threadId}/runs`, {
      key: bench.key,
      json: { assistant_id, additional_messages: [withFile(bench)] },
    });
    const withNew = await call("/openai/v1/threads/runs", {
      key: bench.key,
      json: { assistant_id, thread: { messages: [withFile(bench)] } },
    });
    expect([onThread.status, withNew.status]).toEqual([404, 404]);
    expect(await keptOf(bench)).toEqual(NOTHING);
  });

  it("and leaves a file that was searched before as it was", async ({ expect }) => {
    const bench = await makeBench();
    const path = `/openai/v1/threads/${bench.threadId}`;
    await call(`${path}/messages`, { key: bench.key, json: withFile(bench) });
    await fill(bench);
    const refused = await call(`${path}/messages`, { key: bench.key, json: withFile(bench) });
    expect([refused.status, await keptOf(bench)]).toEqual([429, { knowledge: 1, documents: 1 }]);
    const { json: thread } = await call(path, { key: bench.key });
    const [store] = thread.tool_resources.file_search.vector_store_ids;
    for (;;) {
      const { json } = await call(`/openai/v1/vector_stores/${store}`, { key: bench.key });
      if (json.status === "completed") {
        expect(json.file_counts).toMatchObject({ completed: 1, total: 1 });
        return;
      }
      await scheduler.wait(20);
    }
  });
});
