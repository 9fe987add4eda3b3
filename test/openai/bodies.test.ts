/** What a body of OpenAI's dialect is refused for: message, code and `param` in OpenAI's manner. */
import { beforeAll, describe, it } from "vitest";

import { METADATA } from "../../src/domain/metadata";
import { REQUEST } from "../../src/limits";
import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";

const V1 = "/openai/v1";

let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

const post = (path: string, json: unknown) => call(V1 + path, { key: project.key, json });
const get = (path: string) => call(V1 + path, { key: project.key });
const sendAs = (body: string, type: string) =>
  call(`${V1}/threads`, { key: project.key, body, headers: { "Content-Type": type } });

describe("a body", () => {
  const tooMany = Object.fromEntries(
    Array.from({ length: METADATA.maxPairs + 1 }, (_, index) => [`k${index}`, "v"]),
  );

  it.for<[string, string, unknown, { message: string; code: string; param: string | null }]>([
    [
      "an unknown field",
      "/threads",
      { file_ids: [] },
      { message: "Unknown parameter: 'file_ids'.", code: "unknown_parameter", param: "file_ids" },
    ],
    [
      "a missing field",
      "/threads",
      { messages: [{ role: "user" }] },
      {
        message: "Missing required parameter: 'messages[0].content'.",
        code: "missing_required_parameter",
        param: "messages[0].content",
      },
    ],
    [
      "a wrong type",
      "/threads",
      { metadata: [] },
      {
        message: "Invalid type for 'metadata': expected an object, but got an array instead.",
        code: "invalid_type",
        param: "metadata",
      },
    ],
    [
      "a content that is neither a string nor parts",
      "/threads",
      { messages: [{ role: "user", content: 5 }] },
      {
        message:
          "Invalid type for 'messages[0].content': expected a string or an array, but got a number instead.",
        code: "invalid_type",
        param: "messages[0].content",
      },
    ],
    [
      "another role",
      "/threads",
      { messages: [{ role: "system", content: "x" }] },
      {
        message: "Invalid value: 'system'. Supported values are: 'user' and 'assistant'.",
        code: "invalid_value",
        param: "messages[0].role",
      },
    ],
    [
      "another type of part",
      "/threads",
      { messages: [{ role: "user", content: [{ type: "text" }] }] },
      {
        message: "Missing required parameter: 'messages[0].content[0].text'.",
        code: "missing_required_parameter",
        param: "messages[0].content[0].text",
      },
    ],
    [
      "a type of part that there is not",
      "/threads",
      { messages: [{ role: "user", content: [{ type: "audio", audio: {} }] }] },
      {
        message:
          "Invalid value: 'audio'. Supported values are: 'text', 'image_url', and 'image_file'.",
        code: "invalid_value",
        param: "messages[0].content[0].type",
      },
    ],
    [
      "a part without its type",
      "/threads",
      { messages: [{ role: "user", content: [{ text: "x" }] }] },
      {
        message: "Missing required parameter: 'messages[0].content[0].type'.",
        code: "missing_required_parameter",
        param: "messages[0].content[0].type",
      },
    ],
    [
      "a choice of tools in another word",
      "/threads/runs",
      { assistant_id: "asst_x", tool_choice: "sometimes" },
      {
        message:
          "Invalid value: 'sometimes'. Supported values are: 'none', 'auto', and 'required'.",
        code: "invalid_value",
        param: "tool_choice",
      },
    ],
    [
      "a form of answer in another word",
      "/assistants",
      { model: "offline", response_format: "json" },
      {
        message: "Invalid value: 'json'. Supported values are: 'auto'.",
        code: "invalid_value",
        param: "response_format",
      },
    ],
    [
      "no words at all",
      "/threads",
      { messages: [{ role: "user", content: " " }] },
      {
        message: "Invalid 'messages[0].content': must not be empty.",
        code: "invalid_value",
        param: "messages[0].content",
      },
    ],
    [
      "17 pairs of metadata",
      "/threads",
      { metadata: tooMany },
      {
        message:
          "Invalid 'metadata': too many properties. Expected an object with at most 16 properties, but got an object with 17 properties instead.",
        code: "object_above_max_properties",
        param: "metadata",
      },
    ],
    [
      "a long value of metadata",
      "/threads",
      { metadata: { k: "v".repeat(695) } },
      {
        message:
          "Invalid 'metadata.k': string too long. Expected a string with maximum length 512, but got a string with length 695 instead.",
        code: "string_above_max_length",
        param: "metadata.k",
      },
    ],
    [
      "files for a tool that is not served",
      "/threads",
      { tool_resources: { code_interpreter: { file_ids: ["file-x"] } } },
      {
        message: "code_interpreter runs Python, which this server does not. Remove it.",
        code: "unsupported_tool",
        param: "tool_resources.code_interpreter.file_ids[0]",
      },
    ],
  ])("is refused for %s", async ([, path, json, error], { expect }) => {
    const refused = await post(path, json);
    expect([refused.status, refused.json.error]).toMatchObject([
      400,
      { ...error, type: "invalid_request_error" },
    ]);
  });

  it("may hold null where a field is optional", async ({ expect }) => {
    const made = await post("/threads", { messages: null, metadata: null, tool_resources: null });
    expect([made.status, made.json.metadata]).toEqual([200, {}]);
    const cleared = await post("/threads", { metadata: { a: "b" } });
    const path = `/threads/${cleared.json.id}`;
    expect((await post(path, {})).json.metadata).toEqual({ a: "b" });
    expect((await post(path, { metadata: null })).json.metadata).toEqual({});
  });

  it("may hold an empty list of files of a tool that is not served, as old replies do", async ({
    expect,
  }) => {
    const resources = { code_interpreter: { file_ids: [] } };
    expect((await post("/threads", { tool_resources: resources })).status).toBe(200);
  });

  it("is JSON, and not too long", async ({ expect }) => {
    const xml = await sendAs("<a/>", "text/xml");
    expect([xml.status, xml.json.error.type]).toEqual([415, "invalid_request_error"]);
    const long = await sendAs(" ".repeat(REQUEST.jsonMaxBytes + 1), "application/json");
    expect([long.status, long.json.error.type]).toEqual([413, "invalid_request_error"]);
    const pretty = await sendAs('{\n  "metadata": {\n    "a": "b"\n  }\n}', "application/json");
    expect(pretty.json.metadata).toEqual({ a: "b" });
  });
});

it("quotes a cursor as it was sent, names what include[] takes, and counts one as one", async ({
  expect,
}) => {
  const thread = await post("/threads", {});
  const lost = await get(`/threads/${thread.json.id}/messages?after=msg_${"a".repeat(24)}`);
  expect(lost.json.error.message).toBe(
    `Invalid 'after': names nothing that this list holds: "msg_${"a".repeat(24)}".`,
  );
  const path = `/threads/${thread.json.id}/runs/run_x/steps?include[]=all`;
  const included = (await get(path)).json.error;
  expect(included.message).toBe(
    "Invalid value: 'all'. Supported values are: 'step_details.tool_calls[*].file_search.results[*].content'.",
  );
  const outputs = await post(`/threads/${thread.json.id}/runs/run_x/submit_tool_outputs`, {
    tool_outputs: [],
  });
  expect(outputs.json.error.message).toBe(
    "Invalid 'tool_outputs': must be at least 1 element long.",
  );
});

function named(name: string) {
  return { type: "function", function: { name } };
}

it("refuses a choice of a function that is not among the tools", async ({ expect }) => {
  const assistant = await post("/assistants", { model: "offline", tools: [named("look")] });
  const run = (name: string) =>
    post("/threads/runs", { assistant_id: assistant.json.id, tool_choice: named(name) });
  expect((await run("look")).status).toBe(200);
  const refused = await run("lok");
  expect([refused.status, refused.json.error]).toMatchObject([
    400,
    {
      message:
        "Invalid value for 'tool_choice': no function named 'lok' was specified in the 'tools' parameter.",
      param: "tool_choice",
      code: "invalid_value",
    },
  ]);
});
