/**
 * Sockets on which nothing is said: whose caller may have them no longer, and whose client does not read. The
 * clock goes on by hand; what a client that reads nothing costs a real process is in `ai-sdk-sockets`.
 */
import { evictDurableObject, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import { JOURNAL, SOCKET } from "../../src/limits";
import { ObjectSockets } from "../../src/runs/sockets/object-sockets";
import { RENEW_CLOSE, type SocketDialect } from "../../src/runs/sockets/socket-dialect";
import { call } from "../support/call";
import { mintToken } from "../support/tokens";
import { chatActions } from "../support/tool";
import { type ChatBench, chatBench, userMessage } from "./chat-bench";
import { PageSocket } from "./page-socket";

const fine = () => chatBench(chatActions({ offline: { text: "Fine." } }));
const open = (bench: ChatBench, token = bench.token) =>
  PageSocket.open(`${bench.api}/chat-1/ws?parts=7`, token);

/** A minute longer than a look takes, and within a token's life. */
const LATER_MS = SOCKET.recheckMs + 60_000;

async function answered(socket: PageSocket, requestId = "1"): Promise<string> {
  socket.ask(requestId, "chat-1", userMessage(`m${requestId}`, "Hello"));
  return (await socket.ends(requestId)).type;
}

async function objectOf({ id, key }: ChatBench) {
  const { json } = await call("/api/sdk/threads", { key });
  return env.THREAD.getByName(`${id}/t/${json.list[0].id}`);
}

const ring = (stub: DurableObjectStub) =>
  runInDurableObject(stub, (object: DurableObject) => object.alarm?.());
const alarmOf = (stub: DurableObjectStub) =>
  runInDurableObject(stub, (_, state) => state.storage.getAlarm());

/** As if so much time had passed. */
function pass(ms: number): void {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + ms });
}

afterEach(() => vi.useRealTimers());

describe("a silent socket", () => {
  it("of a revoked token is closed by its object, which was put away meanwhile", async ({
    expect,
  }) => {
    const bench = await fine();
    const socket = await open(bench);
    expect(await answered(socket)).toBe("end");
    await call("/api/sdk/tokens/revoke", { key: bench.key, json: { end_user_id: "ada" } });
    const stub = await objectOf(bench);
    await evictDurableObject(stub);
    pass(LATER_MS);
    await ring(stub);
    expect((await socket.closed).code).toBe(4401);
  });

  it("of a token that is good stays, and its object is woken again", async ({ expect }) => {
    const bench = await fine();
    const socket = await open(bench);
    await answered(socket);
    const stub = await objectOf(bench);
    await evictDurableObject(stub);
    pass(LATER_MS);
    await ring(stub);
    expect(await alarmOf(stub)).toBeLessThanOrEqual(Date.now() + SOCKET.recheckMs);
    expect(await answered(socket, "2")).toBe("end");
  });

  it("is judged by the token that its page has sent last", async ({ expect }) => {
    const bench = await fine();
    const socket = await open(bench);
    await call("/api/sdk/tokens/revoke", { key: bench.key, json: { end_user_id: "ada" } });
    const fresh = await mintToken(bench.key, { end_user_id: "ada", tools: [bench.toolId] });
    const headers = { authorization: `Bearer ${fresh}` };
    socket.ask("1", "chat-1", userMessage("m1", "Hello"), { headers });
    expect((await socket.ends("1")).type).toBe("end");
    const stub = await objectOf(bench);
    await evictDurableObject(stub);
    pass(LATER_MS);
    await ring(stub);
    expect(await answered(socket, "2")).toBe("end");
  });

  it("of a tool that is gone is closed", async ({ expect }) => {
    const bench = await fine();
    const socket = await open(bench);
    await answered(socket);
    await call(`/api/sdk/p/${bench.id}/a/${bench.toolId}`, { key: bench.key, method: "DELETE" });
    const stub = await objectOf(bench);
    await evictDurableObject(stub);
    pass(LATER_MS);
    await ring(stub);
    expect((await socket.closed).code).toBe(4404);
  });

  it("wakes its object after all that was stored there is forgotten", async ({ expect }) => {
    const bench = await fine();
    const socket = await open(bench);
    await answered(socket);
    const stub = await objectOf(bench);
    await evictDurableObject(stub);
    pass(JOURNAL.keepMs + LATER_MS);
    await ring(stub);
    const tables = await runInDurableObject(stub, (_, { storage }) =>
      storage.sql.exec("SELECT name FROM sqlite_master WHERE name = 'runs'").toArray(),
    );
    expect(tables).toEqual([]);
    expect(await alarmOf(stub)).toBeLessThanOrEqual(Date.now() + SOCKET.recheckMs);
  });

  it("that was told something, by an object that could not be put away, is closed", async ({
    expect,
  }) => {
    const bench = await fine();
    const socket = await open(bench);
    await answered(socket);
    const stub = await objectOf(bench);
    pass(LATER_MS);
    await ring(stub);
    expect((await socket.closed).code).toBe(RENEW_CLOSE);
    const next = await open(bench);
    expect(await answered(next, "2")).toBe("end");
  });
});

/** Answers nothing, and lets all in. */
const DEAF: SocketDialect = {
  refuse: () => null,
  async hear() {},
  goOn() {},
  leave() {},
  isStreaming: () => false,
  recheck: async () => {},
};

describe("a client that takes nothing, not even the end of its socket", () => {
  it("loses it with its object, once no run is at work", async ({ expect }) => {
    const stub = env.THREAD.getByName(`deaf-${crypto.randomUUID()}`);
    const told = await runInDurableObject(stub, async (_, state) => {
      const hooks = { wakeAt: vi.fn<() => void>(), restart: vi.fn<() => void>() };
      const sockets = new ObjectSockets(state, DEAF, hooks);
      const request = new Request("https://object.invalid", { headers: { Upgrade: "websocket" } });
      // Nobody reads what comes out of it.
      const { webSocket } = sockets.accept(request);
      const startMs = Date.now();
      sockets.closeAll(RENEW_CLOSE, "Over.");
      const rounds: [number, boolean][] = [
        [startMs, false],
        [startMs + 2 * SOCKET.closingMs, true],
        [startMs + 4 * SOCKET.closingMs, false],
      ];
      const restarts: number[] = [];
      for (const [atMs, isAtWork] of rounds) {
        await sockets.watch(atMs, isAtWork);
        restarts.push(hooks.restart.mock.calls.length);
      }
      return { restarts, wakes: hooks.wakeAt.mock.calls.length, isHeld: webSocket !== null };
    });
    expect(told).toEqual({ restarts: [0, 0, 1], wakes: 5, isHeld: true });
  });
});
