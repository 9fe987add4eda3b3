/** What the config of a chat action changes of its conversation. The model answers over HTTP, or is `offline`. */
import { describe, it } from "vitest";

import type { Message } from "../../../src/domain/message";
import { newMessage } from "../../../src/domain/message";
import { executeRun } from "../../../src/engine/execute-run";
import { chatRun, cellOf, COMPATIBLE, HELLO, WEATHER } from "../../support/chat-run";
import { type TestWorld, testWorld } from "../../support/ports";
import { action, definition, plan, run } from "../run";

const THREAD = "thread-1";
const { signal } = new AbortController();

function said(role: Message["role"], content: string, parts: Message["parts"] = null): Message {
  return newMessage(
    { id: content, role, content, fileIds: [], metadata: null, parts },
    { threadId: THREAD, createdAtMs: 0 },
  );
}

function onThread(messages: Message[], knowledge: string[] = []): TestWorld {
  const world = testWorld();
  world.threads.set(THREAD, { view: { id: THREAD, metadata: null, knowledge }, messages });
  return world;
}

const assistant = (offline: object, config: object = {}) =>
  definition(
    action(
      "chat",
      "ASSISTANT",
      {},
      {
        config: { provider_id: "offline", history: {}, offline, ...config },
      },
    ),
  );

describe("chat: instruction and functions of the config", () => {
  it("go before those of the spec, with what is added behind", async ({ expect }) => {
    const { outcome, network } = chatRun({
      spec: { ...HELLO, instruction: "Be {{ 'terse' }}.", functions: [WEATHER] },
      config: {
        ...COMPATIBLE,
        instruction: "Be {{ kind }}.",
        add_instruction: "Rhyme.",
        functions: [{ ...WEATHER, name: "sun", strict: true }],
        add_functions: [{ ...WEATHER, name: "moon" }],
        top_p: 0.5,
        reasoning_effort: "low",
        function_call: "required",
        parallel_calls: false,
      },
      answers: [{ text: ["Hi."] }],
    });
    await outcome;
    const body = network.requests[0]?.body;
    expect(body).toMatchObject({
      messages: [{ role: "system", content: "Be {{ kind }}.\n\nRhyme." }, { role: "user" }],
      tools: [{ function: { name: "sun", strict: true } }, { function: { name: "moon" } }],
      top_p: 0.5,
      reasoning_effort: "low",
      tool_choice: "required",
      parallel_tool_calls: false,
    });
  });

  it("force a call once", async ({ expect }) => {
    const { outcome, network } = chatRun({
      spec: HELLO,
      config: { ...COMPATIBLE, functions: [WEATHER], function_call: "required" },
      answers: [{ calls: [{ name: "wether", arguments: "{}" }] }, { text: ["Fine."] }],
    });
    await cellOf(outcome);
    expect(network.requests.map(({ body }) => body["tool_choice"])).toEqual(["required", "auto"]);
  });
});

describe("chat: the thread as history", () => {
  it("is read by the config, the newest messages of it", async ({ expect }) => {
    const world = onThread([said("user", "one"), said("assistant", "two"), said("user", "three")]);
    const whole = await run(assistant({}), { threadIds: [THREAD] }, world);
    expect(whole.answers[0]?.content).toContain("three");
    const { outcome, network } = chatRun({
      spec: {},
      config: { ...COMPATIBLE, history: { last: 1 } },
      answers: [{ text: ["Hi."] }],
      given: {
        inputs: [
          {
            messages: [
              { role: "user", content: "a" },
              { role: "user", content: "b" },
            ],
          },
        ],
      },
    });
    await outcome;
    expect(network.requests[0]?.body["messages"]).toEqual([{ role: "user", content: "b" }]);
  });

  it("shows images of the project's files as data, and fails for one that is none", async ({
    expect,
  }) => {
    const part = { type: "image_file" as const, file_id: "f1", detail: "low" };
    const world = onThread([said("user", "What is it?", [part])]);
    world.files.set("f1", {
      view: { id: "f1", name: "a.png", mimeType: "image/png", size: 3 },
      bytes: new Uint8Array([1, 2, 3]),
    });
    const fine = await run(assistant({}), { threadIds: [THREAD] }, world);
    expect(fine.status).toBe("succeeded");
    world.files.set("f1", {
      view: { id: "f1", name: "a.pdf", mimeType: "application/pdf", size: 3 },
      bytes: new Uint8Array([1, 2, 3]),
    });
    world.memory.cells.clear();
    const failed = await run(assistant({}), { threadIds: [THREAD] }, world);
    expect(failed.error).toMatchObject({ code: "invalid_image" });
  });
});

describe("chat: tokens of all replies together", () => {
  it("end the run incomplete once they are written", async ({ expect }) => {
    const world = onThread([said("user", "Hi")]);
    const actions = assistant({ text: "one two three" }, { max_completion_tokens: 2 });
    const outcome = await run(actions, { threadIds: [THREAD] }, world);
    expect(outcome).toMatchObject({
      status: "succeeded",
      incomplete: "max_completion_tokens",
      answers: [{ content: "one two" }],
    });
  });

  it("leave out the oldest messages, or end the run before it reads more", async ({ expect }) => {
    const long = "x".repeat(400);
    const world = onThread([said("user", long), said("assistant", long), said("user", "Hi")]);
    const fits = await run(
      assistant({}, { max_prompt_tokens: 60 }),
      { threadIds: [THREAD] },
      world,
    );
    expect(fits.answers[0]?.content).toContain("Hi");
    expect(fits.usage.inputTokens).toBeLessThan(60);
    world.memory.cells.clear();
    const none = await run(assistant({}, { max_prompt_tokens: 1 }), { threadIds: [THREAD] }, world);
    expect(none).toMatchObject({ incomplete: "max_prompt_tokens", answers: [null] });
  });
});

describe("chat: knowledge that the model searches", () => {
  const PASSAGE = {
    documentId: "rules",
    fileId: null,
    text: "Five days.",
    score: 0.7,
    offset: 0,
    tags: [],
    sourceUrl: null,
    similarity: null,
    attributes: null,
  };

  it("is searched as the model asks, the thread's own too, and quoted by marks", async ({
    expect,
  }) => {
    const world = onThread([said("user", "How long?")], ["of-thread"]);
    world.knowledge = async () => [PASSAGE];
    const actions = assistant(
      {
        text: "【it】 😀 five 【1:0†rules】 or 【9:9†x】.",
        function_call: { name: "file_search", arguments: { query: "leave" } },
      },
      { knowledge: ["handbook"], top_k: 3, per_reply_messages: true },
    );
    const outcome = await run(actions, { threadIds: [THREAD], stream: true }, world);
    expect(world.asked.queries).toEqual([
      {
        query: "leave",
        knowledge: ["handbook", "of-thread"],
        topK: 3,
        includeTags: [],
        excludeTags: [],
        minSimilarity: 0,
      },
    ]);
    const types = world.memory.told.map(({ type }) => type);
    expect(
      types.filter((type) => type.startsWith("function-call") || type.startsWith("search")),
    ).toEqual(["search-start", "search-end"]);
    expect(world.saved).toMatchObject([
      {
        citations: [
          { mark: "【1:0†rules】", start: 12, end: 23, documentId: "rules", quote: "Five days." },
        ],
      },
    ]);
    expect(outcome.answers).toEqual([null]);
  });

  it("is told by whole names of files, of which marks hold the beginning", async ({ expect }) => {
    const world = onThread([said("user", "How long?")]);
    const name = `【${"n".repeat(150)}】.txt`;
    world.files.set("f1", {
      view: { id: "f1", name, mimeType: "text/plain", size: 3 },
      bytes: new Uint8Array([1, 2, 3]),
    });
    world.knowledge = async () => [{ ...PASSAGE, fileId: "f1" }];
    const mark = `【1:0†${"n".repeat(80)}】`;
    const call = { name: "file_search", arguments: { query: "leave" } };
    const actions = assistant(
      { text: `Five ${mark}.`, function_call: call },
      { knowledge: ["handbook"], per_reply_messages: true },
    );
    await run(actions, { threadIds: [THREAD], stream: true }, world);
    const found = world.memory.told.find(({ type }) => type === "search-end");
    expect(found).toMatchObject({ passages: [{ title: name }] });
    expect(world.saved).toMatchObject([{ citations: [{ mark, title: name }] }]);
  });

  it("fails the run by its name where it is not there", async ({ expect }) => {
    const world = onThread([said("user", "How long?")]);
    world.knowledge = async () => ({ unknown: "handbook" });
    const call = { function_call: { name: "file_search", arguments: { query: "leave" } } };
    const outcome = await run(
      assistant(call, { knowledge: ["handbook"] }),
      { threadIds: [THREAD] },
      world,
    );
    expect(outcome.error?.code).toBe("knowledge_not_found");
  });
});

describe("chat: a message a reply", () => {
  const LOCATE = { name: "locate", parameters: { type: "object" }, client: true };

  it("is saved once before the run waits, and told under its id", async ({ expect }) => {
    const world = onThread([said("user", "Where?")]);
    const { outcome, network } = chatRun({
      spec: {},
      world,
      given: { threadIds: [THREAD] },
      config: { ...COMPATIBLE, history: {}, per_reply_messages: true, functions: [LOCATE] },
      answers: [
        { text: ["One moment."], calls: [{ name: "locate", arguments: "{}" }] },
        { text: ["There."] },
      ],
    });
    await outcome;
    expect(network.requests).toHaveLength(1);
    expect(world.saved).toMatchObject([{ content: "One moment.", row: 0 }]);
    const [ended] = world.memory.told.filter(({ type }) => type === "reply-end");
    expect(ended).toMatchObject({ messageId: world.saved[0]?.messageId });
  });

  it("is not saved again after an attempt that was cut off, and keeps its id", async ({
    expect,
  }) => {
    const world = onThread([said("user", "Where?")]);
    const actions = assistant({ text: "There.", delay_ms: 1 }, { per_reply_messages: true });
    const dying = { ...world.ports };
    dying.emit = (event, dedupeKey) => {
      if (event.type === "reply-end") {
        throw new Error("The object died.");
      }
      world.ports.emit(event, dedupeKey);
    };
    dying.steps = {
      ...dying.steps,
      complete: (key, cell) => {
        if (cell.error !== null || key === "ASSISTANT:0") {
          throw new Error("The object is dead.");
        }
        world.ports.steps.complete(key, cell);
      },
    };
    const given = plan(actions, { threadIds: [THREAD], stream: true });
    await executeRun(given, dying, signal).catch(() => undefined);
    const outcome = await run(actions, { threadIds: [THREAD], stream: true }, world);
    expect(outcome.status).toBe("succeeded");
    expect(world.saved).toHaveLength(1);
    const ids = world.memory.told.flatMap((event) =>
      event.type === "reply-start" || event.type === "reply-end" ? [event.messageId] : [],
    );
    expect(new Set(ids)).toEqual(new Set([world.saved[0]?.messageId]));
  });
});
