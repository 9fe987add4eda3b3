/** What holds of messages in every dialect that has them. */
import { beforeAll, describe, it } from "vitest";

import { MESSAGE } from "../../src/limits";
import { type Call, call } from "../support/call";
import { type TestProject, makeProject } from "../support/project";
import { dialectsWith, makeThreadIn, refusalsOf } from "./dialects";

for (const { dialect, spoken: messages } of dialectsWith("messages")) {
  const { refusalOf, refused } = refusalsOf(dialect);
  let project: TestProject;
  let stranger: TestProject;

  beforeAll(async () => {
    [project, stranger] = await Promise.all([makeProject(), makeProject()]);
  });

  const makeThread = async () => messages.path(await makeThreadIn(project));
  const send = (path: string, options: Call = {}) => call(path, { key: project.key, ...options });
  const say = (path: string, content: string, more: object = {}) =>
    send(path, { json: { role: "user", content, ...more } });
  const textsOf = async (path: string) =>
    messages.readList((await send(path)).json).map(({ text }) => text);

  describe(`${dialect.name}: a message`, () => {
    it("is stored as it was said, and read back", async ({ expect }) => {
      const path = await makeThread();
      const text = "每日推特 مرحبا 👩‍👩‍👧 \u2028 \\ \" '";
      const made = messages.read((await say(path, text, { metadata: { mood: "fine" } })).json);
      expect(made).toMatchObject({ role: "user", text, metadata: { mood: "fine" } });
      expect(messages.read((await send(`${path}/${made.id}`)).json)).toEqual(made);
    });

    it("is the same message in every dialect that has messages", async ({ expect }) => {
      const threadId = await makeThreadIn(project);
      await say(messages.path(threadId), "Hello");
      for (const { spoken: others } of dialectsWith("messages")) {
        const listed = await send(others.path(threadId));
        expect(others.readList(listed.json)).toMatchObject([{ role: "user", text: "Hello" }]);
      }
    });

    it("has its metadata replaced whole by an update, and keeps its text", async ({ expect }) => {
      const path = await makeThread();
      const { id } = messages.read((await say(path, "A", { metadata: { a: "1", b: "2" } })).json);
      const updated = await send(`${path}/${id}`, { json: { metadata: { b: "3" } } });
      expect(messages.read(updated.json)).toMatchObject({ id, text: "A", metadata: { b: "3" } });
    });

    it("is gone once deleted, and the others stay", async ({ expect }) => {
      const path = await makeThread();
      const { id } = messages.read((await say(path, "A")).json);
      await say(path, "B");
      const deleted = await send(`${path}/${id}`, { method: "DELETE" });
      expect([deleted.status, messages.readDeleted(deleted.json)]).toEqual([200, id]);
      expect(refusalOf(await send(`${path}/${id}`))).toEqual(refused(404, "messageNotFound"));
      expect(await textsOf(path)).toEqual(["B"]);
    });

    it("is not done twice by a retry under one Idempotency-Key", async ({ expect }) => {
      const path = await makeThread();
      const json = { role: "user", content: "once" };
      const headers = { "Idempotency-Key": "k" };
      const [first, again] = [
        await send(path, { json, headers }),
        await send(path, { json, headers }),
      ];
      expect(again.text).toBe(first.text);
      expect(await textsOf(path)).toEqual(["once"]);
      const other = await send(path, { json: { ...json, content: "other" }, headers });
      expect(refusalOf(other)).toEqual(refused(422, "otherBody"));
    });
  });

  describe(`${dialect.name}: the list of messages`, () => {
    it("is in the order in which they were said, walked forward and backward", async ({
      expect,
    }) => {
      const path = await makeThread();
      const said = ["0", "1", "2", "3", "4", "5", "6"];
      for (const text of said) {
        await say(path, text);
      }
      const page = async (query: string) =>
        messages.readList((await send(`${path}?${query}`)).json);
      expect(await textsOf(`${path}?order=asc`)).toEqual(said);
      expect(await textsOf(`${path}?order=desc`)).toEqual(said.toReversed());
      const first = await page("order=asc&limit=3");
      const second = await page(`order=asc&limit=3&after=${first.at(-1)?.id}`);
      const back = await page(`order=asc&limit=3&before=${second[0]?.id}`);
      expect(second.map(({ text }) => text)).toEqual(["3", "4", "5"]);
      expect(back).toEqual(first);
    });

    it("refuses a limit, a cursor and a parameter that it does not know", async ({ expect }) => {
      const path = await makeThread();
      for (const [query, named] of [
        ["limit=0", "limit"],
        ["after=nobody", "after"],
        ["flavour=x", "flavour"],
      ] as const) {
        expect(refusalOf(await send(`${path}?${query}`))).toEqual(refused(400, "invalid", [named]));
      }
    });
  });

  describe(`${dialect.name}: messages that are refused`, () => {
    it("are those of a thread that there is not, and of another project's", async ({ expect }) => {
      const path = await makeThread();
      const never = messages.path(dialect.neverId());
      for (const options of [{}, { json: { role: "user", content: "x" } }]) {
        expect(refusalOf(await send(never, options))).toEqual(refused(404, "threadNotFound"));
        const foreign = await send(path, { ...options, key: stranger.key });
        expect(refusalOf(foreign)).toEqual(refused(404, "threadNotFound"));
      }
      expect(await textsOf(path)).toEqual([]);
    });

    it.for<[string, object, string]>([
      ["nothing to say", { role: "user", content: "" }, "content"],
      [
        "more than it may",
        { role: "user", content: "x".repeat(MESSAGE.contentMaxBytes + 1) },
        "content",
      ],
      ["no role that there is", { role: "king", content: "x" }, "role"],
      ["a field that nobody knows", { role: "user", content: "x", smell: 1 }, "smell"],
    ])("are those with %s, by its name", async ([, json, named], { expect }) => {
      const path = await makeThread();
      expect(refusalOf(await send(path, { json }))).toEqual(refused(400, "invalid", [named]));
      expect(await textsOf(path)).toEqual([]);
    });
  });
}
