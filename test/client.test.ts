import { exports } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { createClient } from "../src/client";
import { type TestProject, makeProject } from "./support/project";

let project: TestProject;
let bobbin: ReturnType<typeof createClient>;

beforeAll(async () => {
  project = await makeProject();
  bobbin = createClient("https://bobbin.test", project.key, {
    fetch: (input: string | URL | Request, init?: RequestInit) =>
      exports.default.fetch(new Request(input, init)),
  });
});

describe("the typed client", () => {
  it("makes a thread, adds a message, and reads both back as their types say", async ({
    expect,
  }) => {
    const { threads } = bobbin.api.sdk;
    const made = await threads.$post({ json: { metadata: { user: "ada" } } });
    const thread = await made.json();
    expect(thread.metadata).toEqual({ user: "ada" });

    const param = { thread_id: thread.id };
    const json = { role: "user", content: "Hello" } as const;
    const added = await (await threads[":thread_id"].messages.$post({ param, json })).json();
    expect(added).toMatchObject({ thread_id: thread.id, ...json });

    const listed = await threads[":thread_id"].messages.$get({ param, query: { limit: "1" } });
    const { list } = await listed.json();
    expect(list).toEqual([added]);
  });

  it("runs a tool it has deployed", async ({ expect }) => {
    const tools = bobbin.api.sdk.p[":project_id"].a;
    const param = { project_id: project.id };
    const deployed = await tools.$post({
      param,
      json: {
        name: "echo",
        actions: [
          { name: "INPUT", type: "input" },
          { name: "OUTPUT", type: "output" },
        ],
      },
    });
    const { tool } = await deployed.json();
    const ran = await bobbin.api.sdk.p[":project_id"].a[":tool_id"].r.$post({
      param: { ...param, tool_id: tool.id },
      json: { inputs: [{ a: 1 }] },
    });
    const { run } = await ran.json();
    expect(run.results?.[0]?.[0]?.value).toEqual({ a: 1 });
  });

  it("does not compile with what the API would refuse", async ({ expect }) => {
    const refused = await bobbin.api.sdk.threads.$post({
      // @ts-expect-error -- metadata are strings
      json: { metadata: { user: 1 } },
    });
    expect(refused.status).toBe(400);
  });
});
