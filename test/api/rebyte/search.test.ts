/** Filters and text search over HTTP, and that whatever writes a message makes it findable. */
import { beforeAll, describe, it } from "vitest";

import { type Call, call } from "../../support/call";
import { type TestProject, makeProject } from "../../support/project";

let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

function sdk(path: string, options: Call = {}) {
  return call(`/api/sdk${path}`, { key: project.key, ...options });
}

async function ids(query: string): Promise<string[]> {
  const listed = await sdk(`/threads?${query}`);
  return listed.json.list.map((thread: { id: string }) => thread.id);
}

describe("GET /threads", () => {
  it("finds threads by words of their first, later and generated messages", async ({ expect }) => {
    const json = { messages: [{ role: "user", content: "Where is Ouagadougou?" }] };
    const { id } = (await sdk("/threads", { json })).json;
    await sdk(`/threads/${id}/messages`, { json: { role: "user", content: "And Antananarivo?" } });
    const actions = [
      { name: "INPUT", type: "input" },
      { name: "OUTPUT", type: "output", spec: { value: "Ask in Reykjavík." } },
    ];
    const tool = `/p/${project.id}/a`;
    const made = await sdk(tool, { json: { name: "atlas", actions } });
    const inputs = [{ messages: [{ role: "user", content: "Is Ulaanbaatar near?" }] }];
    await sdk(`${tool}/${made.json.tool.id}/r`, { json: { inputs, thread_id: id } });
    for (const word of ["ouagadougou", "antananarivo", "reykjavik", "ulaanbaatar"]) {
      expect(await ids(`q=${word}`)).toEqual([id]);
      const found = await sdk(`/threads/${id}/messages?q=${word}`);
      expect(found.json.list).toHaveLength(1);
    }
    expect(await ids("q=Timbuktu")).toEqual([]);
  });

  it("sifts by metadata, moments, agent and words together, page by page", async ({ expect }) => {
    const made: string[] = [];
    for (const mark of ["a", "b", "a", "a"]) {
      const messages = [{ role: "user", content: `Sifted ${mark}` }];
      made.push((await sdk("/threads", { json: { metadata: { mark }, messages } })).json.id);
    }
    const now = Math.floor(Date.now() / 1000);
    const all = `q=sifted&metadata[mark]=a&created_at[gte]=${now - 60}&updated_at[lt]=${now + 60}`;
    expect(await ids(`${all}&order=asc`)).toEqual([made[0], made[2], made[3]]);
    expect(await ids(`${all}&limit=1&after=${made[3]}`)).toEqual([made[2]]);
    expect(await ids(`${all}&agent_id=nobody`)).toEqual([]);
    expect(await ids(`q=sifted&created_at[gt]=${now + 60}`)).toEqual([]);
  });

  it.for([
    ["q=", ["q"]],
    [`q=${"x".repeat(257)}`, ["q"]],
    ["created_at[near]=1", ["created_at", "near"]],
    ["created_at[gt]=yesterday", ["created_at", "gt"]],
    ["created_at=5", ["created_at"]],
    ["text=a", ["text"]],
  ] as const)("refuses %s by its path", async ([query, path], { expect }) => {
    const refused = await sdk(`/threads?${query}`);
    expect(refused.status).toBe(400);
    expect(refused.json.error.issues[0].path).toEqual(path);
  });

  it("takes any text for words", async ({ expect }) => {
    for (const text of ['"', "a OR (", "NEAR(", "*", "{terms}:a", "@_a", "' --", "🎉"]) {
      const found = await sdk(`/threads?q=${encodeURIComponent(text)}`);
      expect(found.status).toBe(200);
    }
  });
});
