/**
 * Provider `openai-compatible` over real HTTP: Bobbin as `npm start` serves it, and a model on
 * loopback that does what a script says. Proves what Bobbin's reader and the runtime's own fetch do with
 * a live connection; time bounds of minutes are proved with a clock moved by hand, elsewhere.
 */
import { afterAll, beforeAll, describe, it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import type { LocalServer } from "../support/local-server.ts";
import type { OpenAiServer } from "../support/openai-server.ts";
import { startServerWithModel } from "../support/server-with-model.ts";
import type { ServerWithModel } from "../support/server-with-model.ts";

const START_WITHIN_MS = 90_000;
const SECRET = "sk-secret-0123456789";

let model: OpenAiServer;
let bobbin: LocalServer;
let server: ServerWithModel;
let runs: string;

beforeAll(async () => {
  server = await startServerWithModel({ OPENAI_API_KEY: SECRET });
  ({ bobbin, model } = server);
  const actions = [
    { name: "INPUT", type: "input" },
    {
      name: "ASK",
      type: "chat",
      spec: { instruction: "Answer.", messages: [{ role: "user", content: "Well?" }] },
      config: { provider_id: "openai-compatible", model_id: "test-model" },
    },
    { name: "OUTPUT", type: "output" },
  ];
  const { tool } = await post(`/api/sdk/p/${DEMO.projectId}/a`, { name: "asker", actions });
  runs = `/api/sdk/p/${DEMO.projectId}/a/${tool.id}/r`;
}, START_WITHIN_MS);

afterAll(() => server.stop());

function send(path: string, body: object): Promise<Response> {
  return fetch(`${bobbin.url}${path}`, {
    method: "POST",
    headers: { Authorization: `Bearer ${DEMO.key}`, "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
}

// oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
async function post(path: string, body: object): Promise<any> {
  const response = await send(path, body);
  return response.json();
}

async function run(body: object = {}) {
  const { run: ended } = await post(runs, body);
  const cell = ended.traces.find(([[, name]]: [[string, string]]) => name === "ASK")?.[1][0][0];
  return { ended, cell };
}

interface Told {
  type: string;
  // oxlint-disable-next-line typescript/no-explicit-any -- a test looks into whatever came
  content: any;
}

/** The events of a streamed run, one by one. */
async function* events(response: Response): AsyncGenerator<Told> {
  const decoder = new TextDecoderStream();
  let text = "";
  for await (const piece of response.body?.pipeThrough(decoder) ?? []) {
    text += piece;
    const whole = text.split("\n\n");
    text = whole.pop() ?? "";
    for (const event of whole) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data !== undefined) {
        yield JSON.parse(data);
      }
    }
  }
}

async function nextToken(stream: AsyncGenerator<Told>): Promise<string> {
  for (;;) {
    const { done, value } = await stream.next();
    if (done === true) {
      throw new Error("The stream ended without a token.");
    }
    if (value.type === "tokens") {
      return value.content.tokens.text;
    }
  }
}

async function rest(stream: AsyncGenerator<Told>): Promise<Told[]> {
  const all: Told[] = [];
  for await (const event of stream) {
    all.push(event);
  }
  return all;
}

describe("a provider over real HTTP", () => {
  it("is heard token by token: the first is there before the model has said the second", async ({
    expect,
  }) => {
    const gate = Promise.withResolvers<void>();
    model.answer({
      text: ["Good", " day"],
      hold: { after: 2, until: gate.promise },
      usage: { prompt_tokens: 12, completion_tokens: 2 },
    });
    const stream = events(await send(runs, { stream: true }));
    expect(await nextToken(stream)).toBe("Good");
    gate.resolve();
    expect(await nextToken(stream)).toBe(" day");
    const told = await rest(stream);
    expect(told.at(-1)).toEqual({ type: "final", content: null });
    expect(
      told.find(({ type }) => type === "block_execution")?.content.execution[0][0].value,
    ).toEqual({
      message: { role: "assistant", content: "Good day" },
    });
  });

  it("answers a blocking run in one piece, counted, though it is streamed to it", async ({
    expect,
  }) => {
    model.answer({ text: ["Good", " day"], usage: { prompt_tokens: 12, completion_tokens: 2 } });
    const { ended } = await run();
    expect(ended.results[0][0].value).toEqual({ role: "assistant", content: "Good day" });
    expect(ended.usage).toEqual({ input_tokens: 12, output_tokens: 2 });
    const asked = model.requests.at(-1);
    expect(asked?.body["stream"]).toBe(true);
    expect(asked?.headers.authorization).toBe(`Bearer ${SECRET}`);
  });

  it("is asked again after 429, 500 and a connection that closes before its first byte", async ({
    expect,
  }) => {
    model.answer(
      { status: 429, message: "slow down", headers: { "Retry-After": "0" } },
      { text: ["lost"], breakAfter: 0 },
      { text: ["there"] },
    );
    const { ended, cell } = await run();
    expect(ended.results[0][0].value.content).toBe("there");
    expect(cell.meta.retries.map(({ code }: { code: string }) => code)).toEqual([
      "provider_error",
      "provider_connection_lost",
    ]);
  });

  it("is asked again, streamed, where the connection closes before the first token", async ({
    expect,
  }) => {
    model.answer({ text: ["lost"], breakAfter: 1 }, { text: ["there"] });
    const stream = events(await send(runs, { stream: true }));
    expect(await nextToken(stream)).toBe("there");
    await rest(stream);
  });

  it("that breaks off in its answer fails the action and is not asked again", async ({
    expect,
  }) => {
    const before = model.requests.length;
    const gate = Promise.withResolvers<void>();
    model.answer({
      text: ["half", " an", " answer"],
      hold: { after: 3, until: gate.promise },
      breakAfter: 3,
    });
    const stream = events(await send(runs, { stream: true }));
    expect(await nextToken(stream)).toBe("half");
    gate.resolve();
    const told = await rest(stream);
    const execution = told.find(({ type }) => type === "block_execution");
    expect(execution?.content.execution[0][0].error).toContain(
      "was lost before its reply was whole",
    );
    expect(model.requests.length).toBe(before + 1);
  });

  it("that breaks off in a text of nothing but its answer breaks that off, too", async ({
    expect,
  }) => {
    const gate = Promise.withResolvers<void>();
    model.answer({
      text: ["half", " an", " answer"],
      hold: { after: 3, until: gate.promise },
      breakAfter: 3,
    });
    const reply = await send(runs, { stream: true, contentOnly: true });
    gate.resolve();
    await expect(reply.text()).rejects.toThrow();
    // A run that fails is no exception of the Worker's.
    expect(bobbin.output()).not.toMatch(/uncaught/i);
  });

  it("that refuses the key is named with the secret to check, and the key stays unsaid", async ({
    expect,
  }) => {
    model.answer({ status: 401, message: `Incorrect API key provided: ${SECRET}.` });
    const { ended, cell } = await run();
    expect(cell.error).toContain("check the secret OPENAI_API_KEY");
    expect(JSON.stringify(ended)).not.toContain(SECRET);
    expect(bobbin.output()).not.toContain(SECRET);
  });

  it.for([true, false])(
    "loses its client as soon as the run is cancelled (stream: %s)",
    async (stream, { expect }) => {
      const before = model.requests.length;
      model.answer(stream ? { text: ["half", " an", " answer"], stallAfter: 2 } : "never");
      const { run_id: runId } = await post(runs, {
        blocking: false,
        config: { ASK: { use_stream: stream } },
      });
      const asked = await model.request(before + 1);
      if (stream) {
        const follow = await fetch(`${bobbin.url}${runs}/${runId}/stream`, {
          headers: { Authorization: `Bearer ${DEMO.key}` },
        });
        expect(await nextToken(events(follow))).toBe("half");
      }
      const cancelled = await send(`${runs}/${runId}/cancel`, {});
      expect(cancelled.status).toBe(200);
      expect(await asked.abandoned).toBe(true);
    },
  );

  it("sees the thread: who said what, and the images", async ({ expect }) => {
    const actions = [
      { name: "INPUT", type: "input" },
      { name: "HISTORY", type: "thread" },
      {
        name: "ASK",
        type: "chat",
        spec: { messages: "{{ HISTORY.messages }}" },
        config: { provider_id: "openai-compatible", model_id: "test-model" },
      },
      { name: "OUTPUT", type: "output" },
    ];
    const { tool } = await post(`/api/sdk/p/${DEMO.projectId}/a`, { name: "seer", actions });
    const image = { type: "image_url", url: "https://example.com/cat.png" };
    const thread = await post("/api/sdk/threads", {
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: "Hello" },
        { role: "user", content: "What is this?", parts: [image] },
      ],
    });
    await post(`/api/sdk/p/${DEMO.projectId}/a/${tool.id}/r`, { thread_id: thread.id });
    expect(model.requests.at(-1)?.body["messages"]).toEqual([
      { role: "user", content: "Hi" },
      { role: "assistant", content: "Hello" },
      {
        role: "user",
        content: [
          { type: "text", text: "What is this?" },
          { type: "image_url", image_url: { url: image.url } },
        ],
      },
    ]);
  });

  it("gives its calls to the client, and goes on with what the client submits", async ({
    expect,
  }) => {
    model.answer(
      {
        calls: [
          { name: "where", arguments: '{"of":"Ann"}' },
          { name: "where", arguments: '{"of":"Ben"}' },
        ],
      },
      { text: ["Rome and Oslo."] },
    );
    const actions = [
      { name: "INPUT", type: "input" },
      {
        name: "ASK",
        type: "chat",
        spec: {
          messages: [{ role: "system", content: "Find them." }],
          functions: [{ name: "where", parameters: { type: "object" }, client: true }],
        },
        config: { provider_id: "openai-compatible", model_id: "test-model" },
      },
      { name: "OUTPUT", type: "output" },
    ];
    const { tool } = await post(`/api/sdk/p/${DEMO.projectId}/a`, { name: "finder", actions });
    const path = `/api/sdk/p/${DEMO.projectId}/a/${tool.id}/r`;
    const { run: waiting } = await post(path, {});
    const { calls } = waiting.required_action;
    expect(calls.map((call: { arguments: string }) => call.arguments)).toEqual([
      '{"of":"Ann"}',
      '{"of":"Ben"}',
    ]);
    const submit = (call: { call_id: string }, output: string) =>
      post(`${path}/${waiting.run_id}/submit`, { outputs: [{ call_id: call.call_id, output }] });
    await submit(calls[1], "Oslo");
    const asked = model.requests.length;
    await submit(calls[0], "Rome");
    await model.request(asked + 1);
    expect(model.requests.at(-1)?.body["messages"]).toMatchObject([
      { role: "system" },
      { role: "assistant" },
      { role: "tool", tool_call_id: calls[0].call_id, content: "Rome" },
      { role: "tool", tool_call_id: calls[1].call_id, content: "Oslo" },
    ]);
  });
});
