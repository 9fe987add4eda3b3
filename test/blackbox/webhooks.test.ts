/**
 * Webhooks over real HTTP, on the server that README starts: a receiver with the specification's own
 * library takes them, fails, is slow, and is told all the same after `kill -9`.
 */
import { once } from "node:events";
import { IncomingMessage, request } from "node:http";
import { type Server, createServer } from "node:net";
import { text } from "node:stream/consumers";

import { afterAll, beforeAll, describe, expect, it, onTestFinished, vi } from "vitest";
import * as z from "zod";

import { apiClient } from "../support/api-client.ts";
import type { ApiClient } from "../support/api-client.ts";
import { freePort, startServer, temporaryStateDir } from "../support/local-server.ts";
import type { LocalServer } from "../support/local-server.ts";
import { startReceiver } from "../support/webhook-receiver.ts";
import type { ReceiverAnswer } from "../support/webhook-receiver.ts";

const Made = z.object({ id: z.string(), secret: z.string() });
const Deliveries = z.object({
  list: z.array(
    z.object({
      id: z.string(),
      webhook_id: z.string().nullable(),
      type: z.string(),
      status: z.string(),
      attempts: z.int(),
      response_status: z.int().nullable(),
      error: z.string().nullable(),
    }),
  ),
});

let state: Awaited<ReturnType<typeof temporaryStateDir>>;
let server: LocalServer;
let api: ApiClient;

async function start(): Promise<void> {
  const env = { ALLOW_LOOPBACK: "true" };
  server = await startServer({ script: "start", stateDir: state.dir, env });
  api = apiClient(server.url);
}

beforeAll(async () => {
  state = await temporaryStateDir();
  await start();
});
afterAll(async () => {
  await server.stop();
  await state.remove();
});

/** A receiver for the rest of the test, named by a webhook of the project. */
async function receiver(answers?: ReceiverAnswer[]) {
  const started = await startReceiver(answers);
  const made = Made.parse(await (await api.post("/webhooks", { url: started.url })).json());
  started.trust(made.secret);
  onTestFinished(async () => {
    await api.send(`/webhooks/${made.id}`, { method: "DELETE" });
    await started.close();
  });
  return { ...started, id: made.id };
}

async function deliveries(runId: string) {
  const reply = await api.send(`/webhooks/deliveries?run_id=${runId}`);
  return Deliveries.parse(await reply.json()).list;
}

/** Once all of the run's deliveries are there and settled. */
async function settled(runId: string, count = 1) {
  return vi.waitFor(
    async () => {
      const list = await deliveries(runId);
      expect(list.map(({ status }) => status)).not.toContain("pending");
      expect(list).toHaveLength(count);
      return list;
    },
    { timeout: 60_000, interval: 200 },
  );
}

describe("a webhook", () => {
  it("is told of a run's end, signed as the specification says", async () => {
    const { received, posts, id } = await receiver();
    const run = await api.run({ inputs: [{ messages: [{ role: "user", content: "Hello" }] }] });
    await posts(1);
    expect(received[0]?.notice).toMatchObject({
      type: "run.succeeded",
      data: { run: { run_id: run.run_id, status: { run: "succeeded" }, results: run.results } },
    });
    expect(await settled(run.run_id)).toMatchObject([
      {
        id: received[0]?.id,
        webhook_id: id,
        status: "delivered",
        attempts: 1,
        response_status: 204,
      },
    ]);
  });

  it("is told again where it failed first, under the same id", async () => {
    const { received, posts } = await receiver([500]);
    const run = await api.run({});
    await posts(2);
    expect(received[1]).toEqual(received[0]);
    expect(await settled(run.run_id)).toMatchObject([{ status: "delivered", attempts: 2 }]);
  });

  it("has failed where it redirects, and is not followed", async () => {
    const { posts } = await receiver([302]);
    const run = await api.run({});
    await posts(2);
    expect(await settled(run.run_id)).toMatchObject([{ status: "delivered", attempts: 2 }]);
  });

  it("delays no run where it never answers", async () => {
    const { posts } = await receiver(["never"]);
    const first = await api.run({ thread_id: "slow-receiver" });
    await posts(1);
    const second = await api.run({ thread_id: "slow-receiver" });
    expect(second.status.run).toBe("succeeded");
    expect(await settled(second.run_id)).toMatchObject([{ attempts: 1 }]);
    expect(await deliveries(first.run_id)).toMatchObject([{ status: "pending", attempts: 0 }]);
  });

  it("is told once more where that is asked for", async () => {
    const { received, posts } = await receiver();
    const run = await api.run({});
    const [delivery] = await settled(run.run_id);
    await api.post(`/webhooks/deliveries/${delivery?.id}/replay`, {});
    await posts(2);
    expect(received[1]).toEqual(received[0]);
    expect(await settled(run.run_id)).toMatchObject([{ status: "delivered", attempts: 1 }]);
  });

  it("is told of a run that waits for its client, with the calls", async () => {
    const { received, posts } = await receiver();
    const call = { name: "look_up", arguments: { city: "Oslo" } };
    const functions = [{ name: "look_up", client: true, parameters: { type: "object" } }];
    const actions = [
      { name: "INPUT", type: "input" },
      {
        name: "ASK",
        type: "chat",
        spec: { messages: [{ role: "user", content: "Where?" }], functions },
        config: { provider_id: "offline", offline: { function_call: call } },
      },
      { name: "OUTPUT", type: "output" },
    ];
    const run = await api.runTool({ name: "asks-its-client", actions });
    await posts(1);
    expect(received[0]?.notice).toMatchObject({
      type: "run.requires_action",
      data: {
        run: {
          run_id: run.run_id,
          status: { run: "requires_action" },
          required_action: { calls: [{ name: "look_up", arguments: '{"city":"Oslo"}' }] },
        },
      },
    });
  });
});

it("says by name why an address does not answer, in one line of the log and in the record", async () => {
  const noTls = createServer((socket) => socket.on("error", ignoreReset).end("plain words\r\n"));
  noTls.listen(0, "127.0.0.1");
  const hangsUp = createServer((socket) => {
    socket.on("error", ignoreReset).once("data", () => socket.destroy());
  });
  hangsUp.listen(0, "127.0.0.1");
  onTestFinished(() => {
    noTls.close();
    hangsUp.close();
  });
  const expected: [url: string, reason: string][] = [
    [`http://127.0.0.1:${await freePort()}/`, "refused the connection"],
    ["https://bobbin-receiver.example.com/", "DNS has no address for bobbin-receiver.example.com"],
    [`https://127.0.0.1:${portOf(noTls)}/`, "no TLS could be agreed on"],
    [`http://127.0.0.1:${portOf(hangsUp)}/`, "closed the connection before its answer was whole"],
  ];
  const before = server.output().length;
  const ids: string[] = [];
  for (const [url] of expected) {
    ids.push(Made.parse(await (await api.post("/webhooks", { url })).json()).id);
  }
  const run = await api.run({});
  await vi.waitFor(
    async () =>
      expect((await deliveries(run.run_id)).map(({ attempts }) => attempts >= 2)).toEqual(
        expected.map(() => true),
      ),
    { timeout: 60_000, interval: 500 },
  );
  for (const id of ids) {
    await api.send(`/webhooks/${id}`, { method: "DELETE" });
  }

  const list = await deliveries(run.run_id);
  const lines = server
    .output()
    .slice(before)
    .split("\n")
    .filter((line) => line !== "" && !line.startsWith('{"level":"info"'));
  expect(lines).toHaveLength(expected.length);
  for (const [index, [, reason]] of expected.entries()) {
    const record = list.find(({ webhook_id }) => webhook_id === ids[index]);
    expect(record).toMatchObject({
      status: "failed",
      error: expect.stringMatching(/^Its webhook was deleted\. The request failed: /),
    });
    expect(record?.error).toContain(reason);
    const line = lines.find((one) => one.includes(String(ids[index]))) ?? "{}";
    expect(JSON.parse(line)).toMatchObject({
      level: "warn",
      reason: expect.stringContaining(reason),
      stop_by: `DELETE /api/sdk/webhooks/${ids[index]}`,
    });
  }
});

it("posts to the address that a run names, signed by the project's secret for runs", async () => {
  const named = await startReceiver();
  onTestFinished(() => named.close());
  const made = Made.parse(await (await api.post("/webhooks", {})).json());
  named.trust(made.secret);
  const run = await api.run({ webhook_url: named.url });
  await named.posts(1);
  expect(named.received[0]?.notice.data.run.run_id).toBe(run.run_id);
  expect(await settled(run.run_id)).toMatchObject([{ webhook_id: null, status: "delivered" }]);
});

it("tells after kill -9 what had ended before it", async () => {
  const { received, posts } = await receiver(["never"]);
  const run = await api.run({});
  await posts(1);
  await server.kill();
  await start();
  await posts(2);
  expect(received.map(({ id }) => id)).toEqual([received[0]?.id, received[0]?.id]);
  expect(received[1]?.notice).toEqual(received[0]?.notice);
  expect(await settled(run.run_id)).toMatchObject([{ status: "delivered" }]);
});

describe("the service's own address", () => {
  it("is refused whatever Host a call names", async () => {
    const { port } = new URL(server.url);
    const reply = await rawPost(Number(port), {
      Host: "elsewhere.example",
      Authorization: "Bearer sk-dev",
      "Content-Type": "application/json",
    });
    expect(reply).toContain("this service itself");
  });
});

function portOf(listening: Server): number {
  const address = listening.address();
  return typeof address === "object" && address !== null ? address.port : 0;
}

/** `fetch` sets `Host` itself. */
async function rawPost(port: number, headers: Record<string, string>): Promise<string> {
  const body = JSON.stringify({ url: `http://127.0.0.1:${port}/api/sdk/threads` });
  const sent = request({
    port,
    host: "127.0.0.1",
    path: "/api/sdk/webhooks",
    method: "POST",
    headers,
  });
  sent.end(body);
  const [response]: unknown[] = await once(sent, "response");
  if (!(response instanceof IncomingMessage)) {
    throw new Error("There was no response.");
  }
  return text(response);
}

/** Bobbin resets a connection that makes no sense to it. */
function ignoreReset(): void {
  // Nothing to do: what the record says of it is what the test reads.
}
