/** The line of each request: what it says, which are written, and that nothing of a caller is in them. */
import { createExecutionContext, waitOnExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { afterEach, beforeAll, beforeEach, describe, expect, it, vi } from "vitest";

import { app } from "../../src/app";
import { type RunLine, logRun } from "../../src/observability/log-run";
import { collectLogLines } from "../support/log-lines";
import { type TestProject, makeKey, makeProject } from "../support/project";

let project: TestProject;
let log: ReturnType<typeof collectLogLines>;

beforeAll(async () => {
  project = await makeProject();
});
beforeEach(() => {
  log = collectLogLines();
});
afterEach(() => {
  vi.restoreAllMocks();
});

interface Ask {
  method?: string;
  key?: string;
  json?: object;
  headers?: Record<string, string>;
  /** Over the Worker's own. */
  vars?: Partial<Env>;
}

async function ask(path: string, { method, key, json, headers, vars }: Ask = {}) {
  const context = createExecutionContext();
  const response = await app.request(
    path,
    {
      method: method ?? (json === undefined ? "GET" : "POST"),
      headers: {
        ...(key !== undefined && { Authorization: `Bearer ${key}` }),
        ...(json !== undefined && { "Content-Type": "application/json" }),
        ...headers,
      },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    },
    { ...env, LOG_SAMPLE: "1", ...vars },
    context,
  );
  const text = await response.text();
  await waitOnExecutionContext(context);
  return { status: response.status, text, requestId: response.headers.get("X-Request-Id") };
}

describe("a request", () => {
  it("leaves one line with its route, outcome, crossings to D1 and project", async () => {
    const { key, id } = project;
    const { requestId } = await ask("/api/sdk/threads?metadata[a]=b", { key });
    const lines = log.lines();
    expect(lines).toHaveLength(1);
    expect(lines[0]).toEqual({
      level: "info",
      message: "request",
      requestId,
      method: "GET",
      route: "/api/sdk/threads",
      dialect: "rebyte",
      status: 200,
      ms: expect.any(Number),
      d1Trips: 3,
      projectId: id,
      caller: "key",
    });
  });

  it.each<[string, string, Ask, object]>([
    ["of the other dialect", "/v1/threads", {}, { route: "/v1/threads", dialect: "metorial" }],
    ["without its version", "/threads", {}, { route: "/v1/threads", dialect: "metorial" }],
    ["of a page", "/health", {}, { route: "/health", dialect: "site", status: 200 }],
    [
      "to an unknown path",
      "/api/sdk/my/secret/diary",
      {},
      { route: "/api/sdk/*", dialect: "rebyte", status: 404, failure: "no_route" },
    ],
    ["to nothing", "/my/secret/diary", {}, { route: "/*", dialect: "site", status: 404 }],
    [
      "with another method",
      "/api/sdk/threads/my-diary",
      { method: "PUT" },
      { route: "/api/sdk/threads/:thread_id", status: 405, failure: "method_not_allowed" },
    ],
    [
      "without a key",
      "/api/sdk/threads/my-diary",
      {},
      { route: "/api/sdk/threads/:thread_id", status: 401, failure: "missing_authorization" },
    ],
    ["before another", "/api/sdk/threads", { method: "OPTIONS" }, { dialect: "site" }],
    [
      "to the operator's API",
      "/admin/projects/my-diary/keys",
      { vars: { ADMIN_KEY: "a" } },
      { route: "/admin/projects/:project_id/keys", dialect: "admin", status: 401 },
    ],
  ])("%s is told by its pattern", async (_name, path, asked, expected) => {
    await ask(path, asked);
    expect(log.lines("request")).toEqual([expect.objectContaining(expected)]);
    expect(log.texts.join("\n")).not.toContain("diary");
  });
});

describe("D1 trips", () => {
  it("of the main calls are as few as they were, with a warm and with a cold key", async () => {
    const { key } = project;
    const message = { role: "user", content: "one" };
    const { id } = JSON.parse((await ask("/api/sdk/threads", { key, json: {} })).text);
    const calls: [string, string, Ask][] = [
      ["create a thread", "/api/sdk/threads", { json: {} }],
      ["create a message", `/api/sdk/threads/${id}/messages`, { json: message }],
      ["list threads", "/api/sdk/threads", {}],
      ["list messages", `/api/sdk/threads/${id}/messages`, {}],
    ];
    const trips = async (name: string, path: string, asked: Ask) => {
      log.texts.length = 0;
      await ask(path, asked);
      const [line] = log.lines("request");
      expect([name, line?.["status"]]).toEqual([name, 200]);
      return Number(line?.["d1Trips"]);
    };
    const found: Record<string, { warm: number; cold: number }> = {};
    for (const [name, path, asked] of calls) {
      const cold = await trips(name, path, { ...asked, key: await makeKey(project.id) });
      found[name] = { warm: await trips(name, path, { ...asked, key }), cold };
    }
    // Cold: the look-up of the key, and the note of its first use within the hour.
    const once = { warm: 1, cold: 3 };
    expect(found).toEqual({
      "create a thread": once,
      "create a message": once,
      "list threads": once,
      "list messages": once,
    });
  });
});

function brokenDatabase(): D1Database {
  const db = Object.create(env.DB);
  db.prepare = () => {
    throw new Error("disk on fire");
  };
  return db;
}

function broken(sample = "1"): Ask {
  return { key: project.key, vars: { DB: brokenDatabase(), LOG_SAMPLE: sample } };
}

const RUN_LINE: RunLine = {
  projectId: "p",
  runId: "r",
  toolId: "t",
  version: 1,
  status: "succeeded",
  error: null,
  queueMs: 0,
  firstTokenMs: 1,
  ms: 2,
  inputTokens: 1,
  outputTokens: 1,
  d1Trips: 2,
  objectRows: 3,
  attempts: 1,
};

describe("LOG_SAMPLE", () => {
  it.each([
    ["1", 1, 1],
    ["", 1, 1],
    ["ten percent", 1, 1],
    ["0", 0, 1],
    ["off", 0, 0],
  ])("%j writes %i lines of what is well and %i of what is not", async (sample, well, not) => {
    await ask("/health", { vars: { LOG_SAMPLE: sample } });
    expect(log.lines("request")).toHaveLength(well);
    log.texts.length = 0;
    await ask("/api/sdk/threads", broken(sample));
    expect(log.lines("request")).toHaveLength(not);
    expect(log.lines("unforeseen exception")).toHaveLength(1);
  });

  it.each([
    ["1", 1, 1],
    ["0", 0, 1],
    ["off", 0, 0],
  ])("%j writes %i lines of a run that is well and %i of one that is not", (sample, well, not) => {
    logRun(sample, RUN_LINE);
    logRun(sample, { ...RUN_LINE, status: "cancelled" });
    expect(log.lines("run")).toHaveLength(2 * well);
    log.texts.length = 0;
    logRun(sample, { ...RUN_LINE, status: "failed" });
    logRun(sample, { ...RUN_LINE, status: "expired" });
    expect(log.lines("run")).toHaveLength(2 * not);
  });

  it("takes a share of them", async () => {
    vi.spyOn(Math, "random").mockReturnValueOnce(0.24).mockReturnValueOnce(0.25);
    await ask("/health", { vars: { LOG_SAMPLE: "0.25" } });
    await ask("/health", { vars: { LOG_SAMPLE: "0.25" } });
    expect(log.lines("request")).toHaveLength(1);
  });

  it("names what went wrong beside a reply of 500", async () => {
    await ask("/api/sdk/threads/my-diary", broken());
    expect(log.lines("request")).toMatchObject([{ status: 500, failure: "bug" }]);
    expect(log.lines("unforeseen exception")).toMatchObject([
      { route: "/api/sdk/threads/:thread_id", error: { name: "Error", message: "disk on fire" } },
    ]);
    expect(log.texts.join("\n")).not.toContain("diary");
  });
});
