/** Programs about assistants, threads and messages, and about how the clients themselves are set up. */
import { it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { MESSAGE } from "../../src/limits/index.ts";
import { type Bench, GET_WEATHER, textOf } from "./bench.ts";
import { type CursorPage, type Sdk, del, inThread } from "./sdks.ts";
import { HELLO } from "./weather-model.ts";

export function programsOfObjects(sdk: Sdk, open: () => Bench): void {
  it("walks lists to their end", async ({ expect }) => {
    const bench = open();
    const thread = await bench.client.beta.threads.create({
      messages: Array.from({ length: 45 }, (_, index) => ({
        role: "user" as const,
        content: `m${index}`,
      })),
    });
    for (const order of ["asc", "desc"] as const) {
      const seen: string[] = [];
      for await (const message of bench.client.beta.threads.messages.list(thread.id, {
        limit: 20,
        order,
      })) {
        seen.push(textOf(message));
      }
      const whole = Array.from({ length: 45 }, (_, index) => `m${index}`);
      expect(seen).toEqual(order === "asc" ? whole : whole.toReversed());
    }
    const ids: string[] = [];
    for await (const { id } of bench.client.beta.assistants.list({ limit: 2 })) {
      ids.push(id);
    }
    expect(ids).toContain(bench.assistantId);
    expect(new Set(ids).size).toBe(ids.length);
  });

  it("makes, reads, changes and deletes assistants, threads and messages", async ({ expect }) => {
    const bench = open();
    const { assistants, threads } = bench.client.beta;
    const made = await assistants.create({ model: "test-model", name: null, description: null });
    const changed = await assistants.update(made.id, { name: "B", temperature: 0.5, tools: [] });
    expect([changed.name, changed.temperature, changed.model]).toEqual(["B", 0.5, "test-model"]);
    expect(await assistants.retrieve(made.id)).toMatchObject({ name: "B", instructions: null });
    expect(await del(assistants, made.id)).toMatchObject({ object: "assistant.deleted" });
    const thread = await threads.create({ metadata: { a: "b" } });
    expect((await threads.update(thread.id, { metadata: { c: "d" } })).metadata).toEqual({
      c: "d",
    });
    const message = await threads.messages.create(thread.id, { role: "user", content: "x" });
    const { messages } = threads;
    const update = messages.update.bind(messages);
    const marked = await inThread(sdk, update, [thread.id, message.id], {
      metadata: { e: "f" },
    });
    expect(marked.metadata).toEqual({ e: "f" });
    const gone = await (sdk.major === 4
      ? del(messages, thread.id, message.id)
      : del(messages, message.id, { thread_id: thread.id }));
    expect(gone).toMatchObject({ object: "thread.message.deleted", deleted: true });
    expect(await del(threads, thread.id)).toMatchObject({ object: "thread.deleted" });
    await expect(threads.retrieve(thread.id)).rejects.toMatchObject({
      status: 404,
      type: "invalid_request_error",
      code: null,
      param: null,
      message: `404 No thread found with id '${thread.id}'.`,
    });
  });

  it("takes text and images in their order, and shows them to the model", async ({ expect }) => {
    const bench = open();
    const url = "https://example.com/a.png";
    const thread = await bench.client.beta.threads.create({
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "What is on this image?" },
            { type: "image_url", image_url: { url, detail: "low" } },
          ],
        },
      ],
    });
    const [message] = await bench.listed(thread.id);
    expect(message?.content.map(({ type }) => type)).toEqual(["text", "image_url"]);
    const run = await bench.client.beta.threads.runs.createAndPoll(thread.id, {
      assistant_id: bench.assistantId,
    });
    expect(run.status).toBe("completed");
    expect(textOf((await bench.listed(thread.id)).at(-1))).toBe("I see true.");
  });

  it("makes an assistant of 128 functions, and messages as large as they may be", async ({
    expect,
  }) => {
    const bench = open();
    const { beta } = bench.client;
    const functions = Array.from({ length: 128 }, (_, n) => ({
      type: "function" as const,
      function: { name: `f${n}`, description: "Counts.", parameters: { type: "object" } },
    }));
    const largest = {
      model: "test-model",
      instructions: "i".repeat(256_000),
      tools: functions,
      metadata: Object.fromEntries(Array.from({ length: 16 }, (_, n) => [`${n}`, "v".repeat(512)])),
    };
    const assistant = await beta.assistants.create(largest);
    expect(await beta.assistants.retrieve(assistant.id)).toMatchObject({
      tools: functions,
      instructions: largest.instructions,
      metadata: largest.metadata,
    });
    const tooMany = { ...largest, tools: [...functions, ...functions.slice(0, 1)] };
    await expect(beta.assistants.create(tooMany)).rejects.toMatchObject({
      status: 400,
      param: "tools",
    });
    const content = "é".repeat(MESSAGE.contentMaxBytes / 2);
    const threadId = await bench.ask(content);
    await expect(
      beta.threads.messages.create(threadId, { role: "user", content: `${content}x` }),
    ).rejects.toMatchObject({ status: 400, param: "content" });
    await beta.threads.messages.create(threadId, { role: "user", content: "Hi" });
    const run = await beta.threads.runs.createAndPoll(threadId, { assistant_id: assistant.id });
    expect(run.status).toBe("completed");
    const [first, , answer] = (await bench.listed(threadId)).map(textOf);
    expect([first === content, answer]).toEqual([true, HELLO.join("")]);
  });

  it("sends one key with a call and its retries", async ({ expect }) => {
    const bench = open();
    const keyed = new sdk.OpenAI({
      apiKey: DEMO.key,
      baseURL: `${bench.url}/openai/v1`,
      defaultHeaders: { "Idempotency-Key": `key-${sdk.major}-${Date.now()}` },
    });
    const first = await keyed.beta.threads.create({ metadata: { a: "b" } });
    expect((await keyed.beta.threads.create({ metadata: { a: "b" } })).id).toBe(first.id);
    await expect(keyed.beta.threads.create({ metadata: { a: "c" } })).rejects.toMatchObject({
      status: 422,
    });
  });

  it("lists threads, which OpenAI never did", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("Hi");
    const seen: string[] = [];
    const threads = bench.client.getAPIList<{ id: string }, CursorPage<{ id: string }>>(
      "/threads",
      sdk.CursorPage,
      { query: { limit: 5 } },
    );
    for await (const thread of threads) {
      seen.push(thread.id);
      if (seen.length === 11) {
        break;
      }
    }
    expect([seen[0], new Set(seen).size]).toEqual([threadId, seen.length]);
  });

  it("speaks as Azure's client does", async ({ expect }) => {
    const bench = open();
    const azure = new sdk.AzureOpenAI({
      endpoint: bench.url,
      apiKey: DEMO.key,
      apiVersion: "2024-05-01-preview",
    });
    const assistant = await azure.beta.assistants.create({
      model: "test-model",
      tools: [GET_WEATHER],
    });
    const thread = await azure.beta.threads.create({ messages: [{ role: "user", content: "Hi" }] });
    const stream = azure.beta.threads.runs.stream(thread.id, { assistant_id: assistant.id });
    expect((await stream.finalMessages()).map(textOf)).toEqual([HELLO.join("")]);
    const polled = await azure.beta.threads.runs.createAndPoll(thread.id, {
      assistant_id: assistant.id,
    });
    expect(polled.status).toBe("completed");
  });
}
