/**
 * Proves that a project far larger than one invocation may read or write goes out and comes back equal
 * in an account with the Free plan's limits, part by part. `npm run bench:portability` does the same
 * with 100 000 messages and 1 000 files.
 */
import { createExecutionContext } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import { app } from "../../src/app";
import { EXPORT, FILE, IMPORT } from "../../src/limits";
import { sweep } from "../../src/scheduled";
import { setKeepIdleDays } from "../../src/store/projects/retention";
import { type FormStream, formOf } from "../support/form-stream";
import {
  FREE_PLAN,
  PlayedInvocation,
  type Spent,
  addSpent,
  refuseBefore,
} from "../support/played-account";
import { mostComputed } from "../support/processor-figures";
import { type TestProject, makeProject } from "../support/project";

const SIZE = { threads: 42, messagesPerThread: 150, files: 90, runs: 126 };
const RECORDS = SIZE.threads * (SIZE.messagesPerThread + 1) + SIZE.files + SIZE.runs;

interface Answer {
  status: number;
  text: string;
  spent: Spent;
}

/** What no single invocation of this file may pass, at its highest so far. */
const highest = { bodyBytes: 0, connections: 0, waited: 0, processorMs: 0 };

/** By process, all that a runtime serves together. */
async function computed(): Promise<Record<string, number>> {
  return (await env.PROCESSOR.fetch("https://meter")).json();
}

/** Does an invocation's work, and notes what it took. */
async function metered<Result>(
  invocation: PlayedInvocation,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = await computed();
  const result = await work();
  const processorMs = mostComputed(before, await computed());
  highest.processorMs = Math.max(highest.processorMs, processorMs);
  highest.waited = Math.max(highest.waited, invocation.connections.waited);
  highest.connections = Math.max(highest.connections, invocation.connections.most);
  return result;
}

/** As a client sends it, its length said. */
function requestOf(key: string, path: string, method: string, body?: string | FormStream): Request {
  const text = typeof body === "string" ? new TextEncoder().encode(body) : undefined;
  const headers = new Headers({ Authorization: `Bearer ${key}` });
  if (text !== undefined) {
    headers.set("Content-Length", String(text.byteLength));
  }
  if (typeof body === "object") {
    headers.set("Content-Length", String(body.length));
    headers.set("Content-Type", body.type);
  }
  const sent = typeof body === "object" ? body.stream : text;
  const url = `https://bobbin.test/api/sdk${path}`;
  return new Request(url, { method, headers, ...(sent !== undefined && { body: sent }) });
}

async function send(
  key: string,
  path: string,
  body?: string | FormStream,
  method = body === undefined ? "GET" : "POST",
): Promise<Answer> {
  const invocation = new PlayedInvocation(env);
  const request = requestOf(key, path, method, body);
  const refused = refuseBefore(request);
  if (refused === null) {
    const length = Number(request.headers.get("Content-Length"));
    highest.bodyBytes = Math.max(highest.bodyBytes, length);
  }
  return metered(invocation, async () => {
    const response =
      refused ?? (await app.fetch(request, invocation.env, createExecutionContext()));
    const said = await new Response(response.body).text();
    return { status: response.status, text: said, spent: invocation.spent };
  });
}

const NOTHING: Spent = { queries: 0, subrequests: 0, rowsRead: 0, rowsWritten: 0 };

interface Whole {
  lines: string[];
  calls: number;
  spent: Spent;
}

/** All parts of an export, each checked for its end, without headers and ends. */
async function exportAll(key: string, path: string, query = ""): Promise<Whole> {
  const whole: Whole = { lines: [], calls: 0, spent: NOTHING };
  for (let cursor = ""; ;) {
    const { status, text, spent } = await send(key, `${path}?${query}${cursor}`);
    const lines = text.trimEnd().split("\n");
    const end = JSON.parse(lines.at(-1) ?? "");
    if (status !== 200 || end.type !== "end") {
      throw new Error(`a part ended with ${status} ${lines.at(-1)}`);
    }
    whole.lines.push(...lines.slice(1, -1));
    whole.calls += 1;
    whole.spent = addSpent(whole.spent, spent);
    if (end.next === null) {
      return whole;
    }
    cursor = `&cursor=${end.next}`;
  }
}

/** One body, sent as often as it takes. */
async function importAll(key: string, body: string) {
  let receipt = { complete: false, next_line: 1, skipped: 0, imported: {} };
  let calls = 0;
  let spent = NOTHING;
  const imported: Record<string, number> = {};
  let skipped = 0;
  while (!receipt.complete) {
    const answer = await send(key, `/import?from_line=${receipt.next_line}`, body);
    if (answer.status !== 200) {
      throw new Error(`${answer.status} ${answer.text}`);
    }
    receipt = JSON.parse(answer.text);
    calls += 1;
    spent = addSpent(spent, answer.spent);
    skipped += receipt.skipped;
    for (const [table, count] of Object.entries<number>(receipt.imported)) {
      imported[table] = (imported[table] ?? 0) + count;
    }
  }
  return { calls, spent, imported, skipped };
}

/** A project's records, as any export has them. */
function makeRecords(): string {
  const lines: object[] = [];
  const created_at_ms = 1_700_000_000_000;
  const tool_id = "0123456789abcdef0123";
  lines.push(
    {
      type: "tool",
      id: tool_id,
      name: "echo",
      latest_version: 1,
      live_version: 1,
      created_at_ms,
      updated_at_ms: created_at_ms,
    },
    {
      type: "tool_version",
      tool_id,
      version: 1,
      actions: [
        { name: "INPUT", type: "input" },
        { name: "OUTPUT", type: "output", spec: { value: "x" } },
      ],
      created_at_ms,
    },
  );
  const files = Array.from({ length: SIZE.files }, () => crypto.randomUUID());
  files.forEach((id, n) => {
    const text = `file ${n} ${"x".repeat(n)}`;
    lines.push(
      {
        type: "file",
        id,
        name: `${n}.txt`,
        mime_type: "text/plain",
        size: text.length,
        created_at_ms,
      },
      { type: "bytes", base64: btoa(text) },
    );
  });
  for (let t = 0; t < SIZE.threads; t += 1) {
    const at = created_at_ms + t * 1000;
    lines.push({
      type: "thread",
      id: `thread-${t}`,
      created_at_ms: at,
      end_user_id: `user-${t % 3}`,
    });
    for (let m = 0; m < SIZE.messagesPerThread; m += 1) {
      const file_ids = m === 0 && files[t] !== undefined ? { file_ids: [files[t]] } : {};
      const content = `Message ${m} of thread ${t}: how does a bobbin keep its thread? 答案`;
      const role = m % 2 === 0 ? "user" : "assistant";
      lines.push({
        type: "message",
        id: `m-${m}`,
        role,
        content,
        created_at_ms: at + m,
        ...file_ids,
      });
    }
  }
  for (let r = 0; r < SIZE.runs; r += 1) {
    lines.push({
      type: "run",
      id: r.toString(16).padStart(64, "0"),
      tool_id,
      tool_name: "echo",
      version: 1,
      thread_id: `thread-${r % SIZE.threads}`,
      status: "succeeded",
      config: {},
      outcome: {
        traces: [],
        results: [[r]],
        usage: { inputTokens: 1, outputTokens: 2 },
        pendingCalls: [],
      },
      created_at_ms: created_at_ms + r,
      ended_at_ms: created_at_ms + r + 1,
      tokens_used: 3,
    });
  }
  return lines.map((line) => `${JSON.stringify(line)}\n`).join("");
}

let source: TestProject;
let first: Awaited<ReturnType<typeof importAll>>;

const records = makeRecords();

beforeAll(async () => {
  source = await makeProject();
  first = await importAll(source.key, records);
});

function played(): Env {
  return new PlayedInvocation(env).env;
}

describe("the played account refuses, as Cloudflare's does,", () => {
  it("a record a query, as the import once was, behind the fiftieth", async ({ expect }) => {
    const { DB } = played();
    let taken = 0;
    const takeAll = async () => {
      for (; taken < RECORDS; taken += 1) {
        await DB.prepare("SELECT 1").first();
      }
    };
    await expect(takeAll()).rejects.toThrow("51 D1 queries of 50");
    expect(taken).toBe(50);
  });

  it("a batch of more statements than are left", async ({ expect }) => {
    const { DB } = played();
    const batch = Array.from({ length: 51 }, () => DB.prepare("SELECT 1"));
    await expect(DB.batch(batch)).rejects.toThrow("51 D1 queries of 50");
  });

  it("an object of R2 a run, as the export once asked, behind the thousandth", async ({
    expect,
  }) => {
    const { FILES } = played();
    const heads = Array.from({ length: 1000 }, () => FILES.head("none"));
    await Promise.all(heads);
    expect(() => FILES.head("none")).toThrow("1001 subrequests of 1000");
  });

  it("more parameters, longer statements and larger values", ({ expect }) => {
    const { DB } = played();
    const many = Array.from({ length: 101 }, () => 1);
    expect(() => DB.prepare("SELECT 1").bind(...many)).toThrow("101 parameters of 100");
    expect(() => DB.prepare(`SELECT '${"x".repeat(100_000)}'`)).toThrow("SQL of 100000");
    expect(() => DB.prepare("SELECT ?").bind("x".repeat(2_000_001))).toThrow("bound value");
  });
});

describe("a body of at most 100 MB", () => {
  it("is more than the largest upload, which passes", async ({ expect }) => {
    const form = formOf(FILE.maxBytes);
    expect(form.length).toBeLessThan(FREE_PLAN.bodyBytes);
    const { status, text, spent } = await send(source.key, "/files", form);
    expect([status, text]).toEqual([200, expect.stringContaining("fileId")]);
    // A key, a row, a part each of 5 MiB, and what begins and ends them.
    expect(spent.subrequests).toBeLessThan(FILE.maxBytes / FILE.uploadPartBytes + 10);
    const { fileId } = JSON.parse(text);
    await send(source.key, `/files/${fileId}`, undefined, "DELETE");
  });

  it("is refused beyond, before Bobbin sees it", async ({ expect }) => {
    const form = formOf(FREE_PLAN.bodyBytes);
    const { status, spent } = await send(source.key, "/files", form);
    expect([status, spent.subrequests]).toEqual([413, 0]);
  });
});

describe("in an account that allows 50 queries and 1 000 subrequests an invocation", () => {
  it("takes records in, several hundred a query, and says where to go on", ({ expect }) => {
    expect(first.imported).toMatchObject({
      tools: 1,
      tool_versions: 1,
      files: SIZE.files,
      threads: SIZE.threads,
      messages: SIZE.threads * SIZE.messagesPerThread,
      runs: SIZE.runs,
    });
    expect(first.calls).toBeGreaterThan(1);
    expect(first.spent.queries).toBeLessThanOrEqual(first.calls * (IMPORT.queries + 2));
    expect(first.spent.queries).toBeLessThan(RECORDS / 100);
  });

  it("exports all of it in parts, and takes it back equal", async ({ expect }) => {
    const exported = await exportAll(source.key, "/export");
    expect(exported.spent.queries).toBeLessThanOrEqual(exported.calls * (EXPORT.part.queries + 3));
    expect(exported.spent.queries).toBeLessThan(RECORDS / 100);
    const target = await makeProject();
    const taken = await importAll(target.key, exported.lines.join("\n"));
    expect(taken.imported).toEqual(first.imported);
    expect((await exportAll(target.key, "/export")).lines).toEqual(exported.lines);
  });

  it("makes the same of small parts as of large ones", async ({ expect }) => {
    const whole = await exportAll(source.key, "/export");
    const parts = await exportAll(source.key, "/export", "limit=777");
    expect(parts.calls).toBeGreaterThan(RECORDS / 777);
    expect(parts.lines).toEqual(whole.lines);
  });

  it("writes no record where all of it is there already", async ({ expect }) => {
    const again = await importAll(source.key, records);
    expect(Object.values(again.imported)).toEqual(Object.values(first.imported).map(() => 0));
    expect(again.skipped).toBe(RECORDS + 2);
    expect(again.spent.rowsWritten).toBeLessThan(20);
  });

  it("exports an end user's threads, messages, files and runs alone", async ({ expect }) => {
    const { lines } = await exportAll(source.key, "/end-users/user-1/export");
    const types = lines.map((line) => JSON.parse(line).type);
    const count = (type: string) => types.filter((other) => other === type).length;
    const threads = SIZE.threads / 3;
    expect({ threads: count("thread"), messages: count("message"), files: count("file") }).toEqual({
      threads,
      messages: threads * SIZE.messagesPerThread,
      files: threads,
    });
    expect(count("run")).toBe(SIZE.runs / 3);
  });
});

it("keeps import, export, erasure and sweep within six connections, 100 MB and 30 s of CPU", async ({
  expect,
}) => {
  const project = await makeProject();
  await importAll(project.key, records);
  let erased = JSON.parse((await send(project.key, "/end-users/user-0", undefined, "DELETE")).text);
  for (let calls = 1; !erased.complete; calls += 1) {
    expect(calls).toBeLessThan(10);
    const answer = await send(project.key, "/end-users/user-0", undefined, "DELETE");
    erased = JSON.parse(answer.text);
  }
  // Nothing yet that had to wait for a connection: calls of R2 come one behind the other.
  expect(highest.waited).toBe(0);
  expect(highest.connections).toBeLessThan(FREE_PLAN.connections);
  await setKeepIdleDays(env.DB, project.id, 30);
  const left = () =>
    env.DB.prepare("SELECT count(*) AS n FROM threads WHERE project_id = ?")
      .bind(project.id)
      .first<number>("n");
  expect(await left()).toBe((SIZE.threads * 2) / 3);
  for (let passes = 0; (await left()) !== 0; passes += 1) {
    expect(passes).toBeLessThan(10);
    const invocation = new PlayedInvocation(env);
    await metered(invocation, () => sweep(invocation.env, Date.now()));
  }
  // The sweep's deletions take turns.
  expect(highest.connections).toBeLessThanOrEqual(FREE_PLAN.connections);
  expect(highest.bodyBytes).toBeGreaterThan(FILE.maxBytes);
  expect(highest.bodyBytes).toBeLessThan(FREE_PLAN.bodyBytes);
  // Nothing where there is no /proc.
  expect(highest.processorMs > 0).toBe(Object.keys(await computed()).length > 0);
  expect(highest.processorMs).toBeLessThan(FREE_PLAN.processorMs);
});
