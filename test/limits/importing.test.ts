/** Conversations from elsewhere: what their lines may leave out, what is kept of them, what is refused where. */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { mintToken } from "../support/tokens";

const NDJSON = { "Content-Type": "application/x-ndjson" };

function takeIn({ key }: TestProject, lines: readonly (object | string)[], query = "") {
  const body = lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)));
  return call(`/api/sdk/import${query}`, { key, headers: NDJSON, body: body.join("\n") });
}

const THREAD = { type: "thread", id: "t", created_at: "2023-11-14T09:00:00Z" };
const message = (id: string, fields: object = {}) => ({
  type: "message",
  id,
  role: "user",
  content: `It is ${id}.`,
  created_at: 1_700_000_000,
  ...fields,
});

async function listMessages({ key }: TestProject, threadId = "t") {
  const listed = await call(`/api/sdk/threads/${threadId}/messages?order=asc&limit=100`, { key });
  return listed.json.list;
}

describe("an import of conversations from elsewhere", () => {
  it("keeps authors and times, in the order of the lines", async ({ expect }) => {
    const project = await makeProject();
    const taken = await takeIn(project, [
      THREAD,
      message("late", { author: "Ada", created_at: "2023-11-15T01:00:00.25+01:00" }),
      message("early", { author: "Joseph", role: "assistant" }),
      message("nobody", { created_at_ms: 1_600_000_000_999, created_at: undefined }),
    ]);
    expect(taken.json).toMatchObject({ imported: { threads: 1, messages: 3 }, complete: true });
    expect(await listMessages(project)).toMatchObject([
      { id: "late", author: "Ada", created_at: Date.parse("2023-11-15T00:00:00Z") / 1000 },
      { id: "early", author: "Joseph", created_at: 1_700_000_000 },
      { id: "nobody", created_at: 1_600_000_000 },
    ]);
    expect((await listMessages(project))[2]).not.toHaveProperty("author");
    const exported = await call("/api/sdk/threads/t/export", { key: project.key });
    const target = await makeProject();
    expect((await takeIn(target, [exported.text])).status).toBe(200);
    expect(await listMessages(target)).toEqual(await listMessages(project));
  });

  it("takes several hundred messages in one call, and their thread is as old as the last", async ({
    expect,
  }) => {
    const project = await makeProject();
    const many = Array.from({ length: 300 }, (_, n) =>
      message(String(n), { created_at: 1_700_000_000 + n }),
    );
    expect((await takeIn(project, [THREAD, ...many])).json.imported.messages).toBe(300);
    const exported = await call("/api/sdk/threads/t/export", { key: project.key });
    const thread = exported.text.split("\n").find((line) => line.includes('"thread"'));
    expect(JSON.parse(thread ?? "").updated_at_ms).toBe(1_700_000_299_000);
  });

  it.for([
    ["no time", { created_at: "yesterday" }, "created_at", "ISO 8601"],
    ["a time without its offset", { created_at: "2023-11-14T09:00:00" }, "created_at", "or +01:00"],
    ["milliseconds as seconds", { created_at: 1_700_000_000_000 }, "created_at", "created_at_ms"],
    ["a time before 1970", { created_at: -1 }, "created_at", "ISO 8601"],
    ["both forms of a time", { created_at_ms: 5 }, "created_at", "must not stand beside"],
    [
      "a time beyond all calendars",
      { created_at: undefined, created_at_ms: 9e15 },
      "created_at_ms",
      "",
    ],
    ["no time at all", { created_at: undefined }, "created_at", "(or `created_at_ms`) is required"],
    ["an empty author", { author: "" }, "author", ""],
    ["an author of many words", { author: "a".repeat(257) }, "author", "256"],
    ["an author that is no text", { author: { name: "Ada" } }, "author", ""],
    ["a run without its tool", { run_id: "a".repeat(64) }, "run_id", "all three or none"],
    ["an unknown role", { role: "bot" }, "role", ""],
    ["a field of another system", { ts: 5 }, "ts", ""],
  ] as const)("refuses %s by line and field", async ([, fields, field, words], { expect }) => {
    const project = await makeProject();
    const refused = await takeIn(project, [THREAD, message("1"), message("2", fields)]);
    expect(refused.status).toBe(400);
    const [issue] = refused.json.error.issues;
    expect(issue.path).toEqual(["line", 3, field]);
    expect(issue.message).toContain(words);
    expect(await listMessages(project)).toHaveLength(1);
  });

  it.for([
    ["NUL in a thread's id", "id", "a\0b", "NUL"],
    ["half a surrogate in a thread's id", "id", "\ud83d", "surrogate"],
    ["a thread whose id paths drop", "id", ".", "no path"],
    ["a thread whose id takes a step up", "id", "..", "no path"],
    ["NUL in an end user's id", "end_user_id", "a\0b", "NUL"],
    ["an end user whom no path names", "end_user_id", "..", "no path"],
    ["half a surrogate in an end user's id", "end_user_id", "a\udc00", "surrogate"],
  ] as const)("refuses %s, as calls do", async ([, field, value, words], { expect }) => {
    const project = await makeProject();
    const refused = await takeIn(project, [{ ...THREAD, [field]: value }]);
    expect(refused.status).toBe(400);
    const [issue] = refused.json.error.issues;
    expect(issue.path).toEqual(["line", 1, field]);
    expect(issue.message).toContain(words);
    const listed = await call("/api/sdk/threads", { key: project.key });
    expect(listed.json.list).toEqual([]);
  });

  it("says of a message without a thread that a line before it may name that", async ({
    expect,
  }) => {
    const refused = await takeIn(await makeProject(), [message("1")]);
    expect(refused.json.error.message).toContain(
      "thread_id is required, or a `thread` line before it.",
    );
  });

  it("writes nothing to a thread whose messages are there already", async ({ expect }) => {
    const project = await makeProject();
    const select = "SELECT last_n, updated_at_ms FROM threads WHERE project_id = ?";
    const thread = () => env.DB.prepare(select).bind(project.id).first();
    const lines = [THREAD, message("1"), message("2")];
    await takeIn(project, lines);
    const before = await thread();
    expect(before).toMatchObject({ last_n: 2 });
    expect((await takeIn(project, lines)).json).toMatchObject({ skipped: 3 });
    expect(await thread()).toEqual(before);
    await takeIn(project, [...lines, message("3")]);
    const listed = await listMessages(project);
    expect(listed.map(({ id }: { id: string }) => id)).toEqual(["1", "2", "3"]);
  });
});

describe("a key that writes what was said elsewhere", () => {
  it("says who wrote it and when, in a thread that began then", async ({ expect }) => {
    const { key } = await makeProject();
    const old = { role: "user", content: "hi", author: "Ada", created_at: 1_600_000_000 };
    const made = await call("/api/sdk/threads", {
      key,
      json: { created_at: 1_600_000_000, messages: [old] },
    });
    expect(made.json.created_at).toBe(1_600_000_000);
    const path = `/api/sdk/threads/${made.json.id}/messages`;
    const later = { ...old, role: "assistant", author: "Joseph", created_at: 1_600_000_060 };
    expect((await call(path, { key, json: later })).json).toMatchObject({
      author: "Joseph",
      created_at: 1_600_000_060,
    });
    expect((await call(`${path}?order=asc`, { key })).json.list).toMatchObject([old, later]);
    const exported = await call(`/api/sdk/threads/${made.json.id}/export`, { key });
    expect(exported.text).toContain('"updated_at_ms":1600000060000');
  });

  it.for([
    ["author", "Ada"],
    ["created_at", 5],
  ] as const)("is no session token: %s is refused by name", async ([field, value], { expect }) => {
    const project = await makeProject();
    const verbs = ["threads:create", "threads:read", "messages:create"];
    const token = await mintToken(project.key, { end_user_id: "ada", verbs });
    const said = { role: "user", content: "hi", [field]: value };
    const refused = await call("/api/sdk/threads", { key: token, json: { messages: [said] } });
    expect(refused.status).toBe(403);
    expect(refused.json.error.issues[0].path).toEqual(["messages", 0, field]);
  });
});
