/**
 * Sockets of chats: the frames of `WebSocketChatTransport`, who may send them, and what outlives the object
 * that holds them. A forced eviction stands for the platform's own, after ten idle seconds: see
 * `ai-sdk-sockets` among the black-box tests.
 */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { MAX_VALUES } from "../../src/domain/count-values";
import { CHAT, RUN, SOCKET } from "../../src/limits";
import { call } from "../support/call";
import { mintToken } from "../support/tokens";
import { chatActions, clientActions } from "../support/tool";
import { watchTurns } from "../support/watch-turns";
import { type ChatBench, chatBench, readMessage, textOf, userMessage } from "./chat-bench";
import { PageSocket, shakeHands } from "./page-socket";

const TEXT = "One two three four five six seven eight nine ten.";
const offline = (script: object) => chatActions({ offline: script });
const slow = () => chatBench(offline({ text: TEXT, delay_ms: 40 }));

const wsOf = ({ api }: ChatBench, id = "chat-1") => `${api}/${id}/ws`;
const open = (bench: ChatBench, more = "?parts=7") =>
  PageSocket.open(`${wsOf(bench)}${more}`, bench.token);

async function objectOf(bench: ChatBench) {
  const { json } = await call("/api/sdk/threads", { key: bench.key });
  return env.THREAD.getByName(`${bench.id}/t/${json.list[0].id}`);
}

async function statusOf(bench: ChatBench): Promise<string> {
  const { json } = await call(`/api/sdk/p/${bench.id}/a/${bench.toolId}/r`, { key: bench.key });
  return json.runs[0].status.run;
}

const named = (token: string) => ({ "Sec-WebSocket-Protocol": `bobbin.v1, ${token}` });

async function statusOfShake(path: string, headers: Record<string, string> = {}) {
  return (await shakeHands(path, headers)).status;
}

const hasText = ({ chunk }: { chunk?: { type: string } }) => chunk?.type === "text-delta";

describe("a socket", () => {
  it("agrees on the protocol, and answers turn after turn", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const shaken = await shakeHands(wsOf(bench), named(bench.token));
    expect([shaken.status, shaken.headers.get("Sec-WebSocket-Protocol")]).toEqual([
      101,
      "bobbin.v1",
    ]);
    expect((await shakeHands(`${wsOf(bench)}?token=${bench.token}`)).status).toBe(101);
    const socket = await open(bench);
    for (const turn of ["1", "2"]) {
      socket.ask(turn, "chat-1", userMessage(`m${turn}`, "Hello"));
      expect((await socket.ends(turn)).type).toBe("end");
      expect(textOf(await readMessage(socket.chunks(turn), 7))).toBe("Fine.");
    }
    const told = socket.frames.filter(({ requestId }) => requestId === "1");
    expect([told[0]?.type, told[1]?.sequence]).toEqual(["start", 0]);
  });

  it("resumes from the first chunk, and says where there is nothing", async ({ expect }) => {
    const bench = await slow();
    const socket = await open(bench);
    socket.resume("none", "chat-1");
    expect((await socket.ends("none")).type).toBe("no-active");
    socket.ask("asked", "chat-1", userMessage("m1", "Count."));
    await socket.hears(hasText);
    const other = await open(bench);
    other.resume("resumed", "chat-1");
    await Promise.all([socket.ends("asked"), other.ends("resumed")]);
    const read = await Promise.all([
      readMessage(socket.chunks("asked"), 7),
      readMessage(other.chunks("resumed"), 7),
    ]);
    expect(read.map(textOf)).toEqual([TEXT, TEXT]);
    expect(read[0].id).toBe(read[1].id);
  });

  it("goes on with outputs for the page's own function", async ({ expect }) => {
    const bench = await chatBench(clientActions());
    const socket = await open(bench);
    socket.ask("asked", "chat-1", userMessage("m1", "Look it up."));
    await socket.ends("asked");
    const message = await readMessage(socket.chunks("asked"), 7);
    const parts = message.parts.map((part) =>
      part.type.startsWith("tool-") ? { ...part, state: "output-available", output: "42" } : part,
    );
    const answered = { ...message, parts };
    socket.ask("told", "chat-1", answered);
    expect((await socket.ends("told")).type).toBe("end");
    const whole = await readMessage(socket.chunks("told"), 7, answered);
    expect([whole.id, textOf(whole)]).toEqual([message.id, expect.stringContaining("42")]);
  });
});

describe("an answer that its page breaks off", () => {
  it.for([
    ["detach", "succeeded"],
    ["stop", "errored"],
  ])("ends its frames; by abort=%s the run has %s", async ([abort, status], { expect }) => {
    const bench = await slow();
    const socket = await open(bench, `?parts=7&abort=${abort}`);
    socket.ask("asked", "chat-1", userMessage("m1", "Count."));
    await socket.hears(hasText);
    socket.abort("asked");
    const resumed = await bench.get("/chat-1/stream");
    expect(await statusOf(bench)).toBe(status);
    expect(resumed.text.includes("ten.")).toBe(abort === "detach");
    expect(socket.frames.at(-1)?.type).toBe("chunk");
    socket.ask("next", "chat-1", userMessage("m2", "Count."));
    expect((await socket.ends("next")).type).toBe("end");
  });

  it("by closing lets its run go on", async ({ expect }) => {
    const bench = await slow();
    const socket = await open(bench);
    socket.ask("asked", "chat-1", userMessage("m1", "Count."));
    await socket.hears(hasText);
    socket.close();
    expect((await bench.get("/chat-1/stream")).text).toContain("ten.");
    expect(await statusOf(bench)).toBe("succeeded");
  });
});

describe("an object that is put away", () => {
  it("is made anew by the next frame, and answers on the same socket", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const socket = await open(bench);
    socket.ask("before", "chat-1", userMessage("m1", "Hello"));
    await socket.ends("before");
    const stub = await objectOf(bench);
    const first = await runInDurableObject(stub, (object: object) => {
      return Object.assign(object, { mark: "first" }).mark;
    });
    await evictDurableObject(stub);
    socket.ask("after", "chat-1", userMessage("m2", "Hello"));
    expect((await socket.ends("after")).type).toBe("end");
    const second = await runInDurableObject(stub, (object: object) => "mark" in object);
    expect([first, second]).toEqual(["first", false]);
  });

  it("in mid-answer goes on behind the chunk that its page has", async ({ expect }) => {
    const bench = await slow();
    const socket = await open(bench);
    socket.ask("asked", "chat-1", userMessage("m1", "Count."));
    await socket.hears(hasText);
    await evictDurableObject(await objectOf(bench));
    socket.resume("waker", "chat-1");
    expect((await socket.ends("asked")).type).toBe("end");
    expect(textOf(await readMessage(socket.chunks("asked"), 7))).toBe(TEXT);
  });

  it("with its thread closes the socket", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const socket = await open(bench);
    socket.ask("asked", "chat-1", userMessage("m1", "Hello"));
    await socket.ends("asked");
    await call(`${bench.api}/chat-1`, { method: "DELETE", key: bench.key });
    const { json } = await call("/api/sdk/threads", { key: bench.key });
    await call(`/api/sdk/threads/${json.list[0]?.id}`, { method: "DELETE", key: bench.key });
    expect((await socket.closed).code).toBe(4404);
  });
});

describe("a socket is refused", () => {
  it("a caller that is none, another's chat, and a page of another origin", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    expect(await statusOfShake(wsOf(bench))).toBe(401);
    expect(await statusOfShake(wsOf(bench), named("sk-none"))).toBe(401);
    const deaf = await mintToken(bench.key, {
      end_user_id: "ada",
      tools: [bench.toolId],
      verbs: ["runs:create", "messages:create"],
    });
    expect(await statusOfShake(wsOf(bench), named(deaf))).toBe(403);
    const other = await chatBench(offline({ text: "Fine." }));
    expect(await statusOfShake(wsOf(bench), named(other.token))).toBe(404);
    const bound = await mintToken(bench.key, {
      end_user_id: "ada",
      tools: [bench.toolId],
      thread: { id: "mine" },
    });
    expect(await statusOfShake(wsOf(bench, "yours"), named(bound))).toBe(404);
    const plain = await call(wsOf(bench), { key: bench.key });
    expect([plain.status, plain.json]).toEqual([200, { protocol: "bobbin.v1" }]);
    const origins = env.CORS_ORIGINS;
    try {
      env.CORS_ORIGINS = "https://app.example";
      const from = (origin: string) => ({ ...named(bench.token), Origin: origin });
      expect(await statusOfShake(wsOf(bench), from("https://evil.example"))).toBe(403);
      expect(await statusOfShake(wsOf(bench), from("https://app.example"))).toBe(101);
    } finally {
      env.CORS_ORIGINS = origins;
    }
  });

  it("more than one end user may have of a chat", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const statuses: number[] = [];
    for (let count = 0; count <= SOCKET.maxPerSpeaker; count += 1) {
      statuses.push(await statusOfShake(wsOf(bench), named(bench.token)));
    }
    expect(new Set(statuses.slice(0, -1))).toEqual(new Set([101]));
    expect(statuses.at(-1)).toBe(503);
  });

  it("more than one end user may have of all chats", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const most = SOCKET.open.perEndUser;
    const pages: PageSocket[] = [];
    for (let count = 0; count < most; count += 1) {
      const chat = `chat-${Math.floor(count / SOCKET.maxPerSpeaker)}`;
      pages.push(await PageSocket.open(wsOf(bench, chat), bench.token));
    }
    const refused = await shakeHands(wsOf(bench, "one-more"), named(bench.token));
    expect([refused.status, refused.headers.has("Retry-After")]).toEqual([503, true]);
    expect(await refused.text()).toContain(`This end user has ${most} sockets open`);
    const keyed = await PageSocket.open(wsOf(bench, "one-more"), bench.key);
    keyed.close();
    pages[0]?.close();
    await pages[0]?.closed;
    expect(await statusOfShake(wsOf(bench, "one-more"), named(bench.token))).toBe(101);
    pages.forEach((page) => page.close());
  });
});

describe("a credential that no header can carry", () => {
  it.for(["a%0Ab", "%00", "%C3%A9", "a%20b"])("is refused: %s", async (token, { expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    expect(await statusOfShake(`${wsOf(bench)}?token=${token}`)).toBe(401);
  });
});

describe("a frame", () => {
  it.for([
    ["of another type", { type: "listen", requestId: "1" }],
    ["without its headers", { type: "resume", requestId: "1", id: "chat-1", body: {} }],
    ["with fields that it has not", { type: "abort", requestId: "1", why: "because" }],
    ["that is no JSON", "hello"],
    ["of more values than a body may have", `[${"{},".repeat(MAX_VALUES)}1]`],
    ["of more bytes than a body may have", `"${"\u4e2d".repeat(CHAT.bodyMaxBytes / 2)}"`],
  ] as const)("%s closes its socket", async ([, frame], { expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const socket = await open(bench);
    socket.send(frame);
    expect((await socket.closed).code).toBe(1008);
  });

  it("that is long is read in pieces, and in its turn", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const socket = await open(bench);
    const long = "x".repeat(CHAT.bodyMaxBytes - 1000);
    const { turns } = await watchTurns(async () => {
      socket.ask("long", "chat-1", userMessage("m1", long));
      socket.abort("long");
      socket.ask("short", "chat-1", userMessage("m2", "Hello"));
      expect((await socket.ends("short")).type).toBe("end");
    });
    expect(turns).toBeGreaterThanOrEqual(long.length / RUN.valueCharsPerTurn);
    // It was asked for before it was broken off, and is as long as no message may be.
    const frames = socket.frames.filter(({ requestId }) => requestId === "long");
    expect(frames.filter(({ type }) => type !== "error")).toEqual([]);
  });

  it("is one of too many where its socket sends without end", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const socket = await open(bench);
    for (let count = 0; count < 3; count += 1) {
      socket.send(`"${"x".repeat(CHAT.bodyMaxBytes - 2)}"`);
    }
    expect((await socket.closed).reason).toContain("More was sent at once");
  });

  it("is counted where it becomes no call", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const socket = await open(bench);
    for (let count = 0; count <= SOCKET.maxIdleFrames; count += 1) {
      socket.send({ type: "abort", requestId: String(count) });
    }
    expect((await socket.closed).code).toBe(1008);
  });

  it.for([
    ["a header", () => ({ "idempotency-key": "a\nb" })],
    ["a token", (token: string) => ({ authorization: `Bearer ${token}\nX: y` })],
  ] as const)("with %s of two lines is answered", async ([, headersWith], { expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const socket = await open(bench);
    const headers = headersWith(bench.token);
    socket.ask("1", "chat-1", userMessage("m1", "Hello"), { headers });
    const { errorText = "" } = await socket.ends("1");
    expect(JSON.parse(errorText).error.type).toBe("invalid_request_error");
    socket.ask("2", "chat-1", userMessage("m1", "Hello"));
    expect((await socket.ends("2")).type).toBe("end");
  });

  it("is held to what its caller may, in the words of the call", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const mute = await mintToken(bench.key, {
      end_user_id: "ada",
      tools: [bench.toolId],
      verbs: ["runs:read", "messages:read", "runs:create", "threads:create"],
    });
    const socket = await PageSocket.open(wsOf(bench), mute);
    socket.ask("1", "chat-1", userMessage("m1", "Hello"));
    const { errorText = "" } = await socket.ends("1");
    expect(JSON.parse(errorText).error).toMatchObject({
      type: "forbidden_error",
      message: expect.stringContaining("messages:create"),
    });
    socket.ask("2", "chat-2", userMessage("m1", "Hello"));
    expect(JSON.parse((await socket.ends("2")).errorText ?? "").error.type).toBe("conflict_error");
    const { json } = await call("/api/sdk/threads", { key: bench.key });
    expect(json.list).toEqual([]);
  });

  it("renews the token of its caller, and speaks for no other", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const socket = await open(bench);
    const asking = async (requestId: string, token: string) => {
      const headers = { authorization: `Bearer ${token}` };
      socket.ask(requestId, "chat-1", userMessage(`m-${requestId}`, "Hello"), { headers });
      return socket.ends(requestId);
    };
    const claims = { end_user_id: "ada", tools: [bench.toolId] };
    const fresh = await mintToken(bench.key, { ...claims, expires_in: 600 });
    expect((await asking("fresh", fresh)).type).toBe("end");
    const bob = await mintToken(bench.key, { ...claims, end_user_id: "bob" });
    for (const [requestId, token] of [
      ["bob", bob],
      ["key", bench.key],
    ] as const) {
      const { errorText = "" } = await asking(requestId, token);
      expect(JSON.parse(errorText).error.message).toContain("another caller's");
    }
    const [head, , signature] = fresh.split(".");
    const forged = [head, bench.token.split(".")[1], signature].join(".");
    expect((await asking("forged", forged)).type).toBe("error");
    expect((await socket.closed).code).toBe(4401);
  });

  it("of a caller that was revoked closes its socket", async ({ expect }) => {
    const bench = await chatBench(offline({ text: "Fine." }));
    const made = await call(`/api/sdk/keys`, { key: bench.key, json: { name: "socket" } });
    const { id, secret } = { id: made.json.id ?? made.json.key?.id, secret: made.json.secret };
    expect([made.status, typeof id]).toEqual([200, "string"]);
    const socket = await PageSocket.open(wsOf(bench), secret);
    await call(`/api/sdk/keys/${id}`, { key: bench.key, method: "DELETE" });
    socket.resume("late", "chat-1");
    expect((await socket.closed).code).toBe(4401);
  });

  it("beyond eight answers at work is refused", async ({ expect }) => {
    const bench = await slow();
    const socket = await open(bench);
    socket.ask("0", "chat-1", userMessage("m1", "Count."));
    await socket.hears(hasText);
    for (let n = 1; n <= SOCKET.maxRequests; n += 1) {
      socket.resume(String(n), "chat-1");
    }
    const { errorText = "" } = await socket.ends(String(SOCKET.maxRequests));
    expect(JSON.parse(errorText).error.message).toContain("8 answers at work");
    expect((await socket.ends("1")).type).toBe("end");
  });
});
