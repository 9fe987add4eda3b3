/** Messages, and threads by their messages, found by words: whatever wrote the message. */
import { env } from "cloudflare:workers";
import { beforeAll, describe, it } from "vitest";

import type { AccessScope } from "../../src/domain/access/caller";
import { newMessageId } from "../../src/domain/ids";
import type { MessagePart } from "../../src/domain/message";
import { MESSAGE } from "../../src/limits";
import { INDEX_MESSAGES, indexMessages } from "../../src/store/messages/index-messages";
import { createMessage, deleteMessage, listMessages } from "../../src/store/messages/messages";
import { createThread, listThreads } from "../../src/store/threads/threads";
import { type TestProject, makeProject } from "../support/project";

const db = env.DB;
const PAGE = { limit: 100, order: "asc" } as const;
let project: TestProject;
let scope: AccessScope;
let count = 0;

beforeAll(async () => {
  project = await makeProject();
  scope = { projectId: project.id, endUserId: null, threadId: null };
});

function messageOf(content: string, parts: MessagePart[] | null = null) {
  return { id: newMessageId(), role: "user" as const, content, fileIds: [], metadata: null, parts };
}

/** A thread with these messages. */
async function makeThread(texts: string[], own = scope): Promise<string> {
  const id = `searched-${++count}-${project.number}`;
  await createThread(db, own, {
    id,
    nowMs: 1,
    metadata: null,
    messages: texts.map((one) => messageOf(one)),
  });
  return id;
}

async function contents(threadId: string, text: string, page = {}): Promise<string[]> {
  const listed = await listMessages(db, scope, { threadId, text }, { ...PAGE, ...page });
  return listed.ok ? listed.value.items.map(({ content }) => content) : [listed.failure.kind];
}

async function threads(text: string, own = scope): Promise<string[]> {
  const listed = await listThreads(db, own, PAGE, { text });
  return listed.ok ? listed.value.items.map(({ id }) => id) : [listed.failure.kind];
}

describe("messages of a thread", () => {
  it.for([
    ["all words, in any order", "lazy FOX", ["The quick fox was lazy."]],
    ["words without their accents", "uber", ["Über den Wolken"]],
    ["Chinese inside a sentence", "退款", ["你好，我想申请退款。"]],
    ["a single character", "款", ["你好，我想申请退款。"]],
    ["Korean without its particle", "학교", ["나는 학교에서 공부한다"]],
    ["an address as it stands", "ada@example.com", ["Write to ada@example.com, please."]],
    ["not the same pieces apart", "example@ada.com", []],
    ["not a part of a word", "qui", []],
    ["not words of two messages together", "fox Wolken", []],
    ["nothing for nothing but signs", "?! *", []],
    ["operators as words", "fox OR wolken", []],
  ] as const)("are found by %s", async ([, query, expected], { expect }) => {
    const id = await makeThread([
      "The quick fox was lazy.",
      "Über den Wolken",
      "你好，我想申请退款。",
      "나는 학교에서 공부한다",
      "Write to ada@example.com, please.",
    ]);
    expect(await contents(id, query)).toEqual(expected);
  });

  it("come page by page in their order, both ways, without a gap", async ({ expect }) => {
    const all = Array.from({ length: 30 }, (_, index) => `${index % 3 ? "odd" : "even"} ${index}`);
    const id = await makeThread(all);
    const wanted = all.filter((content) => content.startsWith("even"));
    expect(await contents(id, "even", { order: "desc" })).toEqual(wanted.toReversed());
    const first = await listMessages(
      db,
      scope,
      { threadId: id, text: "even" },
      { ...PAGE, limit: 4 },
    );
    const after = first.ok ? first.value.items.at(-1)?.id : undefined;
    expect(first).toMatchObject({ value: { hasMoreAfter: true } });
    expect(await contents(id, "even", { limit: 4, after })).toEqual(wanted.slice(4, 8));
    expect(await contents(id, "even", { limit: 2, before: after })).toEqual(wanted.slice(1, 3));
  });

  it("are found by the text of their parts too", async ({ expect }) => {
    const id = await makeThread([]);
    const message = messageOf("See below.", [{ type: "text", text: "A walrus." }]);
    await createMessage(db, scope, { threadId: id, message, nowMs: 2 });
    expect(await contents(id, "walrus")).toEqual(["See below."]);
  });

  it("of the greatest length are found by what they begin with", async ({ expect }) => {
    const id = await makeThread([]);
    const long = `起始${"漢".repeat(MESSAGE.searchedChars)}`.slice(0, MESSAGE.contentMaxBytes / 3);
    await createMessage(db, scope, { threadId: id, message: messageOf(long), nowMs: 2 });
    expect(await contents(id, "起始漢")).toHaveLength(1);
  });

  it("are found no more once they are deleted", async ({ expect }) => {
    const id = await makeThread(["A narwhal."]);
    const listed = await listMessages(db, scope, { threadId: id }, PAGE);
    const messageId = listed.ok ? (listed.value.items[0]?.id ?? "") : "";
    expect(await threads("narwhal")).toEqual([id]);
    await deleteMessage(db, scope, { threadId: id, id: messageId });
    expect(await contents(id, "narwhal")).toEqual([]);
    expect(await threads("narwhal")).toEqual([]);
  });
});

describe("threads", () => {
  it("are found once, by any of their messages, in order of insertion", async ({ expect }) => {
    const ids = [
      await makeThread(["A pangolin.", "Another pangolin.", "Pangolin!"]),
      await makeThread(["Nothing here."]),
      await makeThread(["No.", "A small pangolin."]),
    ];
    expect(await threads("pangolin")).toEqual([ids[0], ids[2]]);
    expect(await threads("small pangolin")).toEqual([ids[2]]);
  });

  it("of other projects and of other end users are not found", async ({ expect }) => {
    const stranger = await makeProject();
    await makeThread(["An axolotl."], { ...scope, projectId: stranger.id });
    expect(await threads("axolotl")).toEqual([]);
    const [ada, bob] = ["ada", "bob"].map((endUserId) => ({ ...scope, endUserId }));
    const id = await makeThread(["An axolotl of Ada's."], ada);
    expect(await threads("axolotl", ada)).toEqual([id]);
    expect(await threads("axolotl", bob)).toEqual([]);
    expect(await threads("axolotl")).toEqual([id]);
  });

  it("deleted leave nothing in the index", async ({ expect }) => {
    const id = await makeThread(["A quokka.", "Two quokkas."]);
    const seq = await db.prepare("SELECT seq FROM threads WHERE id = ?").bind(id).first("seq");
    await db.prepare("DELETE FROM threads WHERE id = ?").bind(id).run();
    const left = await db
      .prepare("SELECT count(*) AS n FROM message_index WHERE rowid >> 32 = ?")
      .bind(seq)
      .first("n");
    expect(left).toBe(0);
  });
});

it("a message is indexed by looking itself up, not its thread or project", async ({ expect }) => {
  const { results } = await db
    .prepare(`EXPLAIN QUERY PLAN ${INDEX_MESSAGES}`)
    .bind(project.id, "[]")
    .all<{ detail: string }>();
  const steps = results.map(({ detail }) => detail);
  expect(steps.filter((step) => step.startsWith("SEARCH m "))).toEqual([
    expect.stringContaining("(project_id=? AND thread_id=? AND id=?)"),
  ]);
  expect(steps.filter((step) => step.startsWith("SCAN "))).toEqual([
    expect.stringContaining("SCAN j VIRTUAL TABLE"),
  ]);
});

it("lets others have their turn while a long text is indexed", async ({ expect }) => {
  const { id: projectId } = await makeProject();
  const content = "東京都の天気".repeat(MESSAGE.searchedChars / 6);
  let turns = 0;
  const others = setInterval(() => {
    turns += 1;
  }, 0);
  await indexMessages(env.DB, projectId, [{ threadId: "t", id: "m", content, parts: null }]);
  clearInterval(others);
  expect(turns).toBeGreaterThan(5);
});
