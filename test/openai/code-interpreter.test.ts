import { createExecutionContext } from "cloudflare:test";
/** What becomes of `code_interpreter`, as the deployment's setting says. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { app } from "../../src/app";
import { type TestProject, makeProject } from "../support/project";

const PYTHON = "code_interpreter runs Python, which this server does not. Remove it";
const TOOLS = [{ type: "code_interpreter" }];
const FILES = { code_interpreter: { file_ids: ["file-x"] } };

let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

/** A call of a Worker with this setting; of the variable where it is undefined, nothing is set. */
async function post(setting: string | undefined, path: string, body: object) {
  const request = new Request(`https://bobbin.test/openai/v1${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${project.key}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const bindings = setting === undefined ? env : { ...env, CODE_INTERPRETER: setting };
  const response = await app.fetch(request, bindings, createExecutionContext());
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
  const json: any = await response.json();
  return { status: response.status, json };
}

const assistant = (setting: string | undefined, more: object = {}) =>
  post(setting, "/assistants", { model: "offline", ...more });

describe("unset, `code_interpreter` is refused by name", () => {
  it.for([
    ["in an assistant's tools", undefined, { tools: TOOLS }, "tools[0].type"],
    ["under a setting that is none", "python", { tools: TOOLS }, "tools[0].type"],
    [
      "behind other tools",
      undefined,
      { tools: [{ type: "file_search" }, ...TOOLS] },
      "tools[1].type",
    ],
  ] as const)("%s", async ([, setting, more, param], { expect }) => {
    const { status, json } = await assistant(setting, more);
    expect([status, json.error]).toMatchObject([
      400,
      {
        message: `${PYTHON}, or set CODE_INTERPRETER=javascript.`,
        type: "invalid_request_error",
        code: "unsupported_tool",
        param,
      },
    ]);
  });

  it("in a change, in a run's tools and in its choice", async ({ expect }) => {
    const { json: made } = await assistant(undefined);
    const changed = await post(undefined, `/assistants/${made.id}`, { tools: TOOLS });
    const own = await post(undefined, "/threads/runs", { assistant_id: made.id, tools: TOOLS });
    const forced = await post("declared", "/threads/runs", {
      assistant_id: made.id,
      tools: TOOLS,
      tool_choice: { type: "code_interpreter" },
    });
    const refused = [changed, own, forced].map(({ status, json }) => [status, json.error.param]);
    expect(refused).toEqual([
      [400, "tools[0].type"],
      [400, "tools[0].type"],
      [400, "tool_choice.type"],
    ]);
  });
});

describe("declared, it", () => {
  it("is shown, is not offered, and each run says so", async ({ expect }) => {
    const { json: made } = await assistant("declared", { tools: TOOLS });
    expect(made.tools).toEqual(TOOLS);
    const { json: run } = await post("declared", "/threads/runs", {
      assistant_id: made.id,
      metadata: { a: "b" },
    });
    expect([run.tools, run.metadata]).toEqual([
      TOOLS,
      { a: "b", bobbin_code_interpreter: "not offered" },
    ]);
    const { json: other } = await post("declared", "/threads/runs", {
      assistant_id: made.id,
      tools: [],
    });
    expect([other.tools, other.metadata]).toEqual([[], {}]);
  });
});

describe("as JavaScript, it", () => {
  it("is a tool like any, and is given no files", async ({ expect }) => {
    const { json: made } = await assistant("javascript", { tools: TOOLS });
    expect(made.tools).toEqual(TOOLS);
    const { json: run } = await post("javascript", "/threads/runs", { assistant_id: made.id });
    expect([run.tools, run.metadata]).toEqual([TOOLS, {}]);
    const { status, json } = await assistant("javascript", { tool_resources: FILES });
    expect([status, json.error.message, json.error.param]).toEqual([
      400,
      `${PYTHON}.`,
      "tool_resources.code_interpreter.file_ids[0]",
    ]);
  });
});
