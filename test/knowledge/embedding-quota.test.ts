/** Proves that what is embedded is counted in the project's quota of tokens, and ends with it. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { embeddingPorts } from "../../src/adapters/knowledge-ports";
import { estimateTokens } from "../../src/engine/models/estimate-tokens";
import { type EmbeddingPorts, embed } from "../../src/knowledge/embeddings";
import { indexDocument } from "../../src/knowledge/index-document";
import { searchKnowledge } from "../../src/knowledge/search-knowledge";
import { MODEL } from "../../src/limits";
import { createKnowledge, getKnowledge } from "../../src/store/knowledge/knowledge";
import { readUsage, setQuotas } from "../../src/store/projects/quotas";
import { upload } from "../core/token-bench";
import { call } from "../support/call";
import { modelPorts } from "../support/model-request";
import { makeProject } from "../support/project";

const signal = new AbortController().signal;
const db = env.DB;
const TEXT = "Refunds take five days. ".repeat(20).trim();
const TOKENS = estimateTokens(TEXT);

interface Bench {
  projectId: string;
  /** Requests that the model was sent. */
  asked: () => number;
  put: (id: string, text: string) => ReturnType<typeof indexDocument>;
  search: (query: string) => Promise<string[]>;
  used: () => Promise<number>;
}

/** @param isBroken Whether the model refuses what it is asked. */
async function makeBench(quota: number | undefined, isBroken = false): Promise<Bench> {
  const { id: projectId } = await makeProject();
  const embedding = { providerId: "openai", modelId: "played" };
  let asked = 0;
  const ports: EmbeddingPorts = {
    ...modelPorts({}),
    spend: (tokens) => embeddingPorts(env, projectId).spend(tokens),
    fetch: async (request, init) => {
      asked += 1;
      if (isBroken) {
        return Response.json({ error: { message: "bad key" } }, { status: 401 });
      }
      const { input }: { input: string[] } = await new Request(request, init).json();
      return Response.json({ data: input.map((_, index) => ({ index, embedding: [1, 2] })) });
    },
  };
  await setQuotas(db, projectId, { tokens: quota });
  await createKnowledge(db, projectId, { name: "faq", description: null, embedding, nowMs: 1 });
  return {
    projectId,
    asked: () => asked,
    async put(id, text) {
      const knowledge = await getKnowledge(db, projectId, "faq");
      if (!knowledge.ok) {
        throw new Error("no knowledge");
      }
      const document = { id, text, tags: [], timestampMs: 0, fileId: null, sourceUrl: null };
      return indexDocument(db, knowledge.value, document, ports, signal);
    },
    async search(query) {
      const sought = { query, knowledge: ["faq"], topK: 5, includeTags: [], excludeTags: [] };
      const answer = await searchKnowledge(db, projectId, sought, ports, signal);
      if (!answer.ok) {
        throw new Error(answer.failure.kind);
      }
      return answer.value.rankedBy;
    },
    async used() {
      const nowMs = Date.now();
      const day = new Date(nowMs).toISOString().slice(0, 10);
      const { usage } = await readUsage(db, projectId, { nowMs, range: { from: day, to: day } });
      return usage.tokens.used;
    },
  };
}

describe("tokens of texts that are embedded", () => {
  it("are counted, those of documents and of questions", async ({ expect }) => {
    const bench = await makeBench(undefined);
    expect((await bench.put("one", TEXT)).ok).toBe(true);
    expect(await bench.used()).toBe(TOKENS);
    expect(await bench.search("How long?")).toEqual(["words", "meaning"]);
    expect(await bench.used()).toBe(TOKENS + estimateTokens("How long?"));
  });

  it("end with the quota: documents are refused, questions are asked by words", async ({
    expect,
  }) => {
    const bench = await makeBench(TOKENS + 1);
    await bench.put("one", TEXT);
    const asked = bench.asked();
    const refused = await bench.put("two", TEXT);
    expect(refused).toMatchObject({ ok: false, failure: { kind: "quota_exceeded" } });
    expect(await bench.search("How long?")).toEqual(["words"]);
    expect([bench.asked(), await bench.used()]).toEqual([asked, TOKENS]);
  });

  it("are none where the model fails", async ({ expect }) => {
    const bench = await makeBench(TOKENS, true);
    expect(await bench.put("one", TEXT)).toMatchObject({ failure: { kind: "unavailable" } });
    expect([bench.asked(), await bench.used()]).toEqual([1, 0]);
  });

  it("are those of the requests that the model answered, where it refuses another", async ({
    expect,
  }) => {
    const spent: number[] = [];
    const ports: EmbeddingPorts = {
      ...modelPorts({}),
      spend: async (tokens) => {
        spent.push(tokens);
      },
      fetch: async (request, init) => {
        const { input }: { input: string[] } = await new Request(request, init).json();
        return input.includes("refused")
          ? Response.json({ error: { message: "no" } }, { status: 400 })
          : Response.json({ data: input.map((_, index) => ({ index, embedding: [1, 2] })) });
      },
    };
    const texts = [...Array.from({ length: MODEL.embedBatchTexts }, () => "read"), "refused"];
    const model = { providerId: "openai", modelId: "played" };
    await expect(embed(model, texts, ports, signal)).rejects.toMatchObject({
      code: "provider_error",
    });
    const each = [estimateTokens("read"), estimateTokens("refused")] as const;
    expect(spent).toEqual([each[0] * MODEL.embedBatchTexts + each[1], -each[1]]);
  });

  it("are not spent again where a file is attached once more", async ({ expect }) => {
    const { id, key } = await makeProject();
    const { json: thread } = await call("/openai/v1/threads", { key, json: {} });
    const attachments = [
      { file_id: `file-${await upload(key, TEXT)}`, tools: [{ type: "file_search" }] },
    ];
    const attach = () =>
      call(`/openai/v1/threads/${thread.id}/messages`, {
        key,
        json: { role: "user", content: "How long?", attachments },
      });
    const documents = `SELECT status FROM knowledge_documents WHERE knowledge_number =
      (SELECT number FROM knowledge WHERE project_id = '${id}')`;
    expect((await attach()).status).toBe(200);
    await db
      .prepare(
        documents
          .replace("SELECT status FROM", "UPDATE")
          .replace("WHERE", "SET status = 'indexed', work_at_ms = NULL WHERE"),
      )
      .run();
    expect((await attach()).status).toBe(200);
    expect((await db.prepare(documents).all()).results).toEqual([{ status: "indexed" }]);
  });
});
