/**
 * What followers cost while nothing happens, counted over an hour of a clock moved by hand, on the real
 * coordinator and D1; and that whoever is sent away and comes back misses nothing.
 */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import { newMessageId } from "../../src/domain/ids";
import { STREAM, THREAD_FEED } from "../../src/limits";
import {
  type FollowStart,
  type FollowedThread,
  type Idle,
  follow,
} from "../../src/runs/client/thread-client";
import { tailIn } from "../../src/runs/object/object-dependencies";
import type { ThreadItem } from "../../src/runs/object/protocol";
import { createMessage } from "../../src/store/messages/messages";
import { createThread } from "../../src/store/threads/threads";
import { type CoordinatorBench, withCoordinator } from "../support/coordinator";
import { CountingDatabase } from "../support/counting-database";

const HOUR_MS = 60 * 60 * 1000;
const FOLLOWERS = 10_000;
/** Of the request itself: whether the caller sees the thread. */
const D1_CALLS_A_REQUEST = 1;

/** A follower as a browser is one: it goes when it is sent away and comes back when it is told to. */
class Follower {
  readonly heard: (ThreadItem | Idle)[] = [];
  requests = 0;
  objectRequests = 0;
  openMs = 0;
  readonly #bench: CoordinatorBench;
  readonly #d1: CountingDatabase;
  readonly #leave = new AbortController();

  constructor(bench: CoordinatorBench, d1: CountingDatabase) {
    this.#bench = bench;
    this.#d1 = d1;
  }

  get last(): ThreadItem | Idle | undefined {
    return this.heard.at(-1);
  }

  leave(): void {
    this.#leave.abort();
  }

  async visit(start: FollowStart): Promise<void> {
    this.requests += 1;
    const { clock } = this.#bench;
    const batches = follow(this.#thread(), start, this.#leave.signal, clock);
    for await (const batch of batches) {
      this.heard.push(...batch.filter((item) => item !== null));
    }
  }

  /** Until it leaves. */
  async stay(start: FollowStart): Promise<void> {
    await this.visit(start);
    while (!this.#leave.signal.aborted && this.last !== undefined && "idle" in this.last) {
      const { place } = this.last;
      await new Promise<void>((resolve) => {
        this.#bench.clock.after(THREAD_FEED.returnMs, resolve);
      });
      await this.visit(place === null ? start : { ...place, isReturning: true });
    }
  }

  #thread(): FollowedThread {
    const { coordinator, projectId, threadId, clock } = this.#bench;
    const address = { projectId, threadId };
    return {
      open: async (from) => {
        this.objectRequests += 1;
        const openedAtMs = clock.now();
        const stream = await coordinator.follow(address, from);
        if (!stream.ok) {
          return stream;
        }
        const { readable, writable } = new TransformStream<Uint8Array, Uint8Array>();
        void stream.value
          .pipeTo(writable)
          .catch(() => {})
          .finally(() => (this.openMs += clock.now() - openedAtMs));
        return { ok: true, value: readable };
      },
      hasPending: async ({ message, event }) => {
        this.objectRequests += 1;
        const tail = await tailIn({ DB: this.#d1.database }, address).read({
          after: message,
          limit: 1,
          maxBytes: 1,
        });
        const { row, isAtWork } = coordinator.latest();
        return tail.length > 0 || isAtWork || row > event;
      },
    };
  }
}

async function withFollower(
  test: (bench: CoordinatorBench, follower: Follower, d1: CountingDatabase) => Promise<void>,
): Promise<void> {
  await withCoordinator(async (bench) => {
    const d1 = new CountingDatabase(env.DB);
    bench.tailOf = (thread) => tailIn({ DB: d1.database }, thread);
    const reach = { projectId: bench.projectId, endUserId: null, threadId: null };
    await createThread(env.DB, reach, {
      id: bench.threadId,
      nowMs: 0,
      metadata: null,
      messages: [],
    });
    await test(bench, new Follower(bench, d1), d1);
  });
}

async function post(bench: CoordinatorBench, content: string): Promise<void> {
  const reach = { projectId: bench.projectId, endUserId: null, threadId: null };
  const id = newMessageId();
  await createMessage(env.DB, reach, {
    threadId: bench.threadId,
    message: { id, role: "user", content, fileIds: [], metadata: null, parts: null },
    nowMs: bench.clock.now(),
  });
}

const FROM_START: FollowStart = { message: 0, event: null, isReturning: false };

/** Lets the time pass, with a moment for D1 at each keep-alive. */
async function pass(bench: CoordinatorBench, durationMs: number): Promise<void> {
  const untilMs = bench.clock.now() + durationMs;
  while (bench.clock.now() < untilMs) {
    await bench.clock.advance(STREAM.keepAliveMs);
    await env.DB.prepare("SELECT 1").run();
    await bench.clock.advance(0);
  }
}

describe("an idle follower", () => {
  it("costs D1 nothing while its stream is open, and its object nothing after five minutes", ({
    expect,
  }) =>
    withFollower(async (bench, follower, d1) => {
      const staying = follower.stay(FROM_START);
      await bench.until(() => follower.last !== undefined);
      await pass(bench, THREAD_FEED.idleMs / 2);
      // The lease and the first look.
      expect(d1.roundTrips).toBe(2);
      await pass(bench, HOUR_MS - THREAD_FEED.idleMs / 2);
      const returns = (HOUR_MS - THREAD_FEED.idleMs) / THREAD_FEED.returnMs;
      const counts = {
        d1Calls: d1.roundTrips + D1_CALLS_A_REQUEST * follower.requests,
        objectRequests: follower.objectRequests,
        objectSeconds: follower.openMs / 1000,
      };
      const perSecond = Object.entries(counts).map(([name, count]) => [
        name,
        Math.round((count * FOLLOWERS * 1000) / HOUR_MS),
      ]);
      // Before: 833 calls of D1 and 10 000 object seconds a second.
      expect(Object.fromEntries(perSecond)).toEqual({
        d1Calls: 619,
        objectRequests: 308,
        objectSeconds: 833,
      });
      expect(follower.requests).toBe(returns + 1);
      expect(counts).toEqual({
        d1Calls: 2 + returns + D1_CALLS_A_REQUEST * (returns + 1),
        objectRequests: returns + 1,
        objectSeconds: THREAD_FEED.idleMs / 1000,
      });
      follower.leave();
      await bench.clock.advance(THREAD_FEED.returnMs);
      await staying;
    }));

  it("is sent away with its place and misses nothing of what comes meanwhile", ({ expect }) =>
    withFollower(async (bench, follower) => {
      const staying = follower.stay(FROM_START);
      await bench.until(() => follower.last !== undefined);
      await pass(bench, THREAD_FEED.idleMs + 4 * THREAD_FEED.returnMs);
      expect(follower.heard[0]).toMatchObject({ start: true });
      expect(follower.heard.slice(1).every((item) => "idle" in item)).toBe(true);
      await post(bench, "Q");
      await pass(bench, THREAD_FEED.returnMs);
      await bench.until(() => follower.heard.some((item) => "message" in item));
      await pass(bench, THREAD_FEED.idleMs + THREAD_FEED.returnMs);
      const { life } = await bench.begin();
      life.answer("A");
      await pass(bench, THREAD_FEED.returnMs);
      await bench.until(() =>
        follower.heard.some((item) => "event" in item && item.event.type === "run-end"),
      );
      const news = follower.heard.flatMap((item) => {
        if ("message" in item) {
          return [item.message.content];
        }
        return "event" in item ? [item.event.type] : [];
      });
      expect(news).toEqual(["Q", "run-start", "A", "message-add", "run-end"]);
      follower.leave();
      await pass(bench, THREAD_FEED.returnMs);
      await staying;
    }));

  it("stays where a run is at work, however silent", ({ expect }) =>
    withFollower(async (bench, follower) => {
      const { life } = await bench.begin({ deadlineMs: HOUR_MS });
      const staying = follower.visit(FROM_START);
      await bench.until(() => follower.heard.some((item) => "event" in item));
      await pass(bench, THREAD_FEED.idleMs);
      await staying;
      const { last } = follower;
      if (last === undefined || !("idle" in last) || last.place === null) {
        throw new Error("It is not sent away with its place.");
      }
      const again = follower.visit({ ...last.place, isReturning: true });
      await pass(bench, THREAD_FEED.returnMs);
      life.answer("A");
      await bench.until(() =>
        follower.heard.some((item) => "event" in item && item.event.type === "run-end"),
      );
      expect(follower.requests).toBe(2);
      follower.leave();
      await again;
    }));
});
