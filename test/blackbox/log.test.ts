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

async function send(path: string, init: RequestInit = {}, key = DEMO.key) {
  const headers = new Headers(init.headers);
  headers.set("Authorization", `Bearer ${key}`);
  const reply = await fetch(server.url + path, { ...init, headers });
  const text = await reply.text();
  return { status: reply.status, requestId: reply.headers.get("X-Request-Id"), text };
}

function post(path: string, body: object, key = DEMO.key, headers: Record<string, string> = {}) {
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

describe("a run", () => {
  it("leaves a line with its times, tokens and costs, and so does the request for it", async () => {
    const path = await deploy(chat({ offline: { text: "one two three four", delay_ms: 20 } }));
    const thread = z
      .object({ id: z.string() })
      .parse(JSON.parse((await post("/api/sdk/threads", {})).text));
    const { status, requestId, text } = await post(path, {
      inputs: INPUTS,
      stream: true,
      thread_id: thread.id,
    });
    expect(status).toBe(200);
    const request = await lineOf((line) => line["requestId"] === requestId);
    expect(request).toMatchObject({
      message: "request",
      method: "POST",
      route: "/api/sdk/p/:project_id/a/:tool_id/r",
      dialect: "rebyte",
      status: 200,
      projectId: DEMO.projectId,
      caller: "key",
    });
    const run = await lineOf(
      (line) => line.message === "run" && text.includes(String(line["runId"])),
    );
    expect(run).toEqual({
      level: "info",
      message: "run",
      projectId: DEMO.projectId,
      runId: expect.stringMatching(/^[0-9a-f]{64}$/),
      toolId: expect.any(String),
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
  });
});
