import { beforeAll, describe, it } from "vitest";

import {
  CREATE_THREAD,
  CREATE_THREAD_WITH_MESSAGES,
  UPDATE_THREAD,
} from "../../fixtures/seeds/bodies";
import { call } from "../../support/call";
import { type TestProject, makeProject } from "../../support/project";

let project: TestProject;
let stranger: TestProject;

beforeAll(async () => {
  [project, stranger] = await Promise.all([makeProject(), makeProject()]);
});

const threads = "/api/sdk/threads";

async function createThread(key = project.key, json: object = {}): Promise<string> {
  return (await call(threads, { key, json })).json.id;
}

describe("POST /threads", () => {
  it("creates a thread from the published sample, sent as its curl sends it", async ({
    expect,
  }) => {
    const made = await call(threads, {
      key: project.key,
      body: CREATE_THREAD,
      headers: { "Content-Type": "application/json", Cookie: "NEXT_LOCALE=en" },
    });
    expect(made.status).toBe(200);
    expect(made.json).toEqual({
      id: expect.stringMatching(/^[\w-]{21}$/),
      created_at: expect.closeTo(Date.now() / 1000, -1),
      metadata: { user: "abc123" },
    });
    const read = await call(`${threads}/${made.json.id}`, { key: project.key });
    expect(read.json).toEqual(made.json);
  });

  it("writes the first messages in order, the misspelt role of the sample included", async ({
    expect,
  }) => {
    const made = await call(threads, { key: project.key, body: CREATE_THREAD_WITH_MESSAGES });
    const { json } = await call(`${threads}/${made.json.id}/messages?order=asc`, {
      key: project.key,
    });
    expect(json.list).toMatchObject([
      { role: "user", content: "Hi, how are you?" },
      {
        role: "assistant",
        content: "Hi, I am good. What about you? Is there anything I can help?",
      },
    ]);
  });

  it("takes an empty body, and leaves metadata out that was never set", async ({ expect }) => {
    const made = await call(threads, { key: project.key, method: "POST" });
    expect(made.status).toBe(200);
    expect(Object.keys(made.json)).toEqual(["id", "created_at"]);
  });

  it("takes 100 messages and refuses 101", async ({ expect }) => {
    const messages = Array.from({ length: 101 }, () => ({ role: "user", content: "x" }));
    const most = await call(threads, { key: project.key, json: { messages: messages.slice(1) } });
    expect(most.status).toBe(200);
    const more = await call(threads, { key: project.key, json: { messages } });
    expect(more.status).toBe(400);
    expect(more.json.error.issues).toEqual([
      { path: ["messages"], message: "must be at most 100 elements long" },
    ]);
  });

  it("makes no thread where a message names an unknown file, and says which", async ({
    expect,
  }) => {
    const before = await call(`${threads}?limit=1`, { key: stranger.key });
    const refused = await call(threads, {
      key: stranger.key,
      json: {
        messages: [
          { role: "user", content: "x" },
          { role: "user", content: "y", file_ids: ["no-such"] },
        ],
      },
    });
    expect(refused.status).toBe(400);
    expect(refused.json.error.issues).toEqual([
      { path: ["messages", 1, "file_ids"], message: 'names no file of this project: "no-such"' },
    ]);
    const after = await call(`${threads}?limit=1`, { key: stranger.key });
    expect(after.json).toEqual(before.json);
  });
});

function pairs(count: number): Record<string, string> {
  return Object.fromEntries(Array.from({ length: count }, (_, index) => [`k${index}`, "v"]));
}

describe("metadata", () => {
  it.for([
    ["17 pairs", pairs(17), "metadata must have at most 16 pairs."],
    [
      "a name of 65 characters",
      { ["k".repeat(65)]: "v" },
      "as a name must be at most 64 characters long.",
    ],
    [
      "a value of 513 characters",
      { k: "v".repeat(513) },
      "metadata.k must be at most 512 characters long.",
    ],
    ["a number as a value", { k: 1 }, "metadata.k must be a string, not a number."],
    ["null", null, "metadata must be an object, not null."],
  ] as const)("refuses %s by name of the rule", async ([, metadata, message], { expect }) => {
    const refused = await call(threads, { key: project.key, json: { metadata } });
    expect(refused.status).toBe(400);
    expect(refused.json.error.type).toBe("invalid_request_error");
    expect(refused.json.error.message).toContain(message);
  });

  it("takes 16 pairs with names of 64 and values of 512 characters", async ({ expect }) => {
    const metadata = { ...pairs(15), ["😀".repeat(32)]: "v".repeat(512) };
    const made = await call(threads, { key: project.key, json: { metadata } });
    expect(made.json.metadata).toEqual(metadata);
  });

  it("keeps names that mean something to JavaScript, except __proto__", async ({ expect }) => {
    const metadata = { constructor: "a", toString: "b", hasOwnProperty: "c" };
    const made = await call(threads, { key: project.key, json: { metadata } });
    const read = await call(`${threads}/${made.json.id}`, { key: project.key });
    expect(read.text).toContain(
      '"metadata":{"constructor":"a","toString":"b","hasOwnProperty":"c"}',
    );
    const refused = await call(threads, {
      key: project.key,
      body: '{"metadata":{"__proto__":"x"}}',
    });
    expect(refused.json.error.issues).toEqual([
      { path: ["metadata", "__proto__"], message: "no field may have this name" },
    ]);
  });

  it("is replaced as a whole by an update, as the published sample does", async ({ expect }) => {
    const id = await createThread(project.key, { metadata: { old: "1" } });
    const updated = await call(`${threads}/${id}`, { key: project.key, body: UPDATE_THREAD });
    expect(updated.json.metadata).toEqual({ modified: "true", user: "czy" });
    const emptied = await call(`${threads}/${id}`, { key: project.key, json: { metadata: {} } });
    expect(emptied.json.metadata).toEqual({});
  });

  it("leaves the thread untouched when an update is refused", async ({ expect }) => {
    const id = await createThread(project.key, { metadata: { a: "1" } });
    await call(`${threads}/${id}`, { key: project.key, json: { metadata: pairs(17) } });
    const read = await call(`${threads}/${id}`, { key: project.key });
    expect(read.json.metadata).toEqual({ a: "1" });
  });
});

describe("GET /threads", () => {
  it("lists the newest first, whatever the clock says, and the oldest first on demand", async ({
    expect,
  }) => {
    const { key } = await makeProject();
    const ids = [await createThread(key), await createThread(key), await createThread(key)];
    const newest = await call(threads, { key });
    expect(idsOf(newest)).toEqual(ids.toReversed());
    const oldest = await call(`${threads}?order=asc`, { key });
    expect(idsOf(oldest)).toEqual(ids);
  });

  it("walks after, before and a window between both", async ({ expect }) => {
    const { key } = await makeProject();
    const made: string[] = [];
    for (let count = 0; count < 7; count += 1) {
      made.push(await createThread(key));
    }
    const page = async (query: string) => idsOf(await call(`${threads}?${query}`, { key }));
    const [g, f, e, d, c, b, a] = made.toReversed();
    expect(await page("limit=3")).toEqual([g, f, e]);
    expect(await page(`limit=3&after=${e}`)).toEqual([d, c, b]);
    expect(await page(`limit=3&after=${b}`)).toEqual([a]);
    expect(await page(`limit=2&before=${d}`)).toEqual([f, e]);
    expect(await page(`limit=9&before=${d}`)).toEqual([g, f, e]);
    expect(await page(`after=${g}&before=${c}`)).toEqual([f, e, d]);
    expect(await page(`limit=2&after=${g}&before=${c}`)).toEqual([f, e]);
    expect(await page(`order=asc&limit=2&after=${b}`)).toEqual([c, d]);
    expect(await page(`order=asc&limit=2&before=${f}`)).toEqual([d, e]);
    expect(await page(`after=${a}`)).toEqual([]);
  });

  it("filters by metadata: exact, and all pairs at once", async ({ expect }) => {
    const { key } = await makeProject();
    const both = await createThread(key, { metadata: { user: "ada", 'odd."key': "1" } });
    const one = await createThread(key, { metadata: { user: "ada" } });
    await createThread(key, { metadata: { user: "Ada" } });
    await createThread(key);
    const page = async (query: string) => idsOf(await call(`${threads}?${query}`, { key }));
    expect(await page("metadata[user]=ada")).toEqual([one, both]);
    expect(await page("metadata%5Buser%5D=ada&metadata[odd.%22key]=1")).toEqual([both]);
    expect(await page(`metadata[user]=ada&limit=1&after=${one}`)).toEqual([both]);
    expect(await page("metadata[user]=nobody")).toEqual([]);
  });

  it.for([
    ["limit=0", ["limit"], "must be at least 1"],
    ["limit=101", ["limit"], "must be at most 100"],
    ["limit=ten", ["limit"], "must be a whole number"],
    ["limit=1e1", ["limit"], "must be a whole number"],
    ["limit=", ["limit"], "must be a whole number"],
    ["limit=1&limit=2", ["limit"], "must be a string, not an array"],
    ["order=newest", ["order"], 'must be one of "asc", "desc"'],
    ["after=no-such", ["after"], 'names nothing that this list holds: "no-such"'],
    ["before=no-such", ["before"], 'names nothing that this list holds: "no-such"'],
    ["page=2", ["page"], "is not a known field"],
    ["metadata=x", ["metadata"], "must be an object, not a string"],
    ["metadata[a]=%00", ["metadata", "a"], "holds a NUL character"],
    ["metadata[__proto__]=1", ["metadata", "__proto__"], "no field may have this name"],
  ] as const)("refuses ?%s", async ([query, path, message], { expect }) => {
    const refused = await call(`${threads}?${query}`, { key: project.key });
    expect(refused.status).toBe(400);
    expect(refused.json.error.issues).toEqual([{ path, message }]);
  });

  it("takes no cursor of another project", async ({ expect }) => {
    const foreign = await createThread(stranger.key);
    const refused = await call(`${threads}?after=${foreign}`, { key: project.key });
    expect(refused.status).toBe(400);
  });
});

describe("DELETE /threads/{thread_id}", () => {
  it("takes the messages along and answers 404 from then on", async ({ expect }) => {
    const id = await createThread(project.key, { messages: [{ role: "user", content: "x" }] });
    const deleted = await call(`${threads}/${id}`, { key: project.key, method: "DELETE" });
    expect(deleted.json).toEqual({ message: "deleted", threadId: id });
    for (const path of ["", "/messages"]) {
      const gone = await call(`${threads}/${id}${path}`, { key: project.key });
      expect(gone.json.error.type).toBe("thread_not_found");
    }
    const again = await call(`${threads}/${id}`, { key: project.key, method: "DELETE" });
    expect(again.status).toBe(404);
  });
});

function idsOf(reply: { json: { list: { id: string }[] } }): string[] {
  return reply.json.list.map(({ id }) => id);
}
