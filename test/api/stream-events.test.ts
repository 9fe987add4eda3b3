/**
 * The schemas of events that `/openapi.json` has: what streams of each dialect tell fits one of them, and each
 * example fits its own.
 */
import { type Schema, Validator } from "@cfworker/json-schema";
import { beforeAll, describe, it } from "vitest";

import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { LiveStream } from "../support/run-events";
import { chatActions, clientActions, makeTool } from "../support/tool";

const STREAMS = [
  "RunStreamEvent",
  "ThreadStreamEvent",
  "ChatStreamEvent",
  "AssistantsStreamEvent",
] as const;

interface Union {
  anyOf: { $ref: string }[];
}

let schemas: Record<string, Schema & { examples?: unknown[] }>;
let project: TestProject;

beforeAll(async () => {
  schemas = (await call("/openapi.json", {})).json.components.schemas;
  project = await makeProject();
});

function namesOf(stream: string): string[] {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- the schemas above are unions
  const { anyOf } = schemas[stream] as unknown as Union;
  return anyOf.map(({ $ref }) => $ref.replace("#/components/schemas/", ""));
}

function faultsOf(name: string, value: unknown): string[] {
  const root = { $ref: `#/components/schemas/${name}`, components: { schemas } };
  const { valid, errors } = new Validator(root, "2020-12", false).validate(value);
  return valid ? [] : errors.map(({ error, instanceLocation }) => `${instanceLocation} ${error}`);
}

/** Each `data:` of a stream, with its `event:` where the dialect names events so. */
function dataOf(text: string): unknown[] {
  return text.split("\n\n").flatMap((block): unknown[] => {
    const data = /^data: (.*)$/m.exec(block)?.[1];
    if (data === undefined || data === "[DONE]") {
      return [];
    }
    const event = /^event: (.*)$/m.exec(block)?.[1];
    const parsed: unknown = JSON.parse(data);
    return [event === undefined ? parsed : { event, data: parsed }];
  });
}

function misfits(stream: string, text: string): string[][] {
  return dataOf(text).flatMap((value) =>
    faultsOf(stream, value).map((fault) => [JSON.stringify(value), fault]),
  );
}

const FAILING = { offline: { error: { status: 400, message: "no" } } };
const TOOLS = {
  text: () => chatActions({ offline: { text: "Two words.", reasoning: "Well." } }),
  failing: () => chatActions(FAILING),
  asking: () => clientActions(),
};

describe("schemas of events", () => {
  it.for(STREAMS)("%s has an example of each, which fits it", (stream, { expect }) => {
    const names = namesOf(stream);
    expect(names.length).toBeGreaterThan(5);
    for (const name of names) {
      const [example] = schemas[name]?.examples ?? [];
      expect([name, ...faultsOf(name, example)]).toEqual([name]);
      expect(schemas[name]?.["description"]).toMatch(/\.$/);
    }
  });

  it("says no to an event of another form", ({ expect }) => {
    const [example] = schemas["TokensEvent"]?.examples ?? [];
    expect(faultsOf("RunStreamEvent", { ...Object(example), more: 1 })).not.toEqual([]);
    expect(faultsOf("ChatStreamEvent", { type: "text-delta", id: 1, delta: "" })).not.toEqual([]);
  });
});

describe.each(["text", "failing", "asking"] as const)("events of a run: %s", (kind) => {
  const threadId = `events-${kind}`;
  let toolId: string;

  beforeAll(async () => {
    toolId = await makeTool(project.id, TOOLS[kind](), kind);
  });

  it("are those of /api/sdk, for a run and for a thread", async ({ expect }) => {
    const path = `/api/sdk/p/${project.id}/a/${toolId}/r`;
    const inputs = [{ messages: [{ role: "user", content: "Hello" }] }];
    const json = { thread_id: threadId, inputs };
    const { run } = (await call(path, { key: project.key, json })).json;
    const asked: { call_id: string }[] = run.required_action?.calls ?? [];
    if (asked.length > 0) {
      const outputs = asked.map(({ call_id: callId }) => ({ call_id: callId, output: "12" }));
      await call(`${path}/${run.run_id}/submit`, { key: project.key, json: { outputs } });
    }
    const streamed = await call(`${path}/${run.run_id}/stream`, { key: project.key });
    expect(dataOf(streamed.text).length).toBeGreaterThan(5);
    expect(misfits("RunStreamEvent", streamed.text)).toEqual([]);
    const live = await LiveStream.open(
      `/api/sdk/threads/${threadId}/stream?after=0.0.0`,
      project.key,
    );
    await live.until((events) => events.some(({ type }) => type === "final"));
    await live.leave();
    expect(misfits("ThreadStreamEvent", live.text)).toEqual([]);
  });

  it("are those of /ui/v1, for each major", async ({ expect }) => {
    for (const parts of [5, 6, 7]) {
      const id = `${threadId}-${parts}`;
      const message = { id: "m", role: "user", parts: [{ type: "text", text: "Hello" }] };
      const reply = await call(`/ui/v1/tools/${toolId}/chat?parts=${parts}`, {
        key: project.key,
        json: { id, message },
      });
      expect(dataOf(reply.text).length).toBeGreaterThan(3);
      expect(misfits("ChatStreamEvent", reply.text)).toEqual([]);
    }
  });

  it("are those of /openai/v1", async ({ expect }) => {
    const reply = await call("/openai/v1/threads/runs", {
      key: project.key,
      json: {
        assistant_id: toolId,
        stream: true,
        thread: { messages: [{ role: "user", content: "Hello" }] },
      },
    });
    expect(dataOf(reply.text).length).toBeGreaterThan(3);
    expect(misfits("AssistantsStreamEvent", reply.text)).toEqual([]);
  });
});
