import { beforeAll, describe, it } from "vitest";

import { call } from "../../support/call";
import { type TestProject, makeProject } from "../../support/project";

const ACTIONS = [
  { name: "INPUT", type: "input" },
  { name: "OUTPUT", type: "output", spec: { value: "hello" } },
];

let project: TestProject;
let stranger: TestProject;
let agentId: string;
let actorId: string;

beforeAll(async () => {
  [project, stranger] = await Promise.all([makeProject(), makeProject()]);
  agentId = await makeAgent(project);
  const actor = await call("/v1/actors", {
    key: project.key,
    json: { name: "John Doe", type: "user", metadata: { email: "john@example.com" } },
  });
  actorId = actor.json.id;
});

async function makeAgent({ id, key }: TestProject): Promise<string> {
  const made = await call(`/api/sdk/p/${id}/a`, {
    key,
    json: { name: "support desk", actions: ACTIONS },
  });
  return `agent_${made.json.tool.id}`;
}

function makeThread(body: Record<string, unknown> = {}) {
  return call("/v1/threads", { key: project.key, json: { agent_id: agentId, ...body } });
}

describe("POST /v1/threads", () => {
  it("makes the documented thread, with all its keys", async ({ expect }) => {
    const made = await makeThread({
      actor_id: actorId,
      language: "en",
      country: "US",
      timezone: "Asia/Tokyo",
    });
    expect(made.status).toBe(200);
    const time = expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
    expect(made.json).toEqual({
      id: expect.stringMatching(/^thread_[\w-]{21}$/),
      agent_id: agentId,
      instance_id: `instance_${project.id}`,
      timezone: { code: "Asia/Tokyo", utc: "+09:00", utc_offset_in_minutes: 540 },
      country: { code: "US" },
      language: { code: "en" },
      metadata: {},
      participants: [
        {
          id: actorId,
          name: "John Doe",
          type: "user",
          metadata: { email: "john@example.com" },
          created_at: time,
          updated_at: time,
          role: "read_write",
          joined_at: time,
          thread_id: made.json.id,
        },
      ],
      created_at: time,
      updated_at: time,
    });
  });

  it("takes the published call as curl sends it: JSON under a form's content type", async ({
    expect,
  }) => {
    const made = await call("/v1/threads", {
      key: project.key,
      body: `{\n"agent_id": "${agentId}",\n"actor_id": "${actorId.replace("act_", "actor_")}",\n"language": "en"\n}`,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    });
    expect([made.status, made.json.language]).toEqual([200, { code: "en" }]);
  });

  it("takes a form, bare ids, and the path without a version", async ({ expect }) => {
    const made = await call("/threads", {
      key: project.key,
      body: `agent_id=${agentId.slice("agent_".length)}&country=de&metadata[plan]=gold`,
      headers: { "Content-Type": "application/x-www-form-urlencoded" },
    });
    expect(made.status).toBe(200);
    expect([made.json.country, made.json.metadata]).toEqual([{ code: "DE" }, { plan: "gold" }]);
  });

  it.for([
    ["language", "english", "must be a BCP 47 language tag"],
    ["country", "EU", "must be an ISO 3166-1"],
    ["timezone", "+05:30", "must be an IANA time zone"],
    ["colour", "red", "is not a known field"],
  ])("refuses %s %j with its path", async ([field, value, message], { expect }) => {
    const refused = await makeThread({ [field ?? ""]: value });
    expect(refused.status).toBe(400);
    expect(refused.json).toMatchObject({
      __typename: "error",
      ok: false,
      status: 400,
      code: "invalid_data",
      entity: "body",
      errors: [{ path: [field], message: expect.stringContaining(message ?? "") }],
    });
  });

  it("needs an agent, and an actor, of the same project", async ({ expect }) => {
    const foreign = await makeAgent(stranger);
    const tries = await Promise.all([
      makeThread({ agent_id: foreign }),
      makeThread({ agent_id: `agent_${"0".repeat(20)}` }),
      makeThread({ actor_id: "act_V1StGXR8_Z5jdHi6B-myT" }),
    ]);
    expect(tries.map(({ status, json }) => [status, json.code, json.entity])).toEqual([
      [404, "not_found", "agent"],
      [404, "not_found", "agent"],
      [404, "not_found", "actor"],
    ]);
  });
});

describe("one thread in two dialects", () => {
  it("is read, changed and deleted in either", async ({ expect }) => {
    const made = await makeThread({ metadata: { plan: "gold" } });
    const path = `/api/sdk/threads/${made.json.id.slice("thread_".length)}`;
    expect((await call(path, { key: project.key })).json.metadata).toEqual({ plan: "gold" });
    await call(path, { key: project.key, json: { metadata: { plan: "silver" } } });
    const read = await call(`/v1/threads/${made.json.id}`, { key: project.key });
    expect(read.json.metadata).toEqual({ plan: "silver" });
    const gone = await call(`/v1/threads/${made.json.id}`, { key: project.key, method: "DELETE" });
    expect([gone.status, gone.json]).toEqual([200, read.json]);
    expect((await call(path, { key: project.key })).status).toBe(404);
  });

  it("shows what the other dialect made, its own fields null", async ({ expect }) => {
    const made = await call("/api/sdk/threads", { key: project.key, json: {} });
    const read = await call(`/v1/threads/thread_${made.json.id}`, { key: project.key });
    expect(read.json).toMatchObject({
      agent_id: null,
      timezone: null,
      country: null,
      language: null,
      metadata: {},
      participants: [],
    });
  });
});

describe("PUT and PATCH /v1/threads/{id}", () => {
  it("replace the metadata, and change nothing without it", async ({ expect }) => {
    const made = await makeThread({ metadata: { a: "1", b: "2" } });
    const path = `/v1/threads/${made.json.id}`;
    const put = await call(path, {
      key: project.key,
      method: "PUT",
      json: { metadata: { other: "Additional metadata" } },
    });
    expect(put.json.metadata).toEqual({ other: "Additional metadata" });
    const patched = await call(path, { key: project.key, method: "PATCH", json: {} });
    expect(patched.json).toEqual(put.json);
  });
});

describe("GET /v1/threads", () => {
  it("pages from the oldest both ways and by cursor", async ({ expect }) => {
    const { key, id } = await makeProject();
    const agent = await makeAgent({ key, id, number: 0 });
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) {
      const made = await call("/v1/threads", { key, json: { agent_id: agent } });
      ids.push(made.json.id);
    }
    const list = async (query: string) => {
      const { json } = await call(`/v1/threads?limit=2${query}`, { key });
      return [json.items.map((item: { id: string }) => item.id), json.pagination];
    };
    expect(await list("")).toEqual([
      ids.slice(0, 2),
      { has_more_after: true, has_more_before: false },
    ]);
    expect(await list(`&cursor=${ids[1]}`)).toEqual([
      ids.slice(2, 4),
      { has_more_after: true, has_more_before: true },
    ]);
    expect(await list(`&after=${ids[3]}`)).toEqual([
      ids.slice(4),
      { has_more_after: false, has_more_before: true },
    ]);
    expect(await list(`&before=${ids[3]}`)).toEqual([
      ids.slice(1, 3),
      { has_more_after: true, has_more_before: true },
    ]);
    expect(await list("&order=desc")).toEqual([
      ids.toReversed().slice(0, 2),
      { has_more_after: true, has_more_before: false },
    ]);
  });

  it("filters by ids in each of their spellings", async ({ expect }) => {
    const [a, b] = await Promise.all([makeThread(), makeThread(), makeThread()]);
    const [first, second] = [a?.json.id, b?.json.id];
    for (const query of [
      `id[]=${first}&id[]=${second}`,
      `id[0]=${first}&id[1]=${second}`,
      `id=${first}&id=${second}`,
    ]) {
      const { json } = await call(`/v1/threads?${query}`, { key: project.key });
      const listed = new Set(json.items.map((item: { id: string }) => item.id));
      expect(listed, query).toEqual(new Set([first, second]));
    }
  });

  it("filters by time, agent, participant and metadata, all of them together", async ({
    expect,
  }) => {
    const made = await makeThread({ actor_id: actorId, metadata: { mark: "filtered" } });
    const before = new Date(Date.parse(made.json.created_at) - 1).toISOString();
    const all = `agent_id=${agentId}&participant_id=${actorId}&metadata[mark]=filtered`;
    const found = await call(`/v1/threads?${all}&created_at[gt]=${before}`, { key: project.key });
    expect(found.json.items.map((item: { id: string }) => item.id)).toEqual([made.json.id]);
    const none = await call(`/v1/threads?${all}&created_at[lt]=${before}`, { key: project.key });
    expect(none.json.items).toEqual([]);
  });

  it.for([
    "colour=red",
    "created_at[near]=2026-01-01T00:00:00Z",
    "created_at[gt]=yesterday",
    "limit=0",
    "order=up",
    "cursor=thread_nowhere",
  ])("refuses ?%s", async (query, { expect }) => {
    const refused = await call(`/v1/threads?${query}`, { key: project.key });
    expect([refused.status, refused.json.code, refused.json.entity]).toEqual([
      400,
      "invalid_data",
      "query",
    ]);
  });
});

describe("what is not there", () => {
  it("answers another project's thread like one that never was", async ({ expect }) => {
    const made = await makeThread();
    const [foreign, never] = await Promise.all(
      [made.json.id, "thread_V1StGXR8_Z5jdHi6B-myT"].map(async (id) => {
        const { status, text } = await call(`/v1/threads/${id}`, { key: stranger.key });
        return [status, text.replaceAll(id, "…")];
      }),
    );
    expect(foreign).toEqual(never);
    expect(foreign?.[0]).toBe(404);
  });

  it.for([
    ["GET", "/v1/nothing", 404, "not_found"],
    ["GET", "/threads/a/b/c", 404, "not_found"],
    ["DELETE", "/v1/actors", 405, "method_not_allowed"],
    ["POST", "/agents", 405, "method_not_allowed"],
  ] as const)("answers %s %s with %i %s", async ([method, path, status, code], { expect }) => {
    const refused = await call(path, { key: project.key, method });
    expect([refused.status, refused.json]).toMatchObject([
      status,
      { __typename: "error", ok: false, status, code },
    ]);
  });

  it("asks for a key in its own words", async ({ expect }) => {
    const refused = await call("/v1/threads");
    expect([refused.status, refused.json.code]).toEqual([401, "unauthorized"]);
  });

  it("tells broken JSON and a foreign content type apart", async ({ expect }) => {
    const [broken, foreign] = await Promise.all([
      call("/v1/threads", { key: project.key, body: "{" }),
      call("/v1/threads", {
        key: project.key,
        body: "<xml/>",
        headers: { "Content-Type": "application/xml" },
      }),
    ]);
    expect([broken.json.code, broken.json.reason]).toEqual(["bad_request", "invalid_json_body"]);
    expect(foreign.json.reason).toBe("unsupported_content_type");
  });
});

describe("actors and agents", () => {
  it("lists and gets actors, by type", async ({ expect }) => {
    const made = await call("/v1/actors", {
      key: project.key,
      json: { name: "Robot", type: "assistant" },
    });
    const listed = await call("/v1/actors?type=assistant", { key: project.key });
    expect(listed.json.items).toEqual([made.json]);
    expect((await call(`/v1/actors/${made.json.id}`, { key: project.key })).json).toEqual(
      made.json,
    );
    expect((await call(`/v1/actors/${made.json.id}`, { key: stranger.key })).status).toBe(404);
  });

  it("shows a tool as an agent with the version that is live", async ({ expect }) => {
    const id = agentId.slice("agent_".length);
    await call(`/api/sdk/p/${project.id}/a/${id}/v`, {
      key: project.key,
      json: { actions: ACTIONS },
    });
    const agent = await call(`/v1/agents/${agentId}`, { key: project.key });
    expect(agent.json).toMatchObject({
      id: agentId,
      slug: "support-desk",
      name: "support desk",
      current_release: { id: `rel_${id}-1`, agent_id: agentId, version: 1 },
    });
    const listed = await call("/v1/agents", { key: project.key });
    expect(listed.json.items).toEqual([agent.json]);
  });
});
