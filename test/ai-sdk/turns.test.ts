/** A turn of a chat, as each major of `ai` reads its answer; what is refused, and how. */
import { describe, it } from "vitest";

import { call } from "../support/call";
import { mintToken } from "../support/tokens";
import { chatActions, clientActions } from "../support/tool";
import { MAJORS, chatBench, chunksOf, readMessage, textOf, userMessage } from "./chat-bench";

const offline = (script: object) => chatActions({ offline: script });

describe("POST {api}", () => {
  it.for(MAJORS)(
    "is answered with a stream that ai %i reads to its end",
    async (major, { expect }) => {
      const bench = await chatBench(offline({ text: "One two three." }));
      const { status, headers, text } = await bench.post(
        { id: "chat-1", messages: [userMessage("m1", "Count.")] },
        { query: `?parts=${major}` },
      );
      expect(status).toBe(200);
      expect(headers.get("Content-Type")).toBe("text/event-stream");
      expect(headers.get("x-vercel-ai-ui-message-stream")).toBe("v1");
      const told = chunksOf(text);
      expect(told.map(({ id }) => id)).toEqual(told.map((_, index) => index + 1));
      const chunks = told.map(({ chunk }) => chunk);
      expect(chunks[0]).toMatchObject({
        type: "data-bobbin",
        data: { runId: headers.get("X-Bobbin-Run-Id") },
        transient: true,
      });
      const message = await readMessage(chunks, major);
      expect(textOf(message)).toBe("One two three.");
      expect(message.parts.map(({ type }) => type)).toEqual(["step-start", "text"]);
      expect(message.metadata?.bobbin).toMatchObject({ status: "succeeded", toolId: bench.toolId });
      const saved = await call(`/api/sdk/threads`, { key: bench.key });
      const thread = saved.json.list[0].id;
      const messages = await call(`/api/sdk/threads/${thread}/messages`, { key: bench.key });
      const [answer, question] = messages.json.list;
      expect([answer.id, question.content]).toEqual([message.id, "Count."]);
    },
  );

  it("saves and runs once what comes twice, at once and after the end", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Once." }));
    const body = { id: "chat-1", messages: [userMessage("m1", "Hello")] };
    const both = await Promise.all([bench.post(body), bench.post(body)]);
    const after = await bench.post(body);
    const runs = [...both, after].map(({ headers }) => headers.get("X-Bobbin-Run-Id"));
    expect(new Set(runs).size).toBe(1);
    for (const { text } of [...both, after]) {
      const chunks = chunksOf(text).map(({ chunk }) => chunk);
      expect(textOf(await readMessage(chunks, 7))).toBe("Once.");
    }
    const { json } = await call("/api/sdk/threads", { key: bench.key });
    expect(json.list).toHaveLength(1);
    const messages = await call(`/api/sdk/threads/${json.list[0].id}/messages`, { key: bench.key });
    expect(messages.json.list).toHaveLength(2);
  });

  it("refuses another message of the same id, and writes nothing", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    await bench.post({ id: "chat-1", messages: [userMessage("m1", "Hello")] });
    const other = await bench.post({ id: "chat-1", messages: [userMessage("m1", "Goodbye")] });
    expect([other.status, other.json.error.type]).toEqual([409, "conflict_error"]);
    const both = await Promise.all([
      bench.post({ id: "chat-1", messages: [userMessage("m2", "Yes")] }),
      bench.post({ id: "chat-1", messages: [userMessage("m2", "No")] }),
    ]);
    expect(both.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([200, 409]);
  });

  it("is the end user's own chat by a name that others may use for theirs", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const bob = await mintToken(bench.key, { end_user_id: "bob", tools: [bench.toolId] });
    const body = { id: "chat-1", messages: [userMessage("m1", "Hello")] };
    await bench.post(body);
    await bench.post({ ...body, message: userMessage("m1", "Bob here") }, { key: bob });
    const threads = await call("/api/sdk/threads", { key: bench.key });
    expect(threads.json.list).toHaveLength(2);
    const never = await mintToken(bench.key, {
      end_user_id: "bob",
      tools: [bench.toolId],
      thread: { id: threads.json.list[0].id },
    });
    const refused = await bench.post(body, { key: never });
    expect([refused.status, refused.json.error.type]).toEqual([404, "thread_not_found"]);
  });

  it("is for a key on the thread of that id, which it makes", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const { status } = await bench.post(
      { id: "made-by-key", message: userMessage("m1", "Hello") },
      { key: bench.key },
    );
    expect(status).toBe(200);
    expect((await call("/api/sdk/threads/made-by-key", { key: bench.key })).status).toBe(200);
  });

  it.for(MAJORS)(
    "asks the page of ai %i to answer a function of the client",
    async (major, { expect }) => {
      const bench = await chatBench(clientActions());
      const { text } = await bench.post({ id: "c", messages: [userMessage("m1", "Look it up")] });
      const chunks = chunksOf(text).map(({ chunk }) => chunk);
      const message = await readMessage(chunks, major);
      expect(message.parts.find(({ type }) => type === "tool-look_up")).toMatchObject({
        state: "input-available",
        input: { id: 1 },
      });
      expect(chunks.at(-1)).toEqual({ type: "finish", finishReason: "tool-calls" });
    },
  );

  it("tells the failure of a run as the stream's error", async ({ expect }) => {
    const bench = await chatBench(offline({ error: { status: 500, message: "No." } }));
    const { text } = await bench.post(
      { id: "c", messages: [userMessage("m1", "Hello")] },
      { key: bench.key },
    );
    const chunks = chunksOf(text).map(({ chunk }) => chunk);
    expect(chunks.at(-1)?.type).toBe("error");
    expect(chunks.at(-2)).toMatchObject({ type: "data-bobbin", data: { status: "failed" } });
  });

  it.for([
    ["no message", { id: "c", messages: [] }, "messages"],
    [
      "a message of the assistant's",
      { id: "c", message: { id: "a", role: "system", parts: [] } },
      "message.role",
    ],
    ["a message that says nothing", { id: "c", message: userMessage("m", " ") }, "message.parts"],
    [
      "an unknown word of ours",
      { id: "c", message: userMessage("m", "Hi"), bobbin: { x: 1 } },
      "bobbin.x",
    ],
    [
      "too much beside the messages",
      { id: "c", message: userMessage("m", "Hi"), big: "x".repeat(70_000) },
      "",
    ],
  ] as const)("refuses %s", async ([, body, path], { expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const { status, json } = await bench.post(body);
    expect(status).toBe(400);
    expect(json.error.issues[0].path.join(".")).toBe(path);
    expect(json.error.request_id).toBeTypeOf("string");
  });

  it("is open to a page of any origin, which may read the run's id", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const asked = await call(bench.api, {
      method: "OPTIONS",
      headers: {
        Origin: "https://page.test",
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization,content-type",
      },
    });
    expect(asked.headers.get("Access-Control-Allow-Origin")).toBe("*");
    expect(asked.headers.get("Access-Control-Allow-Headers")).toBe("authorization,content-type");
    const { headers } = await bench.post({ id: "c", message: userMessage("m", "Hi") });
    expect(headers.get("Access-Control-Expose-Headers")).toContain("X-Bobbin-Run-Id");
  });
});
