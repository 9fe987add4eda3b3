import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { KNOWLEDGE } from "../../../src/limits";
import { type Call, call } from "../../support/call";
import { type TestProject, makeKey, makeProject } from "../../support/project";

let project: TestProject;
let stranger: TestProject;
let count = 0;

beforeAll(async () => {
  [project, stranger] = await Promise.all([makeProject(), makeProject()]);
});

function knowledge(path = "", options: Call = {}, { id, key } = project) {
  return call(`/api/sdk/p/${id}/knowledge${path}`, { key, ...options });
}

async function makeKnowledge(documents: Record<string, string> = {}, of = project) {
  const name = `kb-${++count}`;
  await knowledge("", { json: { name } }, of);
  for (const [id, text] of Object.entries(documents)) {
    await knowledge(`/${name}/d/${id}`, { method: "PUT", json: { text } }, of);
  }
  return name;
}

describe("POST /p/{project_id}/knowledge", () => {
  it("creates an empty knowledge base", async ({ expect }) => {
    const made = await knowledge("", { json: { name: "handbook", description: "For staff." } });
    expect(made.status).toBe(200);
    expect(made.json).toEqual({
      knowledge: {
        name: "handbook",
        description: "For staff.",
        document_count: 0,
        waiting_count: 0,
        failed_count: 0,
        passage_count: 0,
        created_at: expect.closeTo(Date.now() / 1000, -1),
      },
    });
    expect((await knowledge("/handbook")).json).toEqual(made.json);
    expect((await knowledge()).json.knowledge).toContainEqual(made.json.knowledge);
  });

  it.for([
    ["no name", {}, ["name"]],
    ["a name that no path can hold", { name: "a/b" }, ["name"]],
    ["an empty name", { name: "" }, ["name"]],
    ["a name of 129 characters", { name: "x".repeat(129) }, ["name"]],
    ["an unknown field", { name: "a", smell: 1 }, ["smell"]],
    [
      "a provider without embeddings",
      { name: "a", embedding: { provider_id: "offline", model_id: "m" } },
      ["embedding", "provider_id"],
    ],
  ] as const)("refuses %s by its path", async ([, json, path], { expect }) => {
    const refused = await knowledge("", { json });
    expect(refused.status).toBe(400);
    expect(refused.json.error).toMatchObject({ type: "invalid_request_error", issues: [{ path }] });
  });

  it("takes a name of 128 characters", async ({ expect }) => {
    expect((await knowledge("", { json: { name: "x".repeat(128) } })).status).toBe(200);
  });

  it("refuses an embedding model that cannot be asked, and makes nothing", async ({ expect }) => {
    const embedding = { provider_id: "openai", model_id: "text-embedding-3-small" };
    const refused = await knowledge("", { json: { name: "vectors", embedding } });
    expect(refused.status).toBe(400);
    expect(refused.json.error).toMatchObject({ issues: [{ path: ["embedding"] }] });
    expect((await knowledge("/vectors")).status).toBe(404);
  });

  it("refuses a name that is taken", async ({ expect }) => {
    const name = await makeKnowledge();
    const again = await knowledge("", { json: { name } });
    expect(again.status).toBe(409);
    expect(again.json.error.type).toBe("conflict_error");
  });
});

describe("PUT …/{name}/d/{document_id}", () => {
  it("takes a text, and GET gives it back", async ({ expect }) => {
    const name = await makeKnowledge();
    const text = "Refunds take five days.\n\nShipping takes two.";
    const json = { text, tags: ["billing"], timestamp: 1_700_000_000_000 };
    const put = await knowledge(`/${name}/d/faq.md`, { method: "PUT", json });
    expect(put.status).toBe(200);
    expect(put.json).toEqual({
      document: {
        id: "faq.md",
        timestamp: 1_700_000_000_000,
        tags: ["billing"],
        attributes: {},
        status: "indexed",
        length: text.length,
        passage_count: 1,
        created_at: expect.closeTo(Date.now() / 1000, -1),
        updated_at: put.json.document.created_at,
      },
    });
    const read = await knowledge(`/${name}/d/faq.md`);
    expect(read.json).toEqual({ document: { ...put.json.document, text } });
    expect((await knowledge(`/${name}/d`)).json).toEqual({ documents: [put.json.document] });
  });

  it.for([
    ["no source", {}, []],
    ["two sources", { text: "a", file_id: "b" }, []],
    ["an unknown file", { file_id: "c0ffee" }, ["file_id"]],
    ["an address that is none", { source_url: "not a url" }, ["source_url"]],
    ["an address of another protocol", { source_url: "file:///etc/passwd" }, ["source_url"]],
    ["an address inside", { source_url: "http://169.254.169.254/latest" }, ["source_url"]],
    ["an address of its own", { source_url: "https://bobbin.test/health" }, ["source_url"]],
    ["a text that is none", { text: 7 }, ["text"]],
    ["a blank text", { text: " \n" }, ["text"]],
    ["too many tags", { text: "a", tags: Array.from({ length: 33 }, (_, i) => `t${i}`) }, ["tags"]],
    ["an empty tag", { text: "a", tags: [""] }, ["tags", 0]],
    ["a tag of 65 characters", { text: "a", tags: ["x".repeat(65)] }, ["tags", 0]],
    ["a timestamp that is no time", { text: "a", timestamp: "yesterday" }, ["timestamp"]],
    ["an unknown field", { text: "a", colour: "red" }, ["colour"]],
  ] as const)("refuses %s by its path", async ([, json, path], { expect }) => {
    const name = await makeKnowledge();
    const refused = await knowledge(`/${name}/d/a`, { method: "PUT", json });
    expect(refused.status).toBe(400);
    expect(refused.json.error.issues[0].path).toEqual(path);
    expect((await knowledge(`/${name}/d`)).json).toEqual({ documents: [] });
  });

  it("takes the text of a file, once for all documents", async ({ expect }) => {
    const name = await makeKnowledge();
    const form = new FormData();
    form.set("file", new File(["# Fees\n\nThe fee is <b>ten</b> euros.\n"], "fees.md"));
    const uploaded = await call("/api/sdk/files", { key: project.key, method: "POST", body: form });
    const { fileId } = uploaded.json;
    const put = await knowledge(`/${name}/d/fees`, { method: "PUT", json: { file_id: fileId } });
    expect(put.json.document).toMatchObject({ id: "fees", file_id: fileId });
    const found = await knowledge(`/${name}/search`, { json: { query: "how many euros" } });
    expect(found.json.hits).toMatchObject([{ document_id: "fees", file_id: fileId }]);
    const foreign = await makeKnowledge({}, stranger);
    const refused = await knowledge(
      `/${foreign}/d/fees`,
      { method: "PUT", json: { file_id: fileId } },
      stranger,
    );
    expect(refused.status).toBe(400);
  });

  it("takes an id of 128 safe characters and refuses others", async ({ expect }) => {
    const name = await makeKnowledge();
    const put = (id: string) =>
      knowledge(`/${name}/d/${id}`, { method: "PUT", json: { text: "a" } });
    expect((await put("x".repeat(128))).status).toBe(200);
    for (const id of ["x".repeat(129), "a%20b", "%2e%2e%2fa", "d%C3%A9j%C3%A0", ".hidden"]) {
      const refused = await put(id);
      expect(refused.status).toBe(400);
      expect(refused.json.error.issues[0].path).toEqual(["document_id"]);
    }
  });

  it("into a knowledge that is not there is a 404", async ({ expect }) => {
    const put = await knowledge("/nowhere/d/a", { method: "PUT", json: { text: "a" } });
    expect(put.status).toBe(404);
    expect(put.json.error.type).toBe("knowledge_not_found");
  });

  it("needs a key that may write", async ({ expect }) => {
    const name = await makeKnowledge();
    const reader = { ...project, key: await makeKey(project.id, { scopes: ["read"] }) };
    const put = await knowledge(`/${name}/d/a`, { method: "PUT", json: { text: "a" } }, reader);
    expect(put.status).toBe(403);
    expect((await knowledge(`/${name}`, {}, reader)).status).toBe(200);
  });
});

describe("POST …/{name}/search", () => {
  it("gives passages, best first, with where they stand", async ({ expect }) => {
    const name = await makeKnowledge({
      refunds: "Refunds take five days. They are paid to your card.",
      shipping: "Shipping takes two days.",
    });
    const found = await knowledge(`/${name}/search`, { json: { query: "refund to my card" } });
    expect(found.status).toBe(200);
    expect(found.json).toEqual({
      hits: [
        {
          document_id: "refunds",
          text: "Refunds take five days. They are paid to your card.",
          score: expect.any(Number),
          offset: 0,
          tags: [],
          attributes: {},
          source_url: null,
        },
      ],
      ranked_by: ["words"],
    });
  });

  it("sifts by tags and timestamp", async ({ expect }) => {
    const name = await makeKnowledge();
    const put = (id: string, json: object) =>
      knowledge(`/${name}/d/${id}`, { method: "PUT", json: { text: "Whales.", ...json } });
    await put("old", { tags: ["sea"], timestamp: 1000 });
    await put("new", { tags: ["sea", "draft"], timestamp: 2000 });
    const ids = async (json: object) => {
      const found = await knowledge(`/${name}/search`, { json: { query: "whales", ...json } });
      return found.json.hits.map((hit: { document_id: string }) => hit.document_id).toSorted();
    };
    expect(await ids({ include_tags: ["sea"] })).toEqual(["new", "old"]);
    expect(await ids({ exclude_tags: ["draft"] })).toEqual(["old"]);
    expect(await ids({ timestamp: { gte: 1001 } })).toEqual(["new"]);
    expect(await ids({ timestamp: { lt: 2000 } })).toEqual(["old"]);
  });

  it.for([
    ["no query", {}, ["query"]],
    ["top_k 0", { query: "a", top_k: 0 }, ["top_k"]],
    ["top_k 51", { query: "a", top_k: 51 }, ["top_k"]],
    ["a tag that is none", { query: "a", include_tags: [1] }, ["include_tags", 0]],
    ["a wrong range", { query: "a", timestamp: { from: 1 } }, ["timestamp", "from"]],
  ] as const)("refuses %s by its path", async ([, json, path], { expect }) => {
    const name = await makeKnowledge();
    const refused = await knowledge(`/${name}/search`, { json });
    expect(refused.status).toBe(400);
    expect(refused.json.error.issues[0].path).toEqual(path);
  });

  it("answers a query of any text, however long or odd", async ({ expect }) => {
    const name = await makeKnowledge({ a: "Some words." });
    const odd = [
      '"',
      "*",
      "a OR",
      "NEAR(a b)",
      "\u0001",
      "🎉",
      "words ".repeat(20_000),
      "{a} : b",
      "",
    ];
    for (const query of odd) {
      expect((await knowledge(`/${name}/search`, { json: { query } })).status).toBe(200);
    }
  });
});

describe("DELETE", () => {
  it("of a document leaves the others", async ({ expect }) => {
    const name = await makeKnowledge({ a: "Ants.", b: "Bees." });
    const deleted = await knowledge(`/${name}/d/a`, { method: "DELETE" });
    expect(deleted.json).toEqual({ message: "deleted", documentId: "a" });
    const again = await knowledge(`/${name}/d/a`, { method: "DELETE" });
    expect(again.status).toBe(404);
    expect(again.json.error.type).toBe("document_not_found");
    const left = await knowledge(`/${name}`);
    expect(left.json.knowledge).toMatchObject({ document_count: 1, passage_count: 1 });
  });

  it("of a knowledge takes its documents along", async ({ expect }) => {
    const name = await makeKnowledge({ a: "Ants." });
    expect((await knowledge(`/${name}`, { method: "DELETE" })).json).toEqual({
      message: "deleted",
      name,
    });
    expect((await knowledge(`/${name}/d/a`)).json.error.type).toBe("knowledge_not_found");
  });
});

describe("another project's knowledge", () => {
  it("answers in every call like one that never was", async ({ expect }) => {
    const name = await makeKnowledge({ secret: "The password is swordfish." }, stranger);
    const calls: [string, Call][] = [
      ["", {}],
      ["", { method: "DELETE" }],
      ["/search", { json: { query: "swordfish" } }],
      ["/d", {}],
      ["/d/secret", {}],
      ["/d/secret", { method: "PUT", json: { text: "Mine now." } }],
      ["/d/secret", { method: "DELETE" }],
    ];
    for (const [path, options] of calls) {
      const foreign = await knowledge(`/${name}${path}`, options);
      const absent = await knowledge(`/never-was${path}`, options);
      expect(foreign.status).toBe(404);
      expect({ ...foreign.json.error, request_id: "" }).toEqual({
        ...absent.json.error,
        message: absent.json.error.message.replace("never-was", name),
        request_id: "",
      });
    }
    const left = await knowledge(`/${name}/d/secret`, {}, stranger);
    expect(left.json.document.text).toBe("The password is swordfish.");
  });

  it("is out of reach by the other project's path as well", async ({ expect }) => {
    const listed = await knowledge("", {}, { ...stranger, key: project.key });
    expect(listed.status).toBe(404);
    expect(listed.json.error.type).toBe("project_not_found");
  });
});

it("a project has at most so many knowledge bases", async ({ expect }) => {
  const full = await makeProject();
  const make = (name: string) => knowledge("", { json: { name } }, full);
  await env.DB.prepare(
    `WITH RECURSIVE counted(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counted WHERE n < ?2)
     INSERT INTO knowledge (project_id, name, created_at_ms) SELECT ?1, 'kb-' || n, 0 FROM counted`,
  )
    .bind(full.id, KNOWLEDGE.maxPerProject - 1)
    .run();
  expect((await make("the-last")).status).toBe(200);
  expect((await make("one-too-many")).status).toBe(409);
  await env.DB.prepare("DELETE FROM knowledge WHERE project_id = ?").bind(full.id).run();
});

async function ask(config: object, question: string) {
  const actions = [
    { name: "INPUT", type: "input" },
    { name: "FIND", type: "knowledge", spec: { query: "{{ INPUT.question }}" }, config },
    { name: "OUTPUT", type: "output", spec: { value: "{{ FIND[0].text }}" } },
  ];
  const tool = `/api/sdk/p/${project.id}/a`;
  const made = await call(tool, { key: project.key, json: { name: "ask", actions } });
  const json = { inputs: [{ question }] };
  const run = await call(`${tool}/${made.json.tool.id}/r`, { key: project.key, json });
  return run.json.run;
}

describe("a tool with a knowledge action", () => {
  it("answers from the passages that it finds", async ({ expect }) => {
    const name = await makeKnowledge({ refunds: "Refunds take five days.", hours: "Open daily." });
    const run = await ask({ knowledge: [name], top_k: 1 }, "How long do refunds take?");
    expect(run.status.run).toBe("succeeded");
    expect(run.results[0][0].value).toEqual({
      role: "assistant",
      content: "Refunds take five days.",
    });
  });

  it("fails with the name of a knowledge that the project does not have", async ({ expect }) => {
    const name = await makeKnowledge({ a: "Secret." }, stranger);
    const run = await ask({ knowledge: [name] }, "secret");
    expect(run.status.run).toBe("errored");
    expect(JSON.stringify(run.traces)).toContain(`There is no knowledge named ${name}.`);
  });
});
