import { describe, it } from "vitest";
import * as z from "zod";

import { type Message, type NewMessage, newMessage } from "../../../src/domain/message";
import { ACTION } from "../../../src/limits";
import { forNextRun, testWorld } from "../../support/ports";
import { action, definition, resultOf, run } from "../run";

const history = (config: Record<string, unknown> = {}) =>
  definition(action("thread", "HISTORY", {}, { config }));

const IMAGE = { type: "image_url" as const, url: "https://example.com/cat.png" };

function message(content: string, changes: Partial<Message> = {}): Message {
  const said: NewMessage = {
    id: content,
    role: "user",
    content,
    fileIds: [],
    metadata: null,
    parts: null,
  };
  return {
    ...newMessage(said, { threadId: "thread-1", createdAtMs: 0 }),
    ...changes,
  };
}

function worldWith(messages: Message[]) {
  const world = testWorld();
  world.threads.set("thread-1", { view: { id: "thread-1", metadata: { user: "abc" } }, messages });
  return world;
}

describe("thread", () => {
  const onThread = { threadIds: ["thread-1"] };

  it("gives the thread's messages, oldest first, with what a model wants to know", async ({
    expect,
  }) => {
    const world = worldWith([
      message("Hi", { fileIds: ["file-1"], parts: [IMAGE] }),
      message("Hello", {
        role: "assistant",
        writtenBy: { toolId: "t", toolName: "chat", runId: "r" },
      }),
    ]);
    expect(await resultOf(history(), onThread, world)).toEqual({
      id: "thread-1",
      metadata: { user: "abc" },
      messages: [
        { role: "user", content: "Hi", file_ids: ["file-1"], parts: [IMAGE] },
        { role: "assistant", content: "Hello", name: "chat" },
      ],
    });
  });

  it("takes the newest, ten unless its config says how many, of the roles it names", async ({
    expect,
  }) => {
    const roles = ["user", "assistant"] as const;
    const world = worldWith(
      Array.from({ length: 24 }, (_, index) =>
        message(`${index}`, { role: roles[index % 2] ?? "user" }),
      ),
    );
    const contents = async (config: Record<string, unknown>) => {
      const result = await resultOf(history(config), onThread, forNextRun(world));
      return JSON.stringify(result).match(/(?<="content":")\d+/g);
    };
    expect(await contents({})).toHaveLength(ACTION.threadDefaultMessages);
    expect(await contents({ limit: 3 })).toEqual(["21", "22", "23"]);
    expect(await contents({ limit: 2, roles: ["user"] })).toEqual(["20", "22"]);
  });

  it("stands for the messages of the input where the run has no thread", async ({ expect }) => {
    const messages = [
      { role: "system", content: "Be brief." },
      { role: "user", content: "Hi", mood: "good" },
    ];
    const given = { inputs: [{ messages }] };
    expect(await resultOf(history(), given)).toEqual({
      id: null,
      metadata: {},
      messages: [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Hi" },
      ],
    });
    expect(await resultOf(history({ roles: ["user"], limit: 1 }), given)).toMatchObject({
      messages: [{ content: "Hi" }],
    });
  });

  it("is empty where there is neither thread nor messages", async ({ expect }) => {
    expect(await resultOf(history())).toEqual({ id: null, metadata: {}, messages: [] });
    expect(await resultOf(history(), { inputs: [{ messages: "none" }] })).toMatchObject({
      messages: [],
    });
  });

  it("fails where the thread is gone", async ({ expect }) => {
    const outcome = await run(history(), { threadIds: ["gone"] });
    expect(outcome.error).toEqual({
      code: "thread_not_found",
      message: "HISTORY: There is no thread gone any more.",
    });
  });
});

const Contents = z.object({ messages: z.array(z.object({ content: z.string() })) });

function withFiles(messages: Message[], files: Record<string, string | Uint8Array>) {
  const world = worldWith(messages);
  for (const [id, content] of Object.entries(files)) {
    const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
    const view = { id, name: `${id}.txt`, mimeType: "text/plain", size: bytes.length };
    world.files.set(id, { view, bytes });
  }
  return world;
}

async function contentsOf(config: Record<string, unknown>, world: ReturnType<typeof withFiles>) {
  const result = await resultOf(history(config), { threadIds: ["thread-1"] }, world);
  return Contents.parse(result).messages.map(({ content }) => content);
}

describe("thread with files", () => {
  it("puts each text behind the message that names it last", async ({ expect }) => {
    const world = withFiles(
      [
        message("First.", { fileIds: ["a", "b"] }),
        message("Second.", { fileIds: ["b", "gone"] }),
        message("Third."),
      ],
      { a: "Text of a.\n", b: "Text of b." },
    );
    expect(await contentsOf({ files: true }, world)).toEqual([
      "First.\n\n[file a.txt]\nText of a.\n\n[file b.txt: see below]",
      "Second.\n\n[file b.txt]\nText of b.\n\n[file gone: it is not there any more]",
      "Third.",
    ]);
    expect(await contentsOf({ files: false }, forNextRun(world))).toEqual([
      "First.",
      "Second.",
      "Third.",
    ]);
  });

  it("reads the newest up to max_chars and never half a character", async ({ expect }) => {
    const world = withFiles(
      [message("Old.", { fileIds: ["a"] }), message("New.", { fileIds: ["b", "c"] })],
      { a: "aaaa", b: "b😁bb", c: "cc" },
    );
    expect(await contentsOf({ files: { max_chars: 4 } }, world)).toEqual([
      "Old.\n\n[file a.txt, cut off]\na",
      "New.\n\n[file b.txt, cut off]\nb\n\n[file c.txt]\ncc",
    ]);
  });

  it("says of a picture that it cannot be read, and goes on", async ({ expect }) => {
    const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0]);
    const world = withFiles([message("Look.", { fileIds: ["a"] })], { a: png });
    const [content] = await contentsOf({ files: true }, world);
    expect(content).toMatch(/^Look\.\n\n\[file a\.txt: .+[^.]\]$/);
  });

  it("reads those that the input's messages name where there is no thread", async ({ expect }) => {
    const world = withFiles([], { a: "Text of a." });
    const inputs = [{ messages: [{ role: "user", content: "Hi", file_ids: ["a"] }] }];
    expect(await resultOf(history({ files: true }), { inputs }, world)).toMatchObject({
      messages: [{ content: "Hi\n\n[file a.txt]\nText of a." }],
    });
  });
});
