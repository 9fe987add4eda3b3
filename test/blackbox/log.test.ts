/**
 * The log of a served Bobbin: real requests and runs over HTTP, and the lines they leave. Then a caller
 * that puts secrets wherever one may put something: none of them is in any line.
 */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import * as z from "zod";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { startServer, temporaryStateDir } from "../support/local-server.ts";
import type { LocalServer } from "../support/local-server.ts";

const ADMIN_KEY = "an operator's secret";
const RUNS = `/api/sdk/p/${DEMO.projectId}/a`;
const Line = z.looseObject({ level: z.string(), message: z.string() });
type Line = z.infer<typeof Line>;

let server: LocalServer;
let state: Awaited<ReturnType<typeof temporaryStateDir>>;
beforeAll(async () => {
  state = await temporaryStateDir();
  const env = { ADMIN_KEY, LOG_SAMPLE: "1" };
  server = await startServer({ script: "start", stateDir: state.dir, env });
});
afterAll(async () => {
  await server.stop();
  await state.remove();
});

async function send(path: string, init: RequestInit = {}, key: string = DEMO.key) {
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${key}`);
  const reply = await fetch(server.url + path, { ...init, headers });
  const text = await reply.text();
  return { status: reply.status, requestId: reply.headers.get("X-Request-Id"), text };
}

function post(
  path: string,
  body: object,
  key: string = DEMO.key,
  headers: Record<string, string> = {},
) {
  const json = { "Content-Type": "application/json", ...headers };
  return send(path, { method: "POST", headers: json, body: JSON.stringify(body) }, key);
}

function lines(): Line[] {
  return server
    .output()
    .split("\n")
    .filter((text) => text.startsWith("{"))
    .map((text) => Line.parse(JSON.parse(text)));
}

/** The line comes through two processes: it may be some milliseconds late. */
async function lineOf(is: (line: Line) => boolean): Promise<Line> {
  return expect
    .poll(() => lines().find(is), { timeout: 10_000 })
    .toBeDefined()
    .then(() => {
      const found = lines().find(is);
      if (found === undefined) {
        throw new Error("the line has gone");
      }
      return found;
    });
}

function chat(config: object): object {
  return {
    name: "log_test",
    actions: [
      { name: "INPUT", type: "input" },
      {
        name: "CHAT",
        type: "chat",
        spec: { messages: "{{ INPUT.messages }}" },
        config: { provider_id: "offline", use_stream: true, ...config },
      },
      { name: "OUTPUT", type: "output" },
    ],
  };
}

async function deploy(definition: object): Promise<string> {
  const made = await post(RUNS, definition);
  const { tool } = z.object({ tool: z.object({ id: z.string() }) }).parse(JSON.parse(made.text));
  return `${RUNS}/${tool.id}/r`;
}

const INPUTS = [{ messages: [{ role: "user", content: "hello" }] }];

const Thread = z.object({ id: z.string() });
const Token = z.object({ token: z.string() });

async function makeThread(body: object = {}): Promise<string> {
  return Thread.parse(JSON.parse((await post("/api/sdk/threads", body)).text)).id;
}

/** The lines of a request for a run and of that run, which has ended. */
async function linesOf(path: string, body: object) {
  const { requestId, text } = await post(path, body);
  return {
    request: await lineOf((line) => line["requestId"] === requestId),
    run: await lineOf(({ message, ...line }) => {
      return message === "run" && text.includes(String(line["runId"]));
    }),
  };
}

describe("a run", () => {
  it("leaves a line with its times, tokens and costs, and so does the request for it", async () => {
    const path = await deploy(chat({ offline: { text: "one two three four", delay_ms: 20 } }));
    const body = { inputs: INPUTS, stream: true, thread_id: await makeThread() };
    const { request, run } = await linesOf(path, body);
    expect(request).toMatchObject({
      message: "request",
      method: "POST",
      route: "/api/sdk/p/:project_id/a/:tool_id/r",
      dialect: "rebyte",
      status: 200,
      projectId: DEMO.projectId,
      caller: "key",
      d1Trips: 1,
    });
    expect(run).toEqual({
      level: "info",
      message: "run",
      projectId: DEMO.projectId,
      runId: expect.stringMatching(/^[0-9a-f]{64}$/),
      toolId: expect.stringMatching(/^[0-9a-f]{20}$/),
      version: 1,
      status: "succeeded",
      error: null,
      queueMs: expect.any(Number),
      firstTokenMs: expect.any(Number),
      ms: expect.any(Number),
      inputTokens: expect.any(Number),
      outputTokens: 4,
      attempts: 1,
      d1Trips: expect.any(Number),
      objectRows: expect.any(Number),
    });
    expect(Number(run["firstTokenMs"])).toBeGreaterThanOrEqual(Number(run["queueMs"]));
    expect(Number(run["ms"])).toBeGreaterThan(Number(run["firstTokenMs"]));
    expect(Number(run["objectRows"])).toBeGreaterThan(0);
    // Key and tool are known; the run asks at its admission and its end.
    const warm = await linesOf(path, body);
    expect([warm.request["d1Trips"], warm.run["d1Trips"]]).toEqual([0, 2]);
  });

  it("that fails leaves its code, and no word of its message", async () => {
    const path = await deploy(chat({ offline: { error: { status: 400, message: "SECRET" } } }));
    const { run } = await linesOf(path, { inputs: INPUTS, thread_id: await makeThread() });
    expect(run).toMatchObject({ status: "failed", error: expect.stringMatching(/^[a-z_]+$/) });
    expect(server.output()).not.toContain("SECRET");
  });

  it("is counted among its project's of the day, with its first token", async () => {
    const { text } = await send("/api/sdk/usage");
    const { days } = z
      .object({
        days: z.array(
          z.object({
            runs: z.int(),
            errors: z.int(),
            first_token_ms: z.object({ runs: z.int(), p50: z.int().nullable() }),
          }),
        ),
      })
      .parse(JSON.parse(text));
    expect(days).toHaveLength(30);
    const sum = (of: (day: (typeof days)[number]) => number) =>
      days.reduce((all, day) => all + of(day), 0);
    expect(sum(({ runs }) => runs)).toBe(3);
    expect(sum(({ errors }) => errors)).toBe(1);
    expect(sum(({ first_token_ms: { runs } }) => runs)).toBe(2);
  });
});

describe("no line holds what a caller has sent", () => {
  const WORD = "HOSTILE";
  /** Of the form of keys that deployments give out. */
  const KEY_LIKE = `sk-${"k".repeat(33)}${WORD}`;

  it("wherever it has put it", async () => {
    const toolPath = await deploy(chat({ offline: { text: `${WORD}-answer` } }));
    const toolId = toolPath.split("/").at(-2) ?? "";
    const minted = await post("/api/sdk/tokens", {
      end_user_id: `${WORD}@example.com`,
      tools: [toolId],
    });
    const { token } = Token.parse(JSON.parse(minted.text));
    const thread = await makeThread({ metadata: { of: WORD } });
    const message = { role: "user", content: `${WORD}-content` };
    const replies = [
      await post(`/api/sdk/threads/${thread}/messages`, message),
      await send(`/api/sdk/threads/${thread}/messages?x=${WORD}`),
      await post(`/api/sdk/threads/${WORD}/messages`, message),
      await post(toolPath, { inputs: [{ messages: [message] }], thread_id: `${WORD}-thread` }),
      await post(toolPath, { inputs: [{ messages: [message] }] }, token),
      await send(`/api/sdk/${WORD}/${encodeURIComponent(KEY_LIKE)}?key=${KEY_LIKE}`),
      await send("/api/sdk/threads", {}, KEY_LIKE),
      await send("/api/sdk/threads", {}, `${token.slice(0, -4)}${WORD}`),
      await send("/api/sdk/threads", { headers: { "X-Request-Id": KEY_LIKE } }),
      await send(`/admin/projects/${WORD}/keys`, {}, `${WORD}-guess`),
      await send("/admin/health", {}, ADMIN_KEY),
      await send("/api/sdk/threads", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: `{"messages": ${WORD}`,
      }),
      await send(`/v1/threads/${WORD}`, { method: "DELETE" }),
    ];
    expect(replies.map(({ status }) => status)).toEqual([
      200, 400, 404, 200, 200, 404, 401, 401, 200, 401, 200, 400, 404,
    ]);
    const last = replies.at(-1)?.requestId;
    await lineOf((line) => line["requestId"] === last);
    await expect.poll(() => lines().filter(({ message: name }) => name === "run")).toHaveLength(5);
    const written = lines().map((line) => JSON.stringify(line));
    const secrets = [WORD, DEMO.key, ADMIN_KEY, token, token.split(".")[2] ?? "", thread];
    for (const secret of secrets) {
      expect(written.filter((line) => line.includes(secret))).toEqual([]);
    }
  });
});
