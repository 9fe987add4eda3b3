import { beforeAll, describe, it } from "vitest";

import { INSERT_MESSAGE, UPDATE_MESSAGE } from "../../fixtures/seeds/bodies";
import { type Call, call } from "../../support/call";
import { type TestProject, makeProject } from "../../support/project";

let project: TestProject;
let threadId: string;

beforeAll(async () => {
  project = await makeProject();
  threadId = await createThread();
});

async function createThread(): Promise<string> {
  return (await call("/api/sdk/threads", { key: project.key, json: {} })).json.id;
}

function messages(thread: string, options: Call & { path?: string } = {}) {
  const { path = "", ...rest } = options;
  return call(`/api/sdk/threads/${thread}/messages${path}`, { key: project.key, ...rest });
}

describe("POST /threads/{thread_id}/messages", () => {
  it("inserts the published sample", async ({ expect }) => {
    const made = await messages(threadId, { body: INSERT_MESSAGE });
    expect(made.status).toBe(200);
    expect(made.json).toEqual({
      id: expect.stringMatching(/^[\w-]{21}$/),
      created_at: expect.closeTo(Date.now() / 1000, -1),
      thread_id: threadId,
      role: "user",
      content: "How does AI work? Explain it in simple terms.",
    });
    const read = await messages(threadId, { path: `/${made.json.id}` });
    expect(read.json).toEqual(made.json);
  });

  it("keeps metadata, parts and any text of any script as given", async ({ expect }) => {
    const json = {
      role: "assistant",
      content: "每日推特 مرحبا 👩‍👩‍👧 \u2028 \\ \" '",
      metadata: { user: "czy1" },
      parts: [
        { type: "text", text: "t" },
        { type: "image_url", url: "https://example.com/a.png", detail: "low" },
        { type: "blob", mime_type: "image/png", url: "aGk=" },
        { type: "file", id: "f", name: "n" },
        { type: "link", url: "https://example.com" },
        { type: "table", name: "t", columns: ["a"], data: [[1], [null], ["x"]] },
      ],
    };
    const made = await messages(threadId, { json });
    expect(made.json).toMatchObject(json);
    const read = await messages(threadId, { path: `/${made.json.id}` });
    expect(read.json).toEqual(made.json);
  });

  it("takes 256 KiB of UTF-8 and refuses one byte more", async ({ expect }) => {
    const most = "é".repeat(128 * 1024);
    expect((await messages(threadId, { json: { role: "user", content: most } })).status).toBe(200);
    const refused = await messages(threadId, { json: { role: "user", content: `${most}x` } });
    expect(refused.status).toBe(400);
    expect(refused.json.error.issues).toEqual([
      { path: ["content"], message: "must be at most 262144 bytes of UTF-8" },
    ]);
  });

  it.for([
    [
      { content: "x" },
      [{ path: ["role"], message: 'must be one of "user", "assistant", "system"' }],
    ],
    [{ role: "user" }, [{ path: ["content"], message: "is required: a string" }]],
    ...["", " \n\t"].map((content): [object, object[]] => [
      { role: "user", content, file_ids: [], parts: [] },
      [
        {
          path: ["content"],
          message: "must not be empty where the message has neither files nor parts",
        },
      ],
    ]),
    [
      { role: "user", content: 5 },
      [{ path: ["content"], message: "must be a string, not a number" }],
    ],
    [
      { role: "robot", content: "x" },
      [{ path: ["role"], message: 'must be one of "user", "assistant", "system"' }],
    ],
    [
      { role: "user", content: "x", file_ids: Array.from({ length: 11 }, String) },
      [{ path: ["file_ids"], message: "must be at most 10 elements long" }],
    ],
    [
      { role: "user", content: "x", colour: 1, size: 2 },
      [
        { path: ["colour"], message: "is not a known field" },
        { path: ["size"], message: "is not a known field" },
      ],
    ],
    [
      { role: "user", content: "x", parts: [{ type: "text", text: "t" }, { type: "smell" }] },
      [
        {
          path: ["parts", 1, "type"],
          message:
            'must be one of "text", "refusal", "image_url", "blob", "image_file", "file", "link", "table"',
        },
      ],
    ],
    [{ role: "user", content: "a\0b" }, [{ path: ["content"], message: "holds a NUL character" }]],
    [[], [{ path: [], message: "must be an object, not an array" }]],
    [null, [{ path: [], message: "must be an object, not null" }]],
  ])("refuses %j and says where", async ([json, issues], { expect }) => {
    const refused = await messages(threadId, { json });
    expect(refused.status).toBe(400);
    expect(refused.json.error).toMatchObject({ type: "invalid_request_error", issues });
  });

  it("names the unknown files, and says 404 first where the thread is unknown", async ({
    expect,
  }) => {
    const json = { role: "user", content: "x", file_ids: ["a", "b"] };
    const refused = await messages(threadId, { json });
    expect(refused.json.error.issues).toEqual([
      { path: ["file_ids"], message: 'names no file of this project: "a", "b"' },
    ]);
    expect((await messages("no-such", { json })).json.error.type).toBe("thread_not_found");
  });
});

describe("GET /threads/{thread_id}/messages", () => {
  it("lists messages of one second in the order written, newest first by default", async ({
    expect,
  }) => {
    const thread = await createThread();
    for (const content of ["one", "two", "three"]) {
      await messages(thread, { json: { role: "user", content } });
    }
    const contents = async (path: string) =>
      (await messages(thread, { path })).json.list.map(
        (message: { content: string }) => message.content,
      );
    expect(await contents("")).toEqual(["three", "two", "one"]);
    expect(await contents("?order=asc")).toEqual(["one", "two", "three"]);
    expect(await contents("?limit=2")).toEqual(["three", "two"]);
  });

  it("walks 45 messages in three pages without a gap or a repeat", async ({ expect }) => {
    const made = await call("/api/sdk/threads", {
      key: project.key,
      json: {
        messages: Array.from({ length: 45 }, (_, index) => ({ role: "user", content: `${index}` })),
      },
    });
    const seen: string[] = [];
    const pages: number[] = [];
    for (let after = ""; ;) {
      const { json } = await messages(made.json.id, { path: `?order=asc${after}` });
      if (json.list.length === 0) {
        break;
      }
      pages.push(json.list.length);
      seen.push(...json.list.map((message: { content: string }) => message.content));
      after = `&after=${json.list.at(-1).id}`;
    }
    expect(pages).toEqual([20, 20, 5]);
    expect(seen).toEqual(Array.from({ length: 45 }, (_, index) => `${index}`));
  });

  it("takes no cursor of another thread", async ({ expect }) => {
    const made = await messages(threadId, { json: { role: "user", content: "x" } });
    const refused = await messages(await createThread(), { path: `?before=${made.json.id}` });
    expect(refused.status).toBe(400);
  });
});

describe("POST /threads/{thread_id}/messages/{message_id}", () => {
  it("changes metadata alone, as the published sample shows", async ({ expect }) => {
    const made = await messages(threadId, { body: INSERT_MESSAGE });
    const updated = await messages(threadId, { path: `/${made.json.id}`, body: UPDATE_MESSAGE });
    expect(updated.status).toBe(200);
    expect(updated.json).toEqual({ ...made.json, metadata: { user: "czy4" } });
  });

  it("wants metadata, and takes no further field", async ({ expect }) => {
    const made = await messages(threadId, { body: INSERT_MESSAGE });
    const refused = await messages(threadId, { path: `/${made.json.id}`, json: { parts: [] } });
    expect(refused.json.error.issues).toEqual([
      { path: ["metadata"], message: "is required: an object" },
      { path: ["parts"], message: "is not a known field" },
    ]);
  });
});

describe("DELETE /threads/{thread_id}/messages/{message_id}", () => {
  it("deletes that message alone", async ({ expect }) => {
    const thread = await createThread();
    const first = await messages(thread, { json: { role: "user", content: "1" } });
    const second = await messages(thread, { json: { role: "user", content: "2" } });
    const deleted = await messages(thread, { path: `/${first.json.id}`, method: "DELETE" });
    expect(deleted.json).toEqual({ message: "deleted", messageId: first.json.id });
    expect((await messages(thread)).json.list).toEqual([second.json]);
    const gone = await messages(thread, { path: `/${first.json.id}` });
    expect(gone.json.error.type).toBe("message_not_found");
  });
});
