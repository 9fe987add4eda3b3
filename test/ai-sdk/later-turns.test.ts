/** Turns on what was said before: answers to the client's calls, other answers, edits, retries. */
import { describe, it } from "vitest";

import type { Reply } from "../support/call";
import { call } from "../support/call";
import { chatActions, clientActions } from "../support/tool";
import {
  type ChatBench,
  type Chunk,
  MAJORS,
  type Message,
  chatBench,
  chunksOf,
  readMessage,
  textOf,
  userMessage,
} from "./chat-bench";

const chunksIn = ({ text }: Reply): Chunk[] => chunksOf(text).map(({ chunk }) => chunk);
const runOf = ({ headers }: Reply): string | null => headers.get("X-Bobbin-Run-Id");
const offline = (script: object) => chatActions({ offline: script });

const loaded = async (bench: ChatBench, chat = "c"): Promise<Message[]> =>
  (await bench.get(`/${chat}/messages`)).json.messages;

/** The message as its page has it once `addToolOutput` was called for each of its calls. */
function answered(message: Message, output: unknown): Message {
  return {
    ...message,
    parts: message.parts.map((part) =>
      part.type.startsWith("tool-") ? { ...part, state: "output-available", output } : part,
    ),
  };
}

describe("outputs of the client's functions", () => {
  it.for(MAJORS)("let the answer of ai %i go on as the same message", async (major, { expect }) => {
    const bench = await chatBench(clientActions());
    const user = userMessage("m1", "Look it up");
    const asked = await bench.post({ id: "c", messages: [user] });
    const message = await readMessage(chunksIn(asked), major);
    const body = { id: "c", messages: [user, answered(message, { found: 12 })] };
    const tail = await bench.post({ ...body, messageId: message.id });
    expect(tail.status).toBe(200);
    expect(runOf(tail)).toBe(runOf(asked));
    const chunks = chunksIn(tail);
    const told = chunks.filter(({ type }) => !type.startsWith("data-"));
    expect(told.slice(0, 2)).toMatchObject([
      { type: "start", messageId: message.id },
      { type: "start-step" },
    ]);
    const whole = await readMessage(chunks, major, answered(message, { found: 12 }));
    expect(whole.id).toBe(message.id);
    expect(textOf(whole)).not.toBe("");
    const again = await bench.post(body);
    // What it says first is how the run stands.
    expect(chunksIn(again).slice(1)).toEqual(chunks.slice(1));
    const [, saved] = await loaded(bench);
    expect(saved?.id).toBe(message.id);
    expect(saved?.parts.find(({ type }) => type === "tool-look_up")).toMatchObject({
      state: "output-available",
      output: { found: 12 },
    });
    const other = await bench.post({ id: "c", messages: [user, answered(message, "no")] });
    expect([other.status, other.json.error.type]).toEqual([409, "conflict_error"]);
  });

  it("are told of on reload without asking the page again", async ({ expect }) => {
    const bench = await chatBench(clientActions());
    const user = userMessage("m1", "Look it up");
    const message = await readMessage(chunksIn(await bench.post({ id: "c", messages: [user] })), 7);
    await bench.post({ id: "c", messages: [user, answered(message, "12")] });
    const chunks = chunksIn(await bench.get("/c/stream"));
    expect(chunks.filter(({ type }) => type === "tool-input-available")).toEqual([]);
    expect(chunks.find(({ type }) => type === "tool-output-available")).toMatchObject({
      output: "12",
    });
    expect(chunks.filter(({ type }) => type === "start")).toHaveLength(1);
  });

  it("must answer all that is open, and something", async ({ expect }) => {
    const bench = await chatBench(clientActions());
    const user = userMessage("m1", "Look it up");
    const message = await readMessage(chunksIn(await bench.post({ id: "c", messages: [user] })), 7);
    const refused = await bench.post({ id: "c", messages: [user, message] });
    expect([refused.status, refused.json.error.message]).toEqual([
      400,
      expect.stringContaining("open calls"),
    ]);
    const stray = { ...message, id: "another" };
    expect((await bench.post({ id: "c", messages: [user, stray] })).status).toBe(400);
  });

  it("give way to what the user says instead", async ({ expect }) => {
    const bench = await chatBench(clientActions());
    const first = await bench.post({ id: "c", messages: [userMessage("m1", "Look it up")] });
    const second = await bench.post({ id: "c", messages: [userMessage("m2", "Never mind")] });
    expect(chunksIn(second).at(-1)).toMatchObject({ finishReason: "tool-calls" });
    const path = `/api/sdk/p/${bench.id}/a/${bench.toolId}/r/${runOf(first)}`;
    const { json } = await call(path, { key: bench.key });
    expect(json.run.error.code).toBe("interrupted");
  });
});

describe("regenerate", () => {
  it("takes the place of the answer and of all behind it, and is done once", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const user = userMessage("m1", "Hello");
    const first = await bench.post({ id: "c", messages: [user] });
    const [, old] = await loaded(bench);
    await bench.post({ id: "c", messages: [userMessage("m2", "More")] });
    const body = {
      id: "c",
      messages: [user],
      trigger: "regenerate-message",
      messageId: old?.id,
    };
    const anew = await bench.post(body);
    const twice = await bench.post(body);
    expect(runOf(anew)).not.toBe(runOf(first));
    expect(runOf(twice)).toBe(runOf(anew));
    const messages = await loaded(bench);
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant"]);
    expect(messages[1]?.id).not.toBe(old?.id);
    const { json } = await call("/api/sdk/threads", { key: bench.key });
    const path = `/api/sdk/threads/${json.list[0].id}/messages`;
    const { json: listed } = await call(path, { key: bench.key });
    expect(listed.list).toHaveLength(2);
    const { json: all } = await call(`${path}?superseded=1`, { key: bench.key });
    expect(all.list).toHaveLength(5);
  });
});

describe("an edit", () => {
  it("takes the place of the message and of all behind it", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    await bench.post({ id: "c", messages: [userMessage("m1", "Hello")] });
    await bench.post({ id: "c", messages: [userMessage("m2", "More")] });
    const edit = { id: "c", messages: [userMessage("m1", "Goodbye")], messageId: "m1" };
    const edited = await bench.post(edit);
    expect(edited.status).toBe(200);
    expect(runOf(await bench.post(edit))).toBe(runOf(edited));
    const messages = await loaded(bench);
    expect(messages.map(textOf)).toEqual(["Goodbye", "Fine."]);
    expect(messages[0]?.id).toBe("m1");
  });

  it("stops a run that is at work on what it replaces, whose text is no part of the chat", async ({
    expect,
  }) => {
    const bench = await chatBench(offline({ tokens: 400, delay_ms: 20 }));
    const first = bench.post({ id: "c", messages: [userMessage("m1", "Talk")] });
    while ((await bench.get("/c/messages")).json.activeStreamId === null) {
      // It is about to begin.
    }
    const edit = { id: "c", messages: [userMessage("m1", "Stop")], messageId: "m1" };
    const second = bench.post(edit);
    expect(chunksIn(await first).at(-2)).toMatchObject({ type: "abort" });
    await call(`${bench.api}/c/stop`, { key: bench.token, json: {} });
    await second;
    const users = (await loaded(bench)).filter(({ role }) => role === "user");
    expect(users.map(textOf)).toEqual(["Stop"]);
    expect((await loaded(bench)).length).toBeLessThanOrEqual(2);
  });
});

describe("a message whose run has failed", () => {
  it("has a new run when it is sent again", async ({ expect }) => {
    const bench = await chatBench(offline({ error: { status: 500 } }));
    const body = { id: "c", messages: [userMessage("m1", "Hello")] };
    const first = await bench.post(body);
    const second = await bench.post({ ...body, messageId: "m1" });
    expect(chunksIn(first).at(-1)?.type).toBe("error");
    expect(runOf(second)).not.toBe(runOf(first));
    expect(await loaded(bench)).toHaveLength(1);
  });
});
