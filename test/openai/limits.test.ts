/** At each limit of a request what it names is taken, and one beyond it is refused by name. */
import { beforeAll, describe, it } from "vitest";

import { MESSAGE } from "../../src/limits";
import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";

const V1 = "/openai/v1";
/** OpenAI's. */
const MAX_TOOLS = 128;
const MAX_INSTRUCTIONS = 256_000;

let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

const post = (path: string, json: unknown) => call(V1 + path, { key: project.key, json });
const toolsOf = (count: number) =>
  Array.from({ length: count }, (_, n) => ({ type: "function", function: { name: `f${n}` } }));
const said = (content: unknown) => ({ messages: [{ role: "user", content }] });
const texts = (count: number) => Array.from({ length: count }, () => ({ type: "text", text: "x" }));
const pairs = (count: number, key = "k", value = "v") =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${key}${n}`, value]));

describe("a request", () => {
  it.for<[string, string, (more: number) => object, string]>([
    [
      "functions",
      "/assistants",
      (more) => ({ model: "offline", tools: toolsOf(MAX_TOOLS + more) }),
      "tools",
    ],
    [
      "instructions",
      "/assistants",
      (more) => ({ model: "offline", instructions: "i".repeat(MAX_INSTRUCTIONS + more) }),
      "instructions",
    ],
    [
      "a name",
      "/assistants",
      (more) => ({ model: "offline", name: "n".repeat(256 + more) }),
      "name",
    ],
    [
      "a description",
      "/assistants",
      (more) => ({ model: "offline", description: "d".repeat(512 + more) }),
      "description",
    ],
    [
      "a message's text",
      "/threads",
      (more) => said("m".repeat(MESSAGE.contentMaxBytes + more)),
      "messages[0].content",
    ],
    [
      "a message's text beyond ASCII",
      "/threads",
      (more) => said("é".repeat(MESSAGE.contentMaxBytes / 2 + more)),
      "messages[0].content",
    ],
    [
      "a message's parts",
      "/threads",
      (more) => said(texts(MESSAGE.maxParts + more)),
      "messages[0].content",
    ],
    [
      "a thread's messages",
      "/threads",
      (more) => ({
        messages: Array.from({ length: MESSAGE.maxPerCreate + more }, () => said("x").messages[0]),
      }),
      "messages",
    ],
    ["metadata", "/threads", (more) => ({ metadata: pairs(16 + more) }), "metadata"],
    [
      "a key of metadata",
      "/threads",
      (more) => ({ metadata: pairs(1, "k".repeat(63 + more)) }),
      "metadata",
    ],
    [
      "a value of metadata",
      "/threads",
      (more) => ({ metadata: pairs(1, "k", "v".repeat(512 + more)) }),
      "metadata.k0",
    ],
    [
      "a store's days",
      "/vector_stores",
      (more) => ({ expires_after: { anchor: "last_active_at", days: 365 + more } }),
      "expires_after.days",
    ],
  ])("takes %s up to the limit", async ([, path, body, param], { expect }) => {
    const taken = await post(path, body(0));
    expect([taken.status, taken.json.error]).toEqual([200, undefined]);
    const refused = await post(path, body(1));
    expect([refused.status, refused.json.error.type]).toEqual([400, "invalid_request_error"]);
    expect(refused.json.error.param).toContain(param);
  });

  it.for<[string, object]>([
    ["an empty text", said("")],
    ["a blank one", said(" \n ")],
    ["no part", said([])],
    ["a part without text", said([{ type: "text", text: "" }])],
    ["a number", said(7)],
  ])("whose message says %s is refused", async ([, body], { expect }) => {
    const refused = await post("/threads", body);
    expect([refused.status, refused.json.error.param]).toEqual([
      400,
      expect.stringContaining("messages[0].content"),
    ]);
  });

  it("has a model that is offered all its functions", async ({ expect }) => {
    const tools = toolsOf(MAX_TOOLS);
    const { json: made } = await post("/assistants", { model: "offline", tools });
    expect(made.tools).toHaveLength(MAX_TOOLS);
    const run = await post("/threads/runs", {
      assistant_id: made.id,
      thread: said("Hi"),
      stream: true,
    });
    expect(run.text).toContain("event: thread.run.completed");
  });
});
