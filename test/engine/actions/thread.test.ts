import { describe, it } from "vitest";

import type { Message } from "../../../src/domain/message";
import { ACTION } from "../../../src/limits";
import { forNextRun, testWorld } from "../../support/ports";
import { action, definition, resultOf, run } from "../run";

const history = (config: Record<string, unknown> = {}) =>
  definition(action("thread", "HISTORY", {}, { config }));

const IMAGE = { type: "image_url" as const, url: "https://example.com/cat.png" };

function message(content: string, changes: Partial<Message> = {}): Message {
  return {
    id: content,
    threadId: "thread-1",
    createdAtMs: 0,
    role: "user",
    content,
    fileIds: [],
    metadata: null,
    parts: null,
    writtenBy: null,
    incomplete: false,
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
