/** What a page does with its chat beside a turn: loads it, takes its stream up again, stops it, lists it. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import type { ActionDefinition } from "../../src/domain/tool";
import { CHAT, PAGE, STREAM } from "../../src/limits";
import { runOutcomeKey } from "../../src/store/files/objects";
import { call } from "../support/call";
import { mintToken } from "../support/tokens";
import { chatActions, clientActions } from "../support/tool";
import {
  type Chunk,
  MAJORS,
  type Message,
  chatBench,
  chunksOf,
  readMessage,
  textOf,
  userMessage,
} from "./chat-bench";

const offline = (script: object) => chatActions({ offline: script });
const chunksIn = (text: string): Chunk[] => chunksOf(text).map(({ chunk }) => chunk);

/** As JSON has it: without what is undefined. */
const asSent = (value: unknown): unknown => JSON.parse(JSON.stringify(value));

describe("GET {chat}/messages", () => {
  it.for(MAJORS)("gives ai %i what its page held after the stream", async (major, { expect }) => {
    const bench = await chatBench(offline({ text: "One two three." }));
    const query = `?parts=${major}`;
    const body = { id: "c", messages: [userMessage("m1", "Count.")] };
    const { text } = await bench.post(body, { query });
    const held = await readMessage(chunksIn(text), major);
    const { status, json } = await bench.get(`/c/messages${query}`);
    expect(status).toBe(200);
    expect(json.messages).toHaveLength(2);
    expect(json.messages[0]).toMatchObject(userMessage("m1", "Count."));
    expect(json.messages[1].id).toBe(held.id);
    expect(json.messages[1].parts).toEqual(asSent(held.parts));
    expect([json.activeStreamId, json.before]).toEqual([null, null]);
  });

  it("gives a chat in pages, and nothing of one that is not there yet", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    for (const id of ["m1", "m2", "m3"]) {
      await bench.post({ id: "c", messages: [userMessage(id, `I am ${id}`)] });
    }
    const { json: last } = await bench.get("/c/messages?limit=4");
    expect(last.messages.map(({ role }: { role: string }) => role)).toEqual([
      "user",
      "assistant",
      "user",
      "assistant",
    ]);
    const { json: first } = await bench.get(`/c/messages?limit=4&before=${last.before}`);
    expect(first.messages[0].id).toBe("m1");
    expect([first.messages.length, first.before]).toEqual([2, null]);
    const { json: none } = await bench.get("/other/messages");
    expect(none).toEqual({ messages: [], activeStreamId: null, before: null });
  });
});

const longOutput = (name: string, kib: number) => ({
  name,
  type: "code" as const,
  spec: { code: `() => "x".repeat(${kib} * 1024)` },
});
const chatOf = async (more: ActionDefinition[], turns: number) => {
  const [input, ...rest] = offline({ text: "Fine." });
  const bench = await chatBench([input, ...more, ...rest].flatMap((action) => action ?? []));
  for (let turn = 1; turn <= turns; turn += 1) {
    await bench.post({ id: "c", messages: [userMessage(`m${turn}`, `I am ${turn}`)] });
  }
  return bench;
};

describe("a chat whose runs kept much", () => {
  it("comes in pages that end early, and loses nothing", async ({ expect }) => {
    const bench = await chatOf([longOutput("A", 900), longOutput("B", 900)], 5);
    const pages: string[][] = [];
    let before = "";
    do {
      const { json } = await bench.get(`/c/messages${before && `?before=${before}`}`);
      pages.unshift(json.messages.map((message: Message) => textOf(message)));
      before = json.before;
    } while (before);
    expect(pages.length).toBeGreaterThan(1);
    expect(pages.flat()).toEqual([1, 2, 3, 4, 5].flatMap((turn) => [`I am ${turn}`, "Fine."]));
  });

  it("tells a run that is larger than a page by its words alone", async ({ expect }) => {
    const bench = await chatOf([longOutput("A", 900)], 2);
    const { objects } = await env.FILES.list({ prefix: runOutcomeKey(bench.id, "") });
    for (const { key } of objects) {
      const outcome = (await (await env.FILES.get(key))?.text()) ?? "";
      await env.FILES.put(key, outcome.padEnd(PAGE.maxBytes + 1));
    }
    const { json } = await bench.get("/c/messages?parts=7");
    expect(objects).toHaveLength(2);
    expect(json.messages.map((message: Message) => textOf(message))).toEqual(
      [1, 2].flatMap((turn) => [`I am ${turn}`, "Fine."]),
    );
    expect(json.before).toBeNull();
  });
});

describe("GET {chat}/stream", () => {
  it("replays the run that has just ended, and from a cursor what is behind it", async ({
    expect,
  }) => {
    const bench = await chatBench(offline({ text: "One two three four." }));
    const { text } = await bench.post({ id: "c", messages: [userMessage("m1", "Count.")] });
    const whole = chunksOf(text);
    const resumed = await bench.get("/c/stream");
    expect(resumed.status).toBe(200);
    // What it says first is how the run stands.
    expect(chunksOf(resumed.text).slice(1)).toEqual(whole.slice(1));
    for (const after of [1, 3, whole.length]) {
      const { text: tail } = await bench.get(`/c/stream?after=${after}`);
      expect(chunksOf(tail)).toEqual(whole.slice(after));
    }
  });

  it("has nothing to resume of what is not there, was stopped or has been said since", async ({
    expect,
  }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    expect((await bench.get("/c/stream")).status).toBe(204);
    await bench.post({ id: "c", messages: [userMessage("m1", "Hello")] });
    const { json } = await call("/api/sdk/threads", { key: bench.key });
    const path = `/api/sdk/threads/${json.list[0].id}/messages`;
    await call(path, { key: bench.key, json: { role: "user", content: "And another thing" } });
    expect((await bench.get("/c/stream")).status).toBe(204);
  });

  it("waits for the next run", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    await bench.post({ id: "c", messages: [userMessage("m1", "Hello")] });
    await call(`${bench.api}/c/stop`, { key: bench.token, json: {} });
    const second = bench.get("/d/stream?wait=20");
    const { headers } = await bench.post({ id: "d", messages: [userMessage("m2", "Again")] });
    const followed = await second;
    expect(followed.headers.get("X-Bobbin-Run-Id")).toBe(headers.get("X-Bobbin-Run-Id"));
    expect(textOf(await readMessage(chunksIn(followed.text), 7))).toBe("Fine.");
  });

  it("keeps an end user's waits among its streams, where they give way to the next", async ({
    expect,
  }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const { perEndUser } = STREAM.slots;
    const waits = Array.from({ length: perEndUser + 8 }, () => bench.get("/e/stream?wait=4"));
    const turn = await bench.post({ id: "other", messages: [userMessage("m1", "Hello")] });
    expect(turn.text).toContain("Fine.");
    const statuses = (await Promise.all(waits)).map(({ status }) => status);
    expect(new Set(statuses)).toEqual(new Set([204]));
  });

  it("tells a call of the client again as long as nobody has answered it", async ({ expect }) => {
    const bench = await chatBench(clientActions());
    const { text } = await bench.post({ id: "c", messages: [userMessage("m1", "Look it up")] });
    const asked = chunksIn(text);
    const again = chunksIn((await bench.get("/c/stream")).text);
    expect(again.slice(1)).toEqual(asked.slice(1));
    const { json } = await bench.get("/c/messages");
    expect(json.messages).toHaveLength(1);
    expect(json.activeStreamId).toMatch(/^[0-9a-f]{64}$/);
  });
});

describe("POST {chat}/stop", () => {
  it("keeps the text that was told, and lets the next turn work", async ({ expect }) => {
    const bench = await chatBench(offline({ tokens: 400, delay_ms: 20 }));
    const turn = bench.post({ id: "c", messages: [userMessage("m1", "Talk")] });
    let active: string | null = null;
    while (active === null) {
      ({ activeStreamId: active } = (await bench.get("/c/messages")).json);
    }
    const other = await call(`${bench.api}/c/stop`, {
      key: bench.token,
      json: { runId: "f".repeat(64) },
    });
    expect(other.json).toEqual({ success: true, runId: null, status: null });
    const stopped = await call(`${bench.api}/c/stop`, {
      key: bench.token,
      json: { activeStreamId: active, assistantMessage: { id: "a" } },
    });
    expect(stopped.json).toEqual({ success: true, runId: active, status: "cancelled" });
    const chunks = chunksIn((await turn).text);
    expect(chunks.slice(-2)).toMatchObject([{ type: "abort" }, { finishReason: "other" }]);
    for (const major of MAJORS) {
      await readMessage(chunks, major);
    }
    expect((await bench.get("/c/stream")).status).toBe(204);
    const { json } = await bench.get("/c/messages");
    expect(json.activeStreamId).toBeNull();
  });

  it("stops nothing where nothing is at work", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const { status, json } = await call(`${bench.api}/c/stop`, { key: bench.token, json: {} });
    expect([status, json]).toEqual([200, { success: true, runId: null, status: null }]);
  });
});

describe("chats", () => {
  it("are listed for their end user by the names that it gave, and deleted", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const long = "word ".repeat(40);
    await bench.post({ id: "first", messages: [userMessage("m1", long)] });
    await bench.post({ id: "second", messages: [userMessage("m1", "Hello")] });
    const { json } = await bench.get("");
    expect(json.chats.map(({ id, title }: Record<string, string>) => [id, title])).toEqual([
      ["second", "Hello"],
      ["first", long.slice(0, CHAT.titleChars)],
    ]);
    const verbs = ["threads:read", "threads:delete", "messages:read"];
    const key = await mintToken(bench.key, { end_user_id: "ada", tools: [bench.toolId], verbs });
    const gone = await call(`${bench.api}/first`, { method: "DELETE", key });
    expect(gone.json).toMatchObject({ success: true, id: "first" });
    expect((await call(`${bench.api}/first`, { method: "DELETE", key })).status).toBe(404);
    expect((await bench.get("")).json.chats).toHaveLength(1);
    const bob = await mintToken(bench.key, { end_user_id: "bob", tools: [bench.toolId] });
    expect((await bench.get("", bob)).json.chats).toEqual([]);
  });
});
