/** Proves that what is exported comes back the same elsewhere, and what an import refuses. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { IMPORT } from "../../src/limits";
import { runOutcomeKey } from "../../src/store/files/objects";
import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";

const ECHO = [
  { name: "INPUT", type: "input" },
  { name: "OUTPUT", type: "output", spec: { value: "the answer, 答案" } },
];

/** More than one piece. */
const FILE_TEXT = "0123456789".repeat(50_000);

interface Filled extends TestProject {
  threadId: string;
  fileId: string;
  toolId: string;
  token: string;
}

async function fill(): Promise<Filled> {
  const project = await makeProject();
  const { id, key } = project;
  const tool = await call(`/api/sdk/p/${id}/a`, { key, json: { name: "echo", actions: ECHO } });
  const toolId = tool.json.tool.id;
  const token = await mintToken(key, {
    end_user_id: "ada",
    tools: [toolId],
    verbs: ["threads:create", "messages:create", "files:create", "runs:create"],
  });
  const thread = await call("/api/sdk/threads", {
    key: token,
    json: { metadata: { plan: "gold" } },
  });
  const threadId = thread.json.id;
  const body = new FormData();
  body.set("file", new File([FILE_TEXT], "每日.txt"));
  const { fileId } = (await call("/api/sdk/files", { key: token, body })).json;
  await call(`/api/sdk/threads/${threadId}/messages`, {
    key: token,
    json: { role: "user", content: "hi", file_ids: [fileId], parts: [{ type: "text", text: "x" }] },
  });
  await call(`/api/sdk/p/${id}/a/${toolId}/r`, { key: token, json: { thread_id: threadId } });
  return { ...project, threadId, fileId, toolId, token };
}

function takeIn({ key }: TestProject, body: string) {
  return call("/api/sdk/import", {
    key,
    body,
    headers: { "Content-Type": "application/x-ndjson" },
  });
}

async function view({ key }: TestProject, { threadId, fileId }: Filled) {
  const [thread, messages, content] = await Promise.all([
    call(`/api/sdk/threads/${threadId}`, { key }),
    call(`/api/sdk/threads/${threadId}/messages`, { key }),
    call(`/api/sdk/files/${fileId}/content`, { key }),
  ]);
  return { thread: thread.json, messages: messages.json, content: content.text };
}

const NOTHING = {
  tools: 0,
  tool_versions: 0,
  actors: 0,
  files: 0,
  threads: 0,
  messages: 0,
  runs: 0,
  aliases: 0,
  usage_days: 0,
  knowledge: 0,
  knowledge_documents: 0,
  knowledge_passages: 0,
};

const { aliases: _unknown, usage_days: _either, knowledge: _nor, ...BEFORE } = NOTHING;
/** As an earlier release has written it. */
const END = JSON.stringify({ type: "end", counts: BEFORE, sha256: "0".repeat(64), next: null });
const THREAD = '{"type":"thread","id":"t","created_at_ms":1}';
const HEADER = '{"type":"bobbin_export","version":1}';
const file = (size: number, fields: Record<string, string> = {}) =>
  JSON.stringify({
    type: "file",
    id: crypto.randomUUID(),
    name: "a.txt",
    mime_type: "text/plain",
    size,
    created_at_ms: 1,
    end_user_id: null,
    ...fields,
  });

describe("export and import", () => {
  it("brings a thread into another project as it was, once", async ({ expect }) => {
    const source = await fill();
    const target = await makeProject();
    const exported = await call(`/api/sdk/threads/${source.threadId}/export`, { key: source.key });
    expect(exported.headers.get("Content-Type")).toBe("application/x-ndjson");
    const first = await takeIn(target, exported.text);
    expect(first.json).toEqual({
      message: "imported",
      imported: { ...NOTHING, threads: 1, messages: 2, runs: 1, files: 1 },
      skipped: 0,
      complete: true,
      next_line: null,
    });
    expect(await view(target, source)).toEqual(await view(source, source));
    const again = await takeIn(target, exported.text);
    expect(again.json.skipped).toBe(5);
    expect(await view(target, source)).toEqual(await view(source, source));
    const { usage } = (await call("/api/sdk/usage", { key: target.key })).json;
    expect(usage).toMatchObject({ threads: { used: 1 }, messages: { used: 2 } });
  });

  it("exports all that is an end user's, and nothing else", async ({ expect }) => {
    const source = await fill();
    await call("/api/sdk/threads", { key: source.key, json: { metadata: { of: "others" } } });
    const exported = await call("/api/sdk/end-users/ada/export", { key: source.key });
    const types = exported.text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line).type);
    expect(types).toEqual([
      "bobbin_export",
      "file",
      ...Array.from({ length: 3 }, () => "bytes"),
      "thread",
      "message",
      "message",
      "run",
      "end",
    ]);
    expect(exported.text).not.toContain("others");
    const target = await makeProject();
    await takeIn(target, exported.text);
    expect(await view(target, source)).toEqual(await view(source, source));
  });

  it("takes a file's name and type as an upload's, so that it can be fetched", async ({
    expect,
  }) => {
    const target = await makeProject();
    const odd = { name: "../a\r\nX-Evil: 1\0.csv", mime_type: "text/csv\r\nX-Evil: 1" };
    const id = crypto.randomUUID();
    const lines = [HEADER, file(1, { ...odd, id }), '{"type":"bytes","base64":"YQ=="}'];
    expect((await takeIn(target, lines.join("\n"))).status).toBe(200);
    const content = await call(`/api/sdk/files/${id}/content`, { key: target.key });
    expect([content.status, content.text]).toEqual([200, "a"]);
    expect(content.headers.get("Content-Type")).toBe("text/csv");
    expect(content.headers.get("Content-Disposition")).toContain('"aX-Evil: 1.csv"');
  });

  it("refuses a line that nests deeper than any store reads", async ({ expect }) => {
    const deep = `${"[".repeat(5000)}${"]".repeat(5000)}`;
    const line = `{"type":"run","outcome":${deep}}`;
    const { status, json } = await takeIn(await makeProject(), `${HEADER}\n${line}\n`);
    expect(status).toBe(400);
    expect(JSON.stringify(json)).toContain("nested deeper than 300 levels");
  });

  it("finds imported messages by their words", async ({ expect }) => {
    const source = await fill();
    const target = await makeProject();
    const exported = await call(`/api/sdk/threads/${source.threadId}/export`, { key: source.key });
    await takeIn(target, exported.text);
    const found = await call("/api/sdk/threads?q=%E7%AD%94%E6%A1%88", { key: target.key });
    expect(found.json.list.map(({ id }: { id: string }) => id)).toEqual([source.threadId]);
  });

  it("answers another project's thread like one that never was", async ({ expect }) => {
    const source = await fill();
    const stranger = await makeProject();
    const path = `/api/sdk/threads/${source.threadId}/export`;
    expect((await call(path, { key: stranger.key })).status).toBe(404);
    expect((await call(path, { key: source.token })).status).toBe(403);
  });

  it.for([
    ["nothing", "", 1, "is missing"],
    ["an export cut off", '{"type":"bobbin_export","version":2}', 1, "no `end` line"],
    ["other lines than its digest is of", `${HEADER}\n${END}`, 2, "SHA-256"],
    ["a later version", '{"type":"bobbin_export","version":3}', 1, "at most 2"],
    ["a header further down", `${THREAD}\n${HEADER}`, 2, "it is the first line"],
    ["broken JSON", `${HEADER}\n{"type":`, 2, "is not JSON"],
    ["an unknown type", `${HEADER}\n\n{"type":"secret"}`, 3, ""],
    ["pieces of no file", `${HEADER}\n{"type":"bytes","base64":"YQ=="}`, 2, "must not be"],
    [
      "a file cut off",
      `${HEADER}\n${file(3)}\n{"type":"bytes","base64":"YQ=="}`,
      3,
      "must be a piece",
    ],
    ["a piece too long", `${HEADER}\n${file(1)}\n{"type":"bytes","base64":"YWE="}`, 3, "length"],
  ] as const)("refuses %s at its line", async ([, body, line, message], { expect }) => {
    const project = await makeProject();
    const refused = await takeIn(project, body);
    expect(refused.status).toBe(400);
    const [issue] = refused.json.error.issues;
    expect(issue.path.slice(0, 2)).toEqual(["line", line]);
    expect(issue.message).toContain(message);
    expect((await call("/api/sdk/files", { key: project.key })).json.files).toEqual([]);
  });
});

it("keeps what clients have named, and which answers others have replaced", async ({ expect }) => {
  const [source, target] = [await makeProject(), await makeProject()];
  const time = { created_at_ms: 1 };
  const said = { type: "message", role: "user", content: "hi", client_id: "c1", ...time };
  const records = [
    { type: "thread", id: "t", alias: "the user's own", end_user_id: "ada", ...time },
    { ...said, id: "old", superseded_by: "a".repeat(64) },
    { ...said, id: "new" },
    // The keys of its values stand in another order than where they are checked.
    {
      type: "message",
      id: "quoting",
      role: "user",
      content: "hi",
      ...time,
      parts: [{ text: "hi", type: "text" }],
      attachments: [{ tools: [], fileId: crypto.randomUUID() }],
    },
    { type: "alias", wire_id: "thread_abc", kind: "thread", id: "t" },
    { type: "alias", wire_id: "-", kind: "message", id: "new" },
    { type: "usage_day", day: "2026-01-01", runs: 2, errors: 1, input_tokens: 3, output_tokens: 4 },
  ].map((record) => JSON.stringify(record));
  expect((await takeIn(source, records.join("\n"))).status).toBe(200);
  const exported = await call("/api/sdk/export", { key: source.key });
  expect((await takeIn(target, exported.text)).json.imported).toMatchObject({
    messages: 3,
    aliases: 2,
    usage_days: 1,
  });
  const again = await call("/api/sdk/export", { key: target.key });
  expect(again.text.split("\n").slice(0, -2)).toEqual(exported.text.split("\n").slice(0, -2));
  expect(exported.text).toContain('"superseded_by"');
  expect(exported.text).toContain('"parts":[{"text":"hi","type":"text"}],"created_at_ms"');
  expect(exported.text).toContain("the user's own");
  const taken = await takeIn(source, JSON.stringify({ ...said, thread_id: "t", id: "third" }));
  expect([taken.status, taken.json.error.issues[0].message]).toEqual([
    400,
    expect.stringContaining("client_id"),
  ]);
});

it("writes a run's large outcome once, however often it is sent", async ({ expect }) => {
  const project = await makeProject();
  const id = "b".repeat(64);
  const outcome = { traces: [], results: [["x".repeat(IMPORT.outcomeInRowMaxBytes)]] };
  const run = (config: object) =>
    JSON.stringify({
      type: "run",
      id,
      tool_id: "0".repeat(20),
      tool_name: "echo",
      version: 1,
      status: "succeeded",
      config,
      outcome: {
        ...outcome,
        usage: { inputTokens: 1, outputTokens: 2 },
        pendingCalls: [],
        ...config,
      },
      created_at_ms: 1,
      ended_at_ms: 2,
    });
  const stored = () => env.FILES.head(runOutcomeKey(project.id, id));
  expect((await takeIn(project, run({}))).json.imported.runs).toBe(1);
  const first = await stored();
  expect((await takeIn(project, run({ other: 1 }))).json.skipped).toBe(1);
  expect((await stored())?.version).toBe(first?.version);
});

describe("PUT /import/files/{file_id}", () => {
  const id = crypto.randomUUID();
  const put = ({ key }: TestProject, body: string, changes: Record<string, string> = {}) => {
    const query = new URLSearchParams({
      name: "每日.txt",
      mime_type: "text/plain",
      size: "5",
      created_at_ms: "1700000000000",
      ...changes,
    });
    const path = `/api/sdk/import/files/${id}?${query.toString()}`;
    return call(path, { key, method: "PUT", body });
  };

  it("takes a file in under its id, once, with what is known of it", async ({ expect }) => {
    const project = await makeProject();
    expect((await put(project, "hello")).json).toMatchObject({ file_id: id, is_new: true });
    expect((await put(project, "HELLO")).json).toMatchObject({ is_new: false });
    const { key } = project;
    expect((await call(`/api/sdk/files/${id}/content`, { key })).text).toBe("hello");
    expect((await call(`/api/sdk/files/${id}`, { key })).json.file).toMatchObject({
      name: "每日.txt",
      size: 5,
      createdAt: "2023-11-14T22:13:20.000Z",
    });
  });

  it.for([
    ["fewer bytes than it says", { size: "6" }, "size"],
    ["more bytes than it says", { size: "4" }, "size"],
    ["a size that is no number", { size: "many" }, "size"],
    ["a file above the limit", { size: "999999999" }, "size"],
  ] as const)("refuses %s and keeps nothing", async ([, changes, field], { expect }) => {
    const project = await makeProject();
    const refused = await put(project, "hello", changes);
    expect([refused.status, refused.json.error.issues[0].path]).toEqual([400, [field]]);
    expect((await call("/api/sdk/files", { key: project.key })).json.files).toEqual([]);
  });
});
