/**
 * Proves that followers of a thread hear of each message and each event of its runs once and in
 * order, wherever they come in, across a death of the object, and although a writer of messages may
 * die before it can tell anyone. Does not prove how many followers the platform bears.
 */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { newMessageId } from "../../src/domain/ids";
import { STREAM, THREAD_FEED } from "../../src/limits";
import type { FollowFrom, ThreadItem } from "../../src/runs/object/protocol";
import { createMessage } from "../../src/store/messages/messages";
import { createThread } from "../../src/store/threads/threads";
import { type CoordinatorBench, withCoordinator } from "../support/coordinator";
import { LineReader } from "../support/line-reader";

const FROM_START: FollowFrom = { message: 0, event: null };

/** Writes a message as the API does; true where it is to tell followers. */
async function post(bench: CoordinatorBench, content: string): Promise<boolean> {
  const made = await createMessage(
    env.DB,
    { projectId: bench.projectId, endUserId: null, threadId: null },
    {
      threadId: bench.threadId,
      message: {
        id: newMessageId(),
        role: "user",
        content,
        fileIds: [],
        metadata: null,
        parts: null,
      },
      nowMs: bench.clock.now(),
    },
  );
  return made.ok && made.value.isFollowed;
}

async function withThread(test: (bench: CoordinatorBench) => Promise<void>): Promise<void> {
  await withCoordinator(async (bench) => {
    const scope = { projectId: bench.projectId, endUserId: null, threadId: null };
    const thread = { id: bench.threadId, nowMs: 0, metadata: null, messages: [] };
    await createThread(env.DB, scope, thread);
    await test(bench);
  });
}

class Follower extends LineReader<ThreadItem> {
  static async open(bench: CoordinatorBench, from = FROM_START): Promise<Follower> {
    const { projectId, threadId } = bench;
    const stream = await bench.coordinator.follow({ projectId, threadId }, from);
    if (!stream.ok) {
      throw new Error(stream.failure.kind);
    }
    return new Follower(stream.value);
  }

  get news(): ThreadItem[] {
    return this.items;
  }

  /** `"text"` for a message, the type for an event. */
  get heard(): string[] {
    return this.news.flatMap((one) => {
      if ("message" in one) {
        return [`"${one.message.content}"`];
      }
      return "event" in one ? [one.event.type] : [];
    });
  }
}

const STORY = ['"Q"', "run-start", "text-delta", '"A"', "message-add", "run-end"];

describe("a follower of a thread", () => {
  it("hears a run's question before its start and its answer before its end", ({ expect }) =>
    withThread(async (bench) => {
      const follower = await Follower.open(bench);
      const { life } = await bench.begin({ question: "Q" });
      life.say("A");
      life.answer("A");
      await bench.until(() => follower.heard.length >= STORY.length);
      expect(follower.heard).toEqual(STORY);
    }));

  it("hears the messages from the first on, and the run at work from its start", ({ expect }) =>
    withThread(async (bench) => {
      await post(bench, "old");
      const first = await bench.begin();
      first.life.answer("A");
      await bench.until(() => bench.phaseOf(first.runId) === "ended");
      const second = await bench.begin();
      second.life.say("half");
      const follower = await Follower.open(bench);
      await bench.until(() => follower.heard.length >= 4);
      expect(follower.heard).toEqual(['"old"', '"A"', "run-start", "text-delta"]);
    }));

  it("hears of a message at once where its writer tells of it", ({ expect }) =>
    withThread(async (bench) => {
      expect(await post(bench, "before")).toBe(false);
      const follower = await Follower.open(bench);
      await bench.until(() => follower.heard.length === 1);
      expect(await post(bench, "after")).toBe(true);
      bench.coordinator.notifyMessages();
      await bench.until(() => follower.heard.length === 2);
      expect(follower.heard).toEqual(['"before"', '"after"']);
    }));

  it("hears of it when its lease is renewed where its writer died", ({ expect }) =>
    withThread(async (bench) => {
      const follower = await Follower.open(bench);
      await post(bench, "untold");
      await bench.clock.advance(THREAD_FEED.leaseMs / 2 - STREAM.keepAliveMs);
      expect(follower.heard).toEqual([]);
      await bench.clock.advance(STREAM.keepAliveMs);
      await bench.until(() => follower.heard.length > 0);
      expect(follower.heard).toEqual(['"untold"']);
    }));

  it("misses and repeats nothing when it comes back at any place, over a death", ({ expect }) =>
    withThread(async (bench) => {
      await post(bench, "old");
      const { life } = await bench.begin({ question: "Q" });
      life.say("A");
      life.answer("A");
      const whole = await Follower.open(bench, { message: 0, event: 0 });
      await bench.until(() => whole.heard.length >= STORY.length + 1);
      expect(whole.heard).toEqual(['"old"', ...STORY]);
      bench.crash();
      for (const [index, { place }] of whole.news.entries()) {
        const rest = await Follower.open(bench, place);
        const missing = whole.news.slice(index + 1);
        await bench.until(() => rest.news.length >= missing.length);
        expect(rest.news).toEqual(missing);
        await rest.leave();
      }
    }));

  it("gets a long thread page by page", ({ expect }) =>
    withThread(async (bench) => {
      const count = 2 * THREAD_FEED.messagesAtOnce + 1;
      const contents = Array.from({ length: count }, (_item, index) => String(index));
      await env.DB.prepare(
        `INSERT INTO messages (project_id, thread_id, n, id, role, content, created_at_ms)
         SELECT ?1, ?2, key + 1, value, 'user', value, 0 FROM json_each(?3)`,
      )
        .bind(bench.projectId, bench.threadId, JSON.stringify(contents))
        .run();
      const follower = await Follower.open(bench);
      await bench.until(() => follower.heard.length === count);
      expect(follower.heard).toEqual(contents.map((content) => `"${content}"`));
    }));

  it("gets long messages a few at a time: what it is told at once is held in memory", ({
    expect,
  }) =>
    withThread(async (bench) => {
      const pages: number[] = [];
      const { tailOf } = bench;
      bench.tailOf = (thread) => {
        const tail = tailOf(thread);
        const read: typeof tail.read = async (page) => {
          const messages = await tail.read(page);
          pages.push(messages.length);
          return messages;
        };
        return { ...tail, read };
      };
      const lengths = [40, 40, 40, 200, 1, 1];
      await env.DB.prepare(
        `INSERT INTO messages (project_id, thread_id, n, id, role, content, created_at_ms)
         SELECT ?1, ?2, key + 1, key, 'user', hex(zeroblob(value * 512)), 0
         FROM json_each(?3)`,
      )
        .bind(bench.projectId, bench.threadId, JSON.stringify(lengths))
        .run();
      const follower = await Follower.open(bench);
      await bench.until(() => follower.heard.length === lengths.length);
      expect(follower.heard.map(({ length }) => length - 2)).toEqual(
        lengths.map((kib) => kib * 1024),
      );
      expect(pages.filter((count) => count > 0)).toEqual([2, 2, 2]);
    }));

  it("asks D1 as often as one does, however many follow", ({ expect }) =>
    withThread(async (bench) => {
      let reads = 0;
      const { tailOf } = bench;
      bench.tailOf = (thread) => {
        const tail = tailOf(thread);
        return { ...tail, read: (page) => ((reads += 1), tail.read(page)) };
      };
      const followers: Follower[] = [];
      for (let count = 0; count < 20; count += 1) {
        followers.push(await Follower.open(bench));
      }
      await bench.until(() => reads > 0);
      reads = 0;
      await post(bench, "to all");
      bench.coordinator.notifyMessages();
      await bench.until(() => followers.every(({ heard }) => heard.length === 1));
      expect(reads).toBeLessThan(4);
    }));

  it("keeps its lease while it follows, and lets go of the object when it leaves", ({ expect }) =>
    withThread(async (bench) => {
      const follower = await Follower.open(bench);
      await bench.clock.advance(2 * THREAD_FEED.leaseMs);
      await bench.until(() => post(bench, "still there?"));
      await follower.leave();
      await bench.until(() => bench.idleCalls === 1);
      await bench.clock.advance(2 * THREAD_FEED.leaseMs);
      expect(await post(bench, "gone")).toBe(false);
    }));

  it("is told that there is no such thread", ({ expect }) =>
    withThread(async (bench) => {
      const stranger = { projectId: bench.projectId, threadId: "never was" };
      expect(await bench.coordinator.follow(stranger, FROM_START)).toMatchObject({
        failure: { kind: "not_found", entity: "thread" },
      });
    }));
});
