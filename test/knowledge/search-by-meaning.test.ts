/** Passages found by vectors. The model is played over `fetch`: texts on one subject point one way. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import type { KnowledgeQuery } from "../../src/domain/knowledge";
import type { EmbeddingPorts } from "../../src/knowledge/embeddings";
import { indexDocument } from "../../src/knowledge/index-document";
import { searchKnowledge } from "../../src/knowledge/search-knowledge";
import { createKnowledge, getKnowledge } from "../../src/store/knowledge/knowledge";
import { modelPorts } from "../support/model-request";
import { makeProject } from "../support/project";

const signal = new AbortController().signal;
const db = env.DB;
const SUBJECTS = [/dog|puppy|hound/iu, /car|vehicle|engine/iu, /rain|weather|storm/iu];
const DIMENSIONS = 64;

/** Each subject is a corner of the space; a text's length shakes it a little. */
function vectorOf(text: string): number[] {
  const subject = SUBJECTS.findIndex((pattern) => pattern.test(text));
  return Array.from(
    { length: DIMENSIONS },
    (_, index) => (index % 4 === subject ? 1 : -0.2) + Math.sin(index * text.length) / 10,
  );
}

/** @param sameAs What the model named `other` takes every text for. */
function playedModel(sameAs?: string): EmbeddingPorts & { asked: string[][] } {
  const asked: string[][] = [];
  return {
    ...modelPorts({}),
    asked,
    fetch: async (input, init) => {
      const body: { input: string[]; model: string } = await new Request(input, init).json();
      asked.push(body.input);
      return Response.json({
        object: "list",
        model: "played",
        data: body.input.map((text, index) => ({
          object: "embedding",
          index,
          embedding: vectorOf(body.model === "other" ? (sameAs ?? text) : text),
        })),
        usage: { prompt_tokens: 1, total_tokens: 1 },
      });
    },
  };
}

function brokenModel(): EmbeddingPorts {
  return {
    ...modelPorts({}),
    fetch: async () => Response.json({ error: { message: "bad key" } }, { status: 401 }),
  };
}

const embedding = { providerId: "openai", modelId: "played" };
let projectId = "";
beforeAll(async () => {
  projectId = (await makeProject()).id;
});

async function put(
  name: string,
  id: string,
  text: string,
  ports: EmbeddingPorts,
  tags: string[] = [],
) {
  const knowledge = await getKnowledge(db, projectId, name);
  if (!knowledge.ok) {
    throw new Error(name);
  }
  const document = { id, text, tags, timestampMs: 0, fileId: null, sourceUrl: null };
  return indexDocument(db, knowledge.value, document, ports, signal);
}

async function search(
  names: string[],
  query: string,
  ports: EmbeddingPorts,
  more: Partial<KnowledgeQuery> = {},
) {
  const asked = { query, knowledge: names, topK: 10, includeTags: [], excludeTags: [], ...more };
  const answer = await searchKnowledge(db, projectId, asked, ports, signal);
  if (!answer.ok) {
    throw new Error(answer.failure.kind);
  }
  const { hits, rankedBy } = answer.value;
  return { ids: hits.map(({ documentId }) => documentId), rankedBy };
}

async function makeKnowledge(name: string): Promise<void> {
  await createKnowledge(db, projectId, { name, description: null, embedding, nowMs: 1 });
}

describe("a knowledge with vectors", () => {
  beforeAll(async () => {
    await makeKnowledge("animals");
    const ports = playedModel();
    await put("animals", "hounds", "Hounds hunt foxes.", ports, ["old"]);
    await put("animals", "puppies", "A puppy plays all day.", ports, ["young"]);
    await put("animals", "engines", "Engines burn fuel.", ports);
    await put("animals", "storms", "A storm comes up.", ports);
  });

  it("finds by meaning what shares no word with the question", async ({ expect }) => {
    const { ids, rankedBy } = await search(["animals"], "dogs", playedModel());
    expect(rankedBy).toEqual(["words", "meaning"]);
    expect(ids.slice(0, 2).toSorted()).toEqual(["hounds", "puppies"]);
  });

  it("puts first what both rankings find", async ({ expect }) => {
    const { ids } = await search(["animals"], "Which dog plays?", playedModel());
    expect(ids[0]).toBe("puppies");
  });

  it("looks only into documents that the filter lets through", async ({ expect }) => {
    const played = playedModel();
    expect(await search(["animals"], "dogs", played, { includeTags: ["old"] })).toMatchObject({
      ids: ["hounds"],
    });
    const { ids } = await search(["animals"], "dogs", played, { excludeTags: ["old"] });
    expect(ids).not.toContain("hounds");
    expect(await search(["animals"], "dogs", played, { fromMs: 1 })).toMatchObject({ ids: [] });
  });

  it("is searched by words alone where its provider fails", async ({ expect }) => {
    expect(await search(["animals"], "dogs hunt", brokenModel())).toEqual({
      ids: ["hounds"],
      rankedBy: ["words"],
    });
  });

  it("is fused with one without vectors, and the model is asked once", async ({ expect }) => {
    const name = "plain";
    await createKnowledge(db, projectId, { name, description: null, embedding: null, nowMs: 1 });
    await put("plain", "walks", "Dogs need walks.", brokenModel());
    const played = playedModel();
    const { ids } = await search([], "dogs", played);
    expect(ids).toEqual(expect.arrayContaining(["walks", "hounds", "puppies"]));
    expect(played.asked).toEqual([["dogs"]]);
  });
});

describe("knowledge of two models", () => {
  it("is each compared with its own model's vectors alone", async ({ expect }) => {
    const [name, ofPlayed] = ["of another model", "of the played model"];
    // All that the other is asked points as a hound does.
    const other = playedModel("hound");
    await createKnowledge(db, projectId, {
      name,
      description: null,
      embedding: { ...embedding, modelId: "other" },
      nowMs: 1,
    });
    await makeKnowledge(ofPlayed);
    await put(name, "weather", "Weather needs nobody.", other);
    await put(ofPlayed, "dogs", "A dog needs walks.", playedModel());
    const asked = { query: "needs rain", knowledge: [name, ofPlayed], topK: 10 };
    const answer = await searchKnowledge(
      db,
      projectId,
      { ...asked, includeTags: [], excludeTags: [] },
      other,
      signal,
    );
    const hits = answer.ok ? answer.value.hits : [];
    const similarityOf = (id: string) =>
      hits.find(({ documentId }) => documentId === id)?.similarity ?? -1;
    // By its own model rain is unlike dogs, by the other all is alike.
    expect(similarityOf("dogs")).toBeLessThan(0.5);
    expect(similarityOf("weather")).toBeGreaterThan(0.9);
  });
});

describe("a document of a knowledge with vectors", () => {
  it("is not written where the provider fails", async ({ expect }) => {
    await makeKnowledge("failing");
    expect(await put("failing", "a", "Dogs.", brokenModel())).toMatchObject({
      ok: false,
      failure: { kind: "unavailable", message: expect.stringMatching(/401|key/u) },
    });
    const knowledge = await getKnowledge(db, projectId, "failing");
    expect(knowledge).toMatchObject({ ok: true, value: { documentCount: 0, passageCount: 0 } });
  });

  it("has each passage embedded once, in batches, and its old vectors go with it", async ({
    expect,
  }) => {
    await makeKnowledge("large");
    const played = playedModel();
    await put("large", "a", "A storm comes up in the night. ".repeat(5000), played);
    const passages = played.asked.flat().length;
    expect(passages).toBeGreaterThan(150);
    expect(played.asked.length).toBe(Math.ceil(passages / 100));
    await put("large", "a", "Dogs.", played);
    const left = await db
      .prepare(
        `SELECT (SELECT count(*) FROM knowledge_vectors WHERE passage_seq >> 32 = k.number) AS vectors,
           (SELECT count(*) FROM knowledge_sketches WHERE passage_seq >> 32 = k.number) AS sketches
         FROM knowledge k WHERE project_id = ? AND name = 'large'`,
      )
      .bind(projectId)
      .first();
    expect(left).toEqual({ vectors: 1, sketches: 1 });
  });
});
