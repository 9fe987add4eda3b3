/** Runs over HTTP as this dialect's clients see them. */
import { describe, it } from "vitest";

import { type Reply, call } from "../../support/call";
import { type TestProject, makeProject } from "../../support/project";
import { readEvents, textOf } from "../../support/run-events";
import { chatActions, makeTool } from "../../support/tool";

interface Bench extends TestProject {
  path: string;
  run: (json: object) => Promise<Reply>;
  messages: (threadId: string) => Promise<{ role: string; content: string }[]>;
}

async function makeBench(config: Record<string, unknown> = {}): Promise<Bench> {
  const project = await makeProject();
  const tool = await makeTool(project.id, chatActions(config));
  const path = `/api/sdk/p/${project.id}/a/${tool}/r`;
  return {
    ...project,
    path,
    run: (json) => call(path, { key: project.key, json }),
    messages: async (threadId) => {
      const listed = await call(`/api/sdk/threads/${threadId}/messages?order=asc`, project);
      return listed.json.list;
    },
  };
}

const ask = (content: string) => [{ messages: [{ role: "user", content }] }];

describe("a blocking run", () => {
  it("answers with the run as it ended and saves question and answer to the thread", async ({
    expect,
  }) => {
    const bench = await makeBench({ offline: { text: "Fine." } });
    const { status, json } = await bench.run({ thread_id: "a", inputs: ask("How are you?") });
    expect(status).toBe(200);
    expect(json.run.status.run).toBe("succeeded");
    expect(json.run.results[0][0].value.content).toBe("Fine.");
    expect(json.run.status.blocks.map((block: { name: string }) => block.name)).toEqual([
      "INPUT",
      "HISTORY",
      "MODEL_CALL",
      "OUTPUT",
    ]);
    const messages = await bench.messages("a");
    expect(messages).toMatchObject([
      { role: "user", content: "How are you?" },
      { role: "assistant", content: "Fine.", run_id: json.run.run_id, name: "chat" },
    ]);
  });

  it("tells each pass of a loop in its traces and all of them in one status", async ({
    expect,
  }) => {
    const project = await makeProject();
    const tool = await makeTool(project.id, [
      { name: "INPUT", type: "input" },
      {
        name: "LOOP",
        type: "loop",
        spec: { condition: "{{ LOOP.iteration < 2 }}" },
        actions: [{ name: "STEP", type: "code", spec: { code: "(e) => e.state.LOOP.iteration" } }],
      },
      { name: "OUTPUT", type: "output" },
    ]);
    const path = `/api/sdk/p/${project.id}/a/${tool}/r`;
    const { run } = (await call(path, { key: project.key, json: {} })).json;
    const names = run.traces.map(([[, name]]: [[string, string]]) => name);
    expect(names).toEqual(["INPUT", "LOOP", "STEP", "LOOP", "STEP", "LOOP", "OUTPUT"]);
    const counts = run.status.blocks.map(
      ({ name, success_count }: { name: string; success_count: number }) => [name, success_count],
    );
    expect(counts).toEqual([
      ["INPUT", 1],
      ["LOOP", 3],
      ["STEP", 2],
      ["OUTPUT", 1],
    ]);
  });

  it("is a 200 with the error in its cell where an action fails", async ({ expect }) => {
    const bench = await makeBench({ offline: { error: { status: 400, message: "no" } } });
    const { status, json } = await bench.run({ inputs: [{}] });
    expect(status).toBe(200);
    expect(json.run.status.run).toBe("errored");
    expect(json.run.results).toBeNull();
    expect(json).not.toHaveProperty("error");
  });
});

describe("a streamed run", () => {
  it("tells the stored answer byte for byte, and ends in run_status and final", async ({
    expect,
  }) => {
    const bench = await makeBench();
    const reply = await bench.run({ stream: true, thread_id: "a", inputs: ask("Ünïcode? 👩‍👩‍👧") });
    expect(reply.headers.get("Content-Type")).toBe("text/event-stream");
    const events = readEvents(reply);
    expect(textOf(events)).toBe((await bench.messages("a")).at(-1)?.content);
    expect(events.map(({ id }) => id)).toEqual(events.map((_event, index) => index + 1));
    expect(events.slice(-2).map(({ type }) => type)).toEqual(["run_status", "final"]);
  });
});
