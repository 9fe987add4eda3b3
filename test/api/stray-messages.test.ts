/** What stands in a run's inputs in the place of messages: refused where a thread would lose it. */
import { describe, it } from "vitest";

import type { ActionDefinition } from "../../src/domain/tool";
import { type Reply, call } from "../support/call";
import { makeProject } from "../support/project";
import { chatActions, makeTool } from "../support/tool";

async function makeBench(actions: readonly ActionDefinition[]) {
  const project = await makeProject();
  const tool = await makeTool(project.id, actions);
  const path = `/api/sdk/p/${project.id}/a/${tool}/r`;
  return (json: object): Promise<Reply> => call(path, { key: project.key, json });
}

const MESSAGES = ["inputs", 0, "messages"];
const A_LIST = 'must be a list of messages, such as [{"role": "user", "content": "…"}]';

describe("what a thread would not keep", () => {
  const stray: [unknown, (string | number)[], string][] = [
    [{ messages: "hi" }, MESSAGES, A_LIST],
    [{ messages: ["hi"] }, [...MESSAGES, 0], "must be an object, not a string"],
    [
      { messages: [{ role: "usr", content: "hi" }] },
      [...MESSAGES, 0, "role"],
      'must be one of "user", "assistant", "system" (did you mean user?)',
    ],
    [
      { messages: [{ role: "user", message: "hi" }] },
      [...MESSAGES, 0, "content"],
      "is required: a string",
    ],
    [
      { messages: [{ role: "user", content: "hi", file_id: "x" }] },
      [...MESSAGES, 0, "file_id"],
      "is not a known field (did you mean file_ids?)",
    ],
    [
      { message: "hi" },
      ["inputs", 0, "message"],
      "is read neither by the tool nor by the thread (did you mean messages?)",
    ],
  ];

  it.for(stray)("refuses %j on a thread", async ([input, path, message], { expect }) => {
    const run = await makeBench(chatActions());
    const body = { inputs: [input], thread_id: "kept" };
    const { status, json } = await run(body);
    expect([status, json.error.issues]).toEqual([400, [{ path, message }]]);
    expect((await run({ inputs: [input] })).status).toBe(200);
  });

  it("takes it where the tool reads it, and other fields beside", async ({ expect }) => {
    const output = { name: "OUTPUT", type: "output" } as const;
    const actions = ["{{ INPUT.messages[0] }}", "{{ INPUT | tojson }}"].map(
      (value): ActionDefinition[] => [
        { name: "INPUT", type: "input" },
        { ...output, spec: { value } },
      ],
    );
    for (const definition of actions) {
      const run = await makeBench(definition);
      const body = { inputs: [{ messages: ["hi"] }], thread_id: "kept" };
      const { json } = await run(body);
      expect(json.run.status.run).toBe("succeeded");
      expect(JSON.stringify(json.run.results)).toContain("hi");
    }
    const run = await makeBench(chatActions());
    const question = { role: "asistant", content: "hi", name: "Ada", id: "m1" };
    const body = { inputs: [{ messages: [question], day: "Monday" }], thread_id: "kept" };
    expect((await run(body)).status).toBe(200);
  });

  it("says where messages belong", async ({ expect }) => {
    const run = await makeBench(chatActions());
    const { json } = await run({ messages: [{ role: "user", content: "hi" }] });
    expect(json.error.message).toBe(
      "messages is not a known field (did you mean inputs[0].messages?).",
    );
  });
});
