import { beforeAll, describe, it } from "vitest";

import { type Call, call } from "../../support/call";
import { type TestProject, makeProject } from "../../support/project";

let project: TestProject;
let stranger: TestProject;

beforeAll(async () => {
  [project, stranger] = await Promise.all([makeProject(), makeProject()]);
});

const INPUT = { name: "INPUT", type: "input" };
const OUTPUT = { name: "OUTPUT", type: "output" };
const HISTORY = { name: "HISTORY", type: "thread", config: { limit: 5 } };
const ECHO = [INPUT, OUTPUT];

function tools(path = "", options: Call = {}, { id, key } = project) {
  return call(`/api/sdk/p/${id}/a${path}`, { key, ...options });
}

async function createTool(of = project): Promise<string> {
  const made = await tools("", { json: { name: "echo", actions: ECHO } }, of);
  return made.json.tool.id;
}

describe("POST /p/{project_id}/a", () => {
  it("creates a tool whose version 1 is latest and live", async ({ expect }) => {
    const actions = [INPUT, HISTORY, OUTPUT];
    const made = await tools("", { json: { name: "chat", description: "Talks.", actions } });
    expect(made.status).toBe(200);
    expect(made.json).toEqual({
      tool: {
        id: expect.stringMatching(/^[0-9a-f]{20}$/),
        project_id: project.id,
        name: "chat",
        description: "Talks.",
        latest_version: 1,
        live_version: 1,
        default_version: "latest",
        created_at: expect.closeTo(Date.now() / 1000, -1),
        updated_at: made.json.tool.created_at,
      },
      version: 1,
      runs_without_version_use: "latest (v1)",
    });
    const { id } = made.json.tool;
    expect((await tools(`/${id}`)).json).toEqual({
      tool: made.json.tool,
      runs_without_version_use: "latest (v1)",
    });
    const version = await tools(`/${id}/v/1`);
    expect(version.json).toMatchObject({ tool_id: id, version: 1, actions });
  });

  it.for([
    ["no actions", [], ["actions"]],
    ["an action that is no object", [INPUT, "OUTPUT"], ["actions", 1]],
    ["an unknown type", [INPUT, { name: "A", type: "dance" }, OUTPUT], ["actions", 1, "type"]],
    ["a small-letter name", [INPUT, { name: "a", type: "output" }], ["actions", 1, "name"]],
    [
      "an unknown field of a config",
      [INPUT, { ...HISTORY, config: { smell: 1 } }, OUTPUT],
      ["actions", 1, "config", "smell"],
    ],
    ["a name used twice", [INPUT, HISTORY, HISTORY, OUTPUT], ["actions", 2, "name"]],
  ] as const)(
    "refuses %s, says where, and deploys nothing",
    async ([, actions, path], { expect }) => {
      const lonely = await makeProject();
      const refused = await tools("", { json: { name: "bad", actions } }, lonely);
      expect(refused.status).toBe(400);
      expect(refused.json.error.type).toBe("invalid_request_error");
      expect(refused.json.error.issues[0].path).toEqual(path);
      expect((await tools("", {}, lonely)).json).toEqual({ tools: [] });
    },
  );
});

function answering(value: number) {
  return [INPUT, { ...OUTPUT, spec: { value } }];
}

function use({ json }: { json: { runs_without_version_use: string } }): string {
  return json.runs_without_version_use;
}

describe("versions", () => {
  it("count 1, 2, 3, never change, and are live only when promoted", async ({ expect }) => {
    const id = await createTool();
    const second = await tools(`/${id}/v`, { json: { actions: [INPUT, HISTORY, OUTPUT] } });
    expect(second.json).toMatchObject({
      version: 2,
      tool: { latest_version: 2, live_version: 1 },
    });
    const third = await tools(`/${id}/v`, { json: { actions: ECHO, live: true } });
    expect(third.json).toMatchObject({ version: 3, tool: { latest_version: 3, live_version: 3 } });

    const rolledBack = await tools(`/${id}`, { json: { live_version: 2 } });
    expect(rolledBack.json.tool).toMatchObject({ latest_version: 3, live_version: 2 });
    const versionOf = async (name: string) => (await tools(`/${id}/v/${name}`)).json;
    expect((await versionOf("latest")).version).toBe(3);
    expect((await versionOf("live")).version).toBe(2);
    expect((await versionOf("live")).actions).toEqual([INPUT, HISTORY, OUTPUT]);
    expect((await versionOf("1")).actions).toEqual(ECHO);
    const { json } = await tools(`/${id}/v`);
    expect(json.versions).toMatchObject([
      { version: 3, live: false },
      { version: 2, live: true },
      { version: 1, live: false },
    ]);
    expect((await tools(`/${id}/v?limit=1&before=3`)).json.versions).toMatchObject([
      { version: 2 },
    ]);
  });

  it("get numbers of their own when many deploy at once", async ({ expect }) => {
    const id = await createTool();
    const deployed = await Promise.all(
      Array.from({ length: 8 }, () => tools(`/${id}/v`, { json: { actions: ECHO } })),
    );
    const numbers = deployed.map(({ json }) => json.version);
    expect(numbers.toSorted((a, b) => a - b)).toEqual([2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it("refuses to promote one that is not there, and changes nothing then", async ({ expect }) => {
    const id = await createTool();
    const refused = await tools(`/${id}`, { json: { name: "new", live_version: 2 } });
    expect(refused.status).toBe(400);
    expect(refused.json.error.issues).toEqual([
      { path: ["live_version"], message: "names no version of this tool, which has 1 to 1" },
    ]);
    expect((await tools(`/${id}`)).json.tool.name).toBe("echo");
  });

  it("are taken by runs that name none as the tool says, and each reply tells which", async ({
    expect,
  }) => {
    const made = await tools("", { json: { name: "counts", actions: answering(1) } });
    const { id } = made.json.tool;
    const answerOf = async (body: object = {}) => {
      const { json } = await tools(`/${id}/r`, { json: body });
      return json.run.results[0][0].value;
    };
    expect(use(await tools(`/${id}/v`, { json: { actions: answering(2), live: true } }))).toBe(
      "latest (v2)",
    );
    expect(use(await tools(`/${id}`, { json: { live_version: 1 } }))).toBe("latest (v2)");
    expect([await answerOf(), await answerOf({ version: "live" })]).toEqual([2, 1]);

    const changed = await tools(`/${id}`, { json: { default_version: "live" } });
    expect(changed.json).toMatchObject({
      tool: { latest_version: 2, live_version: 1, default_version: "live" },
      runs_without_version_use: "live (v1)",
    });
    expect([await answerOf(), await answerOf({ version: "latest" })]).toEqual([1, 2]);
    expect(use(await tools(`/${id}/v`, { json: { actions: answering(3) } }))).toBe("live (v1)");
    expect(use(await tools(`/${id}`, { json: { live_version: 3 } }))).toBe("live (v3)");
    expect(await answerOf()).toBe(3);
    expect((await tools(`/${id}/openapi.json`)).json.info.version).toBe("3");

    const refused = await tools(`/${id}`, { json: { default_version: 2 } });
    expect(refused.json.error.issues[0].path).toEqual(["default_version"]);
  });

  it.for(["2", "0", "-1", "1.5", "newest", "9999999999", "%00"])(
    "answers 404 for version %s",
    async (name, { expect }) => {
      const id = await createTool();
      const missing = await tools(`/${id}/v/${name}`);
      expect(missing.status).toBe(404);
      expect(missing.json.error.type).toBe("app_version_not_found");
    },
  );
});

describe("POST /p/{project_id}/a/{tool_id}", () => {
  it("renames, describes, and takes the description away", async ({ expect }) => {
    const id = await createTool();
    const named = await tools(`/${id}`, { json: { name: "n", description: "d" } });
    expect(named.json.tool).toMatchObject({ name: "n", description: "d" });
    const bare = await tools(`/${id}`, { json: { description: null } });
    expect(bare.json.tool).not.toHaveProperty("description");
    expect(bare.json.tool.name).toBe("n");
  });
});

describe("GET /p/{project_id}/a", () => {
  it("lists the newest first and pages", async ({ expect }) => {
    const lonely = await makeProject();
    const ids = [await createTool(lonely), await createTool(lonely), await createTool(lonely)];
    const listed = async (query: string) => {
      const { json } = await tools(query, {}, lonely);
      return json.tools.map((tool: { id: string }) => tool.id);
    };
    expect(await listed("")).toEqual(ids.toReversed());
    expect(await listed(`?limit=1&after=${ids[2]}`)).toEqual([ids[1]]);
  });
});

describe("DELETE /p/{project_id}/a/{tool_id}", () => {
  it("takes its versions along", async ({ expect }) => {
    const id = await createTool();
    const deleted = await tools(`/${id}`, { method: "DELETE" });
    expect(deleted.json).toEqual({ message: "deleted", toolId: id });
    for (const path of [`/${id}`, `/${id}/v`, `/${id}/v/1`]) {
      const gone = await tools(path);
      expect(gone.status).toBe(404);
      expect(gone.json.error.type).toBe("app_not_found");
    }
  });
});

describe("GET /p/{project_id}/a/{tool_id}/openapi.json", () => {
  it("describes the run call of this one tool, with its config as the example", async ({
    expect,
  }) => {
    const id = await createTool();
    await tools(`/${id}/v`, { json: { actions: [INPUT, HISTORY, OUTPUT] } });
    const { json } = await tools(`/${id}/openapi.json`);
    const path = `/api/sdk/p/${project.id}/a/${id}/r`;
    expect(json).toMatchObject({
      openapi: "3.1.1",
      info: { title: "echo", version: "2" },
      servers: [{ url: "https://bobbin.test" }],
    });
    expect(Object.keys(json.paths)).toEqual([path]);
    const runCall = json.paths[path].post;
    expect(runCall.requestBody.content["application/json"]).toMatchObject({
      schema: { $ref: "#/components/schemas/StartRun" },
      example: { version: 2, config: { HISTORY: { limit: 5 } } },
    });
    expect(runCall.parameters).toBeUndefined();
    expect(Object.keys(runCall.responses["200"].content)).toEqual([
      "application/json",
      "text/event-stream",
      "text/plain",
    ]);
    expect(Object.keys(json.components.securitySchemes)).toEqual(["apiKey", "sessionToken"]);
  });
});

describe("another project", () => {
  it("is as unknown as one that never was", async ({ expect }) => {
    const id = await createTool(stranger);
    const headers = { "X-Request-Id": "same" };
    const foreign = await tools(`/${id}`, { headers }, { ...stranger, key: project.key });
    const unknown = await tools(`/${id}`, { headers }, { ...project, id: "0".repeat(20) });
    expect(foreign.status).toBe(404);
    expect(foreign.json.error.type).toBe("project_not_found");
    const foreignText = foreign.text.replace(stranger.id, "0".repeat(20));
    expect(foreignText).toBe(unknown.text);
    expect((await tools(`/${id}`)).json.error.type).toBe("app_not_found");
  });
});

it("names the newest versions where one is asked for that is none", async ({ expect }) => {
  const id = await createTool();
  for (let version = 2; version <= 11; version += 1) {
    await tools(`/${id}/v`, { json: { actions: ECHO } });
  }
  const message =
    'There is no tool version "12" within your reach. The newest are 11, 10, 9, 8, 7, 6, 5, 4, 3, 2.';
  for (const refused of [
    await tools(`/${id}/v/12`),
    await tools(`/${id}/r`, { json: { version: 12 } }),
  ]) {
    expect([refused.status, refused.json.error.message]).toEqual([404, message]);
  }
});

it("warns of knowledge that is not there, and deploys", async ({ expect }) => {
  await call(`/api/sdk/p/${project.id}/knowledge`, { key: project.key, json: { name: "terms" } });
  const spec = { query: "x" };
  const actions = [
    INPUT,
    { name: "LOOK", type: "knowledge", spec, config: { knowledge: ["terms", "handbok"] } },
    OUTPUT,
  ];
  const warnings = ['Action LOOK: there is no knowledge "handbok" yet.'];
  const made = await tools("", { json: { name: "look", actions } });
  expect([made.status, made.json.warnings]).toEqual([200, warnings]);
  const deployed = await tools(`/${made.json.tool.id}/v`, { json: { actions } });
  expect([deployed.json.version, deployed.json.warnings]).toEqual([2, warnings]);
});
