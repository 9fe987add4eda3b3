/**
 * Documents indexed and found again, on a real D1. The model behind vectors is played: see
 * `support/openai-wire`.
 */
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import type { KnowledgeQuery } from "../../src/domain/knowledge";
import { indexDocument } from "../../src/knowledge/index-document";
import { searchKnowledge } from "../../src/knowledge/search-knowledge";
import { KNOWLEDGE } from "../../src/limits";
import { deleteKnowledge } from "../../src/store/knowledge/delete-knowledge";
import { createKnowledge, getKnowledge } from "../../src/store/knowledge/knowledge";
import {
  deleteDocument,
  getDocument,
  listDocuments,
} from "../../src/store/knowledge/knowledge-documents";
import { modelPorts } from "../support/model-request";
import { makeProject } from "../support/project";

const signal = new AbortController().signal;
const db = env.DB;
let projectId = "";
let count = 0;

beforeAll(async () => {
  projectId = (await makeProject()).id;
});

/** A fresh knowledge with these documents. */
async function makeKnowledge(documents: Record<string, string> = {}, project = projectId) {
  const name = `knowledge-${++count}`;
  await createKnowledge(db, project, { name, description: null, embedding: null, nowMs: 1 });
  for (const [id, text] of Object.entries(documents)) {
    await put(name, { id, text }, project);
  }
  return name;
}

interface Put {
  id: string;
  text: string;
  tags?: string[];
  timestampMs?: number;
}

async function put(name: string, document: Put, project = projectId) {
  const knowledge = await getKnowledge(db, project, name);
  if (!knowledge.ok) {
    throw new Error(name);
  }
  const { id, text, tags = [], timestampMs = 0 } = document;
  const sourced = { id, text, tags, timestampMs, fileId: null, sourceUrl: null };
  return indexDocument(db, knowledge.value, sourced, modelPorts({}), signal);
}

async function search(name: string, query: string, more: Partial<KnowledgeQuery> = {}) {
  const asked = { query, knowledge: [name], topK: 10, includeTags: [], excludeTags: [], ...more };
  const answer = await searchKnowledge(db, projectId, asked, modelPorts({}), signal);
  return answer.ok ? answer.value.hits : answer.failure;
}

async function found(name: string, query: string, more: Partial<KnowledgeQuery> = {}) {
  const hits = await search(name, query, more);
  return Array.isArray(hits) ? hits.map(({ documentId }) => documentId) : hits;
}

describe("a search", () => {
  it("finds a passage with its place in the document, its tags and its score", async ({
    expect,
  }) => {
    const name = await makeKnowledge();
    await put(name, { id: "faq", text: "  Refunds take five days.\n", tags: ["billing"] });
    expect(await search(name, "When is my refund paid? Five days?")).toEqual([
      {
        documentId: "faq",
        fileId: null,
        text: "Refunds take five days.",
        score: expect.any(Number),
        offset: 2,
        tags: ["billing"],
        sourceUrl: null,
        similarity: null,
        attributes: null,
      },
    ]);
  });

  it("puts first what answers more of the question", async ({ expect }) => {
    const name = await makeKnowledge({
      hours: "We are open from nine to five. The shop is closed on Sundays.",
      returns: "You may return the goods within thirty days. The shop pays the postage.",
      party: "The shop had its summer party.",
    });
    const ranked = await found(name, "Who pays the postage of goods that I return to the shop?");
    expect(ranked).toHaveLength(3);
    expect(ranked).toHaveProperty("0", "returns");
    expect(await found(name, "return postage")).toEqual(["returns"]);
  });

  it.for([
    ["Chinese", "你好，我想申请退款。谢谢！", "退款", "如何退款？"],
    ["Japanese", "東京都の天気は晴れです。", "東京の天気", "天気"],
    ["Korean", "환불은 학교에서 신청합니다.", "학교", "환불 신청"],
    ["Thai", "ฉันต้องการขอเงินคืนสำหรับคำสั่งซื้อนี้", "เงินคืน", "คำสั่งซื้อ"],
    ["Arabic", "مَرْحَبًا بالعالم، هذه سياسة الاسترجاع", "مرحبا", "الاسترجاع"],
    ["Russian", "Возврат денег занимает пять дней.", "ВОЗВРАТ", "дни возврата"],
    ["French", "Le délai de remboursement est de cinq jours à l'école.", "REMBOURSEMENTS", "ecole"],
    ["Hindi", "धनवापसी में पाँच दिन लगते हैं।", "धनवापसी", "दिन"],
  ])("finds %s text, whatever case and accents", async ([, text, ...queries], { expect }) => {
    const name = await makeKnowledge({
      right: text ?? "",
      wrong: "Something else entirely: 其他.",
    });
    for (const query of queries) {
      expect(await found(name, query)).toEqual(["right"]);
    }
  });

  it("of nothing but punctuation, or of unknown words, finds nothing", async ({ expect }) => {
    const name = await makeKnowledge({ a: "Some text." });
    expect(await found(name, '"*() !? —')).toEqual([]);
    expect(await found(name, "")).toEqual([]);
    expect(await found(name, "xyzzy")).toEqual([]);
  });

  it("takes FTS5's operators and columns for plain words", async ({ expect }) => {
    const name = await makeKnowledge({ a: "Cats and dogs.", b: "Neither nor tags." });
    for (const query of [
      'tags : "dogs',
      "dogs OR",
      "NEAR(dogs",
      "dogs*",
      "-dogs ^",
      "dogs' --",
      "'; DROP TABLE",
    ]) {
      expect(await found(name, query)).toSatisfy(Array.isArray);
    }
    expect(await found(name, "cats AND NOT dogs")).toContain("a");
  });

  it("gives no more passages than asked for", async ({ expect }) => {
    const text = Array.from({ length: 40 }, (_, index) => `Sentence ${index} is about cats. `).join(
      "",
    );
    const name = await makeKnowledge({ a: text.repeat(5) });
    expect(await found(name, "cats", { topK: 3 })).toEqual(["a", "a", "a"]);
  });

  it("looks into all knowledge of the project where none is named", async ({ expect }) => {
    const project = (await makeProject()).id;
    await makeKnowledge({ one: "Zebras have stripes." }, project);
    await makeKnowledge({ two: "Zebras live in herds." }, project);
    const query = { query: "zebras", knowledge: [], topK: 9, includeTags: [], excludeTags: [] };
    const answer = await searchKnowledge(db, project, query, modelPorts({}), signal);
    expect(answer).toMatchObject({
      ok: true,
      value: { rankedBy: ["words"], hits: [{ documentId: "one" }, { documentId: "two" }] },
    });
  });

  it("names the knowledge that the project does not have", async ({ expect }) => {
    const stranger = (await makeProject()).id;
    const name = await makeKnowledge({ secret: "The password is swordfish." }, stranger);
    const unknown = { kind: "not_found", entity: "knowledge", id: name };
    expect(await search(name, "swordfish")).toEqual(unknown);
    expect(await search("never-was", "swordfish")).toEqual({ ...unknown, id: "never-was" });
  });

  it("scores alike whatever other projects hold", async ({ expect }) => {
    const documents = {
      a: "The quick brown fox.",
      b: "The lazy dog sleeps.",
      c: "The fox sleeps.",
    };
    const name = await makeKnowledge(documents);
    const before = await search(name, "the fox sleeps");
    const stranger = (await makeProject()).id;
    await makeKnowledge(
      Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`d${index}`, "fox fox fox"])),
      stranger,
    );
    expect(await search(name, "the fox sleeps")).toEqual(before);
  });
});

describe("tags and times", () => {
  let name = "";
  beforeAll(async () => {
    name = await makeKnowledge();
    await put(name, { id: "old", text: "Whales sing.", tags: ["sea", "x y"], timestampMs: 1000 });
    await put(name, { id: "new", text: "Whales dive.", tags: ["sea", "café"], timestampMs: 2000 });
    await put(name, { id: "bare", text: "Whales eat.", timestampMs: 3000 });
  });

  it.for<[string, Partial<KnowledgeQuery>, string[]]>([
    ["any of the included tags", { includeTags: ["x y", "café"] }, ["new", "old"]],
    ["none of the excluded tags", { excludeTags: ["x y"] }, ["bare", "new"]],
    ["both", { includeTags: ["sea"], excludeTags: ["café"] }, ["old"]],
    ["tags compared exactly", { includeTags: ["cafe"] }, []],
    ["at or after a time", { fromMs: 2000 }, ["bare", "new"]],
    ["before a time", { beforeMs: 2000 }, ["old"]],
    ["tags and times", { includeTags: ["sea"], fromMs: 1001, beforeMs: 9000 }, ["new"]],
  ])("let through documents with %s", async ([, filter, expected], { expect }) => {
    const ids = await found(name, "whales", filter);
    expect(Array.isArray(ids) ? ids.toSorted() : ids).toEqual(expected);
  });
});

describe("a document", () => {
  it("is replaced whole: its old passages are found no more", async ({ expect }) => {
    const name = await makeKnowledge({ doc: "Giraffes are tall. ".repeat(200), other: "Hippos." });
    await put(name, { id: "doc", text: "Elephants are heavy." });
    expect(await found(name, "giraffes")).toEqual([]);
    expect(await found(name, "elephants")).toEqual(["doc"]);
    const knowledge = await getKnowledge(db, projectId, name);
    expect(knowledge).toMatchObject({ ok: true, value: { documentCount: 2, passageCount: 2 } });
    expect(await leftOver(name)).toEqual({ passages: 2, indexed: 2 });
  });

  it("gives its whole text back", async ({ expect }) => {
    const text = ` Начало.\n\n${"Много слов в одном предложении. ".repeat(300)}\tконец 🎉 `;
    const name = await makeKnowledge({ doc: text });
    const read = await getDocument(db, projectId, { knowledge: name, id: "doc" });
    expect(read).toMatchObject({ ok: true, value: { id: "doc", length: text.length, text } });
  });

  it("deleted is gone with its passages and its terms", async ({ expect }) => {
    const name = await makeKnowledge({ doc: "Walruses. ".repeat(500), other: "Seals." });
    expect(await deleteDocument(db, projectId, { knowledge: name, id: "doc" })).toMatchObject({
      ok: true,
    });
    expect(await found(name, "walruses")).toEqual([]);
    expect(await leftOver(name)).toEqual({ passages: 1, indexed: 1 });
    expect(await deleteDocument(db, projectId, { knowledge: name, id: "doc" })).toMatchObject({
      ok: false,
      failure: { kind: "not_found", entity: "document" },
    });
  });

  it("of other projects is neither read, listed nor deleted", async ({ expect }) => {
    const stranger = (await makeProject()).id;
    const name = await makeKnowledge({ doc: "Mine." });
    const unknown = { ok: false, failure: { kind: "not_found", entity: "knowledge", id: name } };
    const address = { knowledge: name, id: "doc" };
    expect(await getDocument(db, stranger, address)).toEqual(unknown);
    expect(await deleteDocument(db, stranger, address)).toEqual(unknown);
    expect(await listDocuments(db, stranger, name, { limit: 9, order: "asc" })).toEqual(unknown);
    expect(await deleteKnowledge(db, stranger, name)).toEqual(unknown);
    expect(await found(name, "mine")).toEqual(["doc"]);
  });

  it("put by two at once is one of them, whole", async ({ expect }) => {
    const name = await makeKnowledge();
    const texts = ["Alpha particles. ".repeat(300), "Beta particles. ".repeat(200)];
    await Promise.all(texts.map((text) => put(name, { id: "doc", text })));
    const read = await getDocument(db, projectId, { knowledge: name, id: "doc" });
    const text = read.ok ? read.value.text : "";
    expect(texts).toContain(text);
    const passageCount = read.ok ? read.value.passageCount : 0;
    expect(await leftOver(name)).toEqual({ passages: passageCount, indexed: passageCount });
  });

  it("of the largest size is taken, and found by its last words", async ({ expect }) => {
    const filler = "Lorem ipsum dolor sit amet, consectetur. ";
    const text = filler.repeat(Math.floor((KNOWLEDGE.documentMaxBytes - 20) / filler.length));
    const name = await makeKnowledge({ big: `${text}Quintessence.` });
    const [hit] = [await search(name, "quintessence")].flat();
    expect(hit).toMatchObject({
      documentId: "big",
      text: expect.stringMatching(/Quintessence\.$/u),
    });
    const larger = await put(name, {
      id: "larger",
      text: "x".repeat(KNOWLEDGE.documentMaxBytes + 1),
    });
    expect(larger).toMatchObject({ ok: false, failure: { kind: "too_large" } });
  });

  it("written into a knowledge that is deleted meanwhile is written nowhere", async ({
    expect,
  }) => {
    const name = await makeKnowledge();
    const knowledge = await getKnowledge(db, projectId, name);
    await deleteKnowledge(db, projectId, name);
    const document = {
      id: "a",
      text: "Late.",
      tags: [],
      timestampMs: 0,
      fileId: null,
      sourceUrl: null,
    };
    const late = knowledge.ok
      ? await indexDocument(db, knowledge.value, document, modelPorts({}), signal)
      : null;
    expect(late).toMatchObject({ ok: false, failure: { entity: "knowledge" } });
  });
});

describe("a knowledge", () => {
  it("deleted is gone with all its documents, and its name is free", async ({ expect }) => {
    const name = await makeKnowledge({ a: "Ants.", b: "Bees." });
    const { number } = await numberOf(name);
    expect(await deleteKnowledge(db, projectId, name)).toEqual({ ok: true, value: { name } });
    expect(await passagesOf(number)).toEqual({ passages: 0, indexed: 0 });
    const again = { name, description: null, embedding: null, nowMs: 2 };
    expect(await createKnowledge(db, projectId, again)).toMatchObject({ ok: true });
    expect(await found(name, "ants")).toEqual([]);
  });

  it("of a name that is taken is a conflict, in this project alone", async ({ expect }) => {
    const name = await makeKnowledge();
    const again = { name, description: null, embedding: null, nowMs: 2 };
    expect(await createKnowledge(db, projectId, again)).toMatchObject({
      ok: false,
      failure: { kind: "conflict" },
    });
    const stranger = (await makeProject()).id;
    expect(await createKnowledge(db, stranger, again)).toMatchObject({ ok: true });
  });

  it("lists its documents page by page in the order of their writing", async ({ expect }) => {
    const name = await makeKnowledge({ a: "1", b: "2", c: "3" });
    await put(name, { id: "a", text: "again" });
    const page = await listDocuments(db, projectId, name, { limit: 2, order: "asc" });
    expect(page).toMatchObject({
      ok: true,
      value: { items: [{ id: "a" }, { id: "b" }], hasMoreAfter: true },
    });
    const rest = await listDocuments(db, projectId, name, { limit: 2, order: "asc", after: "b" });
    expect(rest).toMatchObject({ ok: true, value: { items: [{ id: "c" }], hasMoreAfter: false } });
  });
});

async function numberOf(name: string): Promise<{ number: number }> {
  const knowledge = await getKnowledge(db, projectId, name);
  return { number: knowledge.ok ? knowledge.value.number : -1 };
}

async function leftOver(name: string) {
  return passagesOf((await numberOf(name)).number);
}

/** Rows under the numbers of this knowledge's passages, in the table and in the index. */
async function passagesOf(number: number) {
  const [passages, indexed] = await Promise.all(
    [
      "SELECT count(*) AS n FROM knowledge_passages WHERE seq >> 32 = ?",
      "SELECT count(*) AS n FROM knowledge_index WHERE rowid >> 32 = ?",
    ].map((sql) => db.prepare(sql).bind(number).first<number>("n")),
  );
  return { passages, indexed };
}
