/**
 * The main job over real HTTP, and what is left of it after `kill -9`. The model is a server on
 * loopback that speaks OpenAI's wire; everything else is what README's commands start.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { createClient } from "../../src/client.ts";
import { apiClient } from "../support/api-client.ts";
import type { ApiClient } from "../support/api-client.ts";
import { startServer, temporaryStateDir } from "../support/local-server.ts";
import type { LocalServer } from "../support/local-server.ts";
import { startOpenAiServer } from "../support/openai-server.ts";
import type { OpenAiServer } from "../support/openai-server.ts";
import { readEvents } from "../support/read-events.ts";

const MODEL = { MODEL_CALL: { provider_id: "openai-compatible", model_id: "test-model" } };
const NOTES = "Bobbin keeps threads, messages and files.\n";

const Upload = z.object({ fileId: z.uuid() });
const Thread = z.object({ id: z.string(), metadata: z.record(z.string(), z.string()).optional() });

let state: Awaited<ReturnType<typeof temporaryStateDir>>;
let model: OpenAiServer;
let server: LocalServer;
let api: ApiClient;

async function start(script: "dev" | "start"): Promise<void> {
  server = await startServer({
    script,
    stateDir: state.dir,
    env: { OPENAI_BASE_URL: model.baseUrl, OPENAI_API_KEY: "sk-of-the-test-model" },
  });
  api = apiClient(server.url);
}

beforeAll(async () => {
  state = await temporaryStateDir();
  model = await startOpenAiServer();
  await start("start");
});
afterAll(async () => {
  await server.stop();
  await model.close();
  await state.remove();
});

describe("the main job", () => {
  let fileId: string;
  let threadId: string;

  it("uploads a file and gives its bytes back", async () => {
    const form = new FormData();
    form.set("file", new Blob([NOTES], { type: "text/plain" }), "notes.txt");
    const uploaded = await api.send("/files", { method: "POST", body: form });
    ({ fileId } = Upload.parse(await uploaded.json()));

    const content = await api.send(`/files/${fileId}/content`);
    expect(await content.text()).toBe(NOTES);
  });

  it("creates a thread with metadata and messages, and adds a message", async () => {
    const created = await api.post("/threads", {
      metadata: { customer: "c-1029" },
      messages: [{ role: "user", content: "Hello", file_ids: [fileId] }],
    });
    const thread = Thread.parse(await created.json());
    threadId = thread.id;
    await api.post(`/threads/${threadId}/messages`, { role: "user", content: "What is kept?" });

    expect(thread.metadata).toEqual({ customer: "c-1029" });
    const kept = await api.messages(threadId);
    expect(kept.map(({ content }) => content)).toEqual(["Hello", "What is kept?"]);
  });

  it("runs the tool, asks the model with the thread's messages, and saves its answer", async () => {
    model.answer({ text: ["Threads", " and", " files."] });
    const run = await api.run({ thread_id: threadId, config: MODEL });

    expect(run.status.run).toBe("succeeded");
    expect(run.results?.[0]?.[0]?.value.content).toBe("Threads and files.");
    expect(model.requests.at(-1)?.body["messages"]).toEqual([
      { role: "user", content: `Hello\n\n[file notes.txt]\n${NOTES.trim()}` },
      { role: "user", content: "What is kept?" },
    ]);
    expect((await api.messages(threadId)).at(-1)).toMatchObject({
      role: "assistant",
      content: "Threads and files.",
    });
  });

  it("tells the first token before the model has said the last", async () => {
    const gate = Promise.withResolvers<void>();
    model.answer({ text: ["One", " two", " three"], hold: { after: 2, until: gate.promise } });
    const response = await api.startRun({ thread_id: threadId, config: MODEL, stream: true });

    const told: string[] = [];
    const types: unknown[] = [];
    for await (const { data } of readEvents(response)) {
      const event: unknown = JSON.parse(data);
      const tokens = TokensEvent.safeParse(event);
      types.push(z.object({ type: z.string() }).parse(event).type);
      if (tokens.success) {
        told.push(tokens.data.content.tokens.text);
        // Held back until now: had nothing been told before, this would wait for ever.
        gate.resolve();
      }
    }

    expect(told[0]).toBe("One");
    expect(told.join("")).toBe("One two three");
    expect(types[0]).toBe("run_status");
    expect(types.at(-1)).toBe("final");
    expect((await api.messages(threadId)).at(-1)?.content).toBe("One two three");
  });

  it("runs on when nobody waits, and its reader may come later", async () => {
    model.answer({ text: ["Later"] });
    const run = await api.run({ thread_id: threadId, config: MODEL, blocking: false });
    expect(run.status.run).toBe("running");

    const story = await api.followRun(run.run_id);
    expect(story).toContain('"content":"Later"');
    expect((await api.getRun(run.run_id)).status.run).toBe("succeeded");
  });

  it("is open to the typed client, whose replies need no parsing", async () => {
    const bobbin = createClient(server.url, DEMO.key);
    const threads = bobbin.api.sdk.threads;
    const { id } = await (await threads.$post({ json: { metadata: { from: "client" } } })).json();
    const param = { thread_id: id };
    await threads[":thread_id"].messages.$post({ param, json: { role: "user", content: "Hi" } });
    model.answer({ text: ["Typed."] });
    const tool = { project_id: DEMO.projectId, tool_id: DEMO.toolId };
    const runs = bobbin.api.sdk.p[":project_id"].a[":tool_id"].r;
    await runs.$post({ param: tool, json: { thread_id: id, config: MODEL } });
    const listed = await threads[":thread_id"].messages.$get({ param, query: { order: "asc" } });

    const { list } = await listed.json();
    expect(list.map(({ role, content }) => [role, content])).toEqual([
      ["user", "Hi"],
      ["assistant", "Typed."],
    ]);
  });

  it("answers with text alone where only the content is wanted", async () => {
    model.answer({ text: ["Just", " text"] });
    const body = { thread_id: threadId, config: MODEL, contentOnly: true };

    expect(await (await api.startRun(body)).text()).toBe("Just text");
  });
});

const TokensEvent = z.object({
  type: z.literal("tokens"),
  content: z.object({ tokens: z.object({ text: z.string() }) }),
});

describe("after kill -9 of every process", () => {
  it("has what was stored, and ends the run that was cut off, with one answer", async () => {
    const question = { role: "user", content: "Will you survive this?" };
    model.answer({ text: ["Half", " an", " answer"], stallAfter: 2 }, { text: ["Yes."] });
    const cutOff = await api.startRun({
      thread_id: "cut-off",
      config: MODEL,
      stream: true,
      inputs: [{ messages: [question] }],
    });
    const runId = await untilFirstToken(cutOff);
    const before = await api.messages("cut-off");

    await server.kill();
    await start("dev");

    const story = await api.followRun(runId);
    expect(story).toContain('"status":"succeeded"');
    expect(before.map(({ content }) => content)).toEqual([question.content]);
    expect(await api.messages("cut-off")).toMatchObject([
      question,
      { role: "assistant", content: "Yes." },
    ]);
  });

  it("runs anew on the threads of before", async () => {
    model.answer({ text: ["Still", " here"] });
    const run = await api.run({ thread_id: "cut-off", config: MODEL });

    expect(run.results?.[0]?.[0]?.value.content).toBe("Still here");
    expect(await api.messages("cut-off")).toHaveLength(3);
  });
});

/** Reads until a token has been told, and leaves; the run's id. */
async function untilFirstToken(response: Response): Promise<string> {
  const Started = z.object({ content: z.object({ run_id: z.string() }) });
  let runId = "";
  for await (const { data } of readEvents(response)) {
    const event: unknown = JSON.parse(data);
    runId ||= Started.parse(event).content.run_id;
    if (TokensEvent.safeParse(event).success) {
      return runId;
    }
  }
  throw new Error("The stream ended without a token.");
}
