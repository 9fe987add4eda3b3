/** Refusals that say what was meant, or who may: in the words of each dialect. */
import { beforeAll, it } from "vitest";

import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";

const threads = "/api/sdk/threads";
let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

it("says to a token that keys alone may call, and names the field that was meant", async ({
  expect,
}) => {
  const minted = await call("/api/sdk/tokens", {
    key: project.key,
    json: { end_user_id: "ada" },
  });
  const refused = await call("/api/sdk/keys", { key: minted.json.token });
  expect(refused.json.error.message).toBe(
    "This call needs a key: a session token may not make it.",
  );
  const body = { metdata: {}, message: [], colour: "red" };
  const unknown = await Promise.all([
    call(threads, { key: project.key, json: body }),
    call("/v1/threads", { key: project.key, json: { agentid: "x" } }),
    call("/openai/v1/threads?limt=2", { key: project.key }),
  ]);
  const [ours, metorial, openai] = unknown.map(({ json }) => json);
  expect(ours.error.message).toBe(
    "metdata is not a known field (did you mean metadata?). message is not a known field (did you mean messages?). colour is not a known field.",
  );
  expect(metorial.errors.at(-1)).toEqual({
    code: "invalid",
    message: "is not a known field (did you mean agent_id?)",
    path: ["agentid"],
  });
  expect(openai.error.message).toBe("Unknown parameter: 'limt'. Did you mean 'limit'?");
});

it.for([
  ["/api/sdk/thread", "/api/sdk/threads"],
  ["/api/sdk/threads/x/mesages/", "/api/sdk/threads/x/messages"],
  ["/files", "/api/sdk/files"],
])("says of the path %s that %s may be meant", async ([path, meant], { expect }) => {
  const refused = await call(path ?? "", { key: project.key });
  expect(refused.status).toBe(404);
  expect(refused.text).toContain(`Did you mean ${meant}?`);
});

it.for([
  ["/v1/assistants", " Did you mean /openai/v1/assistants?"],
  ["/assistants", " Did you mean /openai/v1/assistants?"],
  ["/v1/chat/completions", " Only the Assistants API is served here, at /openai/v1."],
])("answers %s to clients of OpenAI in their words", async ([path, hint], { expect }) => {
  const { status, json } = await call(`${path}`, { key: project.key, json: {} });
  const message = `Invalid URL (POST ${path}).${hint}`;
  expect(status).toBe(404);
  expect(json).toEqual({
    error: { message, type: "invalid_request_error", param: null, code: null },
  });
});
