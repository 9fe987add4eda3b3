/** Proves that knowledge goes out and comes back equal, and is found there as it was. */
import { env } from "cloudflare:workers";
import { it } from "vitest";

import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";

function ask({ id, key }: TestProject, path: string, json: object, method = "POST") {
  return call(`/api/sdk/p/${id}/knowledge${path}`, { key, method, json });
}

function put(project: TestProject, id: string, text: string, tags: string[]) {
  return ask(project, `/handbook/d/${id}`, { text, tags }, "PUT");
}

async function search(project: TestProject, query: string, include_tags: string[] = []) {
  return (await ask(project, "/handbook/search", { query, include_tags })).json.hits;
}

function takeIn({ key }: TestProject, body: string) {
  const headers = { "Content-Type": "application/x-ndjson" };
  return call("/api/sdk/import", { key, body, headers });
}

it("brings knowledge into another project: found alike, by words and tags, and equal again", async ({
  expect,
}) => {
  const [source, target] = [await makeProject(), await makeProject()];
  await ask(source, "", { name: "handbook" });
  const looms = Array.from({ length: 400 }, (_, n) => `Loom ${n} has a shuttle. `).join("");
  await put(source, "looms", looms, ["machine"]);
  await put(source, "bobbins", "A bobbin is wound with 絹の糸.", ["thread", "小さい"]);
  // Its passages come behind the others' now; its place among the documents stays.
  await put(source, "looms", `${looms} Loom 401 is broken.`, ["machine"]);
  await env.DB.prepare(
    `INSERT INTO knowledge_vectors (passage_seq, vector) SELECT first_passage, 'AQID'
     FROM knowledge_documents WHERE id = 'bobbins' AND knowledge_number =
       (SELECT number FROM knowledge WHERE project_id = ?)`,
  )
    .bind(source.id)
    .run();
  const exported = await call("/api/sdk/export", { key: source.key });
  expect(exported.text).toContain('"vector":"AQID"');
  const taken = (await takeIn(target, exported.text)).json;
  expect(taken.imported).toMatchObject({ knowledge: 1, knowledge_documents: 2 });
  expect(taken.imported.knowledge_passages).toBeGreaterThan(8);
  const again: object = (await takeIn(target, exported.text)).json.imported;
  expect(new Set(Object.values(again))).toEqual(new Set([0]));
  const questions: [query: string, found: number, tags?: string[]][] = [
    ["broken", 1],
    ["糸", 1],
    ["bobbin", 1, ["小さい"]],
    ["bobbin", 0, ["machine"]],
  ];
  for (const [query, found, tags] of questions) {
    const hits = await search(source, query, tags);
    expect([query, hits.length]).toEqual([query, found]);
    expect(await search(target, query, tags)).toEqual(hits);
  }
  const back = await call("/api/sdk/export", { key: target.key });
  expect(back.text).toBe(exported.text);
  // What is put afterwards takes no other's place.
  await put(source, "new", "A new page.", []);
  await put(target, "new", "A new page.", []);
  expect(await search(target, "broken")).toEqual(await search(source, "broken"));
  expect(await search(target, "page")).toHaveLength(1);
});
