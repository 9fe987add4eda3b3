/**
 * Proves that a stream's slot is given back however the stream ends, ten thousand times over, and that
 * nobody takes more than a share. Does not prove when the platform says that a reader has gone: see
 * the black-box test of serving.
 */
import { Hono } from "hono";
import { describe, it, vi } from "vitest";

import type { AppEnv } from "../../../src/api/shared/app-env";
import { streamReply } from "../../../src/api/shared/reply/event-stream";
import { unwrap } from "../../../src/api/shared/reply/fail";
import { StreamSlots } from "../../../src/api/shared/reply/stream-slots";
import type { Caller } from "../../../src/domain/access/caller";
import { STREAM } from "../../../src/limits";

const ROUNDS = 10_000;
const LIMITS = { total: 100, perProject: 60, perEndUser: 4 };

function keyOf(projectId: string): Caller {
  return { kind: "key", projectId, projectNumber: 1, keyId: "k", scopes: ["read"] };
}

function tokenOf(projectId: string, endUserId: string): Caller {
  return {
    kind: "token",
    projectId,
    projectNumber: 1,
    endUserId,
    threads: "own",
    toolIds: [],
    verbs: [],
  };
}

async function* endless(): AsyncGenerator<Uint8Array> {
  for (;;) {
    yield new Uint8Array(1);
  }
}

async function* finite(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1);
  yield new Uint8Array(0);
  yield new Uint8Array(1);
}

async function* breaking(): AsyncGenerator<Uint8Array> {
  yield new Uint8Array(1);
  throw new Error("the source breaks");
}

type Open = () => Promise<AsyncGenerator<Uint8Array>>;

/** An app whose one route streams what `open` finds, to a caller of its own. */
function appOf(slots: StreamSlots, open: Open): Hono<AppEnv> {
  return new Hono<AppEnv>()
    .use(async (c, next) => {
      c.set("caller", keyOf("p"));
      await next();
    })
    .get("/", (c) => streamReply(c, {}, open, slots))
    .onError((_error, c) => c.text("", 500));
}

type Way = (slots: StreamSlots) => Promise<void>;

const get = (slots: StreamSlots, open: Open, init?: RequestInit): Promise<Response> =>
  Promise.resolve(appOf(slots, open).request("/", init));

/** Every way in which somebody opens a stream and leaves it. */
const WAYS: Record<string, Way> = {
  async "reads to the end"(slots) {
    await (await get(slots, async () => finite())).arrayBuffer();
  },
  async "leaves before the first word"(slots) {
    await (await get(slots, async () => endless())).body?.cancel();
  },
  async "leaves in the middle"(slots) {
    const reader = (await get(slots, async () => endless())).body?.getReader();
    await reader?.read();
    await reader?.cancel();
  },
  async "hears its source break"(slots) {
    await (await get(slots, async () => breaking())).arrayBuffer().catch(() => {});
  },
  async "finds no source"(slots) {
    await get(slots, () => Promise.reject(new Error("no such thing")));
  },
  async "only asks for the head"(slots) {
    await get(slots, async () => endless(), { method: "HEAD" });
  },
  async "is gone before anything is found"(slots) {
    const gone = AbortSignal.abort();
    await get(slots, async () => endless(), { signal: gone });
  },
  async "goes away and nobody asks for more"(slots) {
    const leaving = new AbortController();
    await get(slots, async () => endless(), { signal: leaving.signal });
    leaving.abort();
  },
};

describe("a stream's slot", () => {
  it("is given back in every way of leaving", async ({ expect }) => {
    const slots = new StreamSlots("streams", LIMITS);
    const ways = Object.values(WAYS);
    // Each break writes a line to the log: thousands here.
    using logged = vi.spyOn(console, "error").mockReturnValue();
    for (let round = 0; round < ROUNDS; round += 1) {
      await ways[round % ways.length]?.(slots);
    }
    expect(slots.count).toBe(0);
    expect(logged).toHaveBeenCalledTimes(Math.ceil(ROUNDS / ways.length));
  });

  it("is taken while its stream is open, and by no HEAD", async ({ expect }) => {
    const slots = new StreamSlots("streams", LIMITS);
    const open = await get(slots, async () => endless());
    expect(slots.count).toBe(1);
    await get(slots, async () => endless(), { method: "HEAD" });
    expect(slots.count).toBe(1);
    await open.body?.cancel();
    expect(slots.count).toBe(0);
  });

  it("is refused beyond the share of an end user, a project and all, by name", ({ expect }) => {
    const slots = new StreamSlots("streams", LIMITS);
    const take = (caller: Caller): string => {
      const taken = slots.take(caller);
      return taken.ok ? "taken" : JSON.stringify(taken.failure);
    };
    for (let count = 0; count < LIMITS.perEndUser; count += 1) {
      expect(take(tokenOf("a", "ann"))).toBe("taken");
    }
    expect(take(tokenOf("a", "ann"))).toContain("This end user has 4 streams open here already.");
    expect(take(tokenOf("b", "ann"))).toBe("taken");
    for (let count = LIMITS.perEndUser; count < LIMITS.perProject; count += 1) {
      expect(take(keyOf("a"))).toBe("taken");
    }
    expect(take(keyOf("a"))).toContain("This project has 60 streams open here already.");
    expect(take(tokenOf("a", "ben"))).toContain("This project has 60 streams open here already.");
    while (slots.count < LIMITS.total) {
      expect(take(keyOf("b"))).toBe("taken");
    }
    expect(take(keyOf("c"))).toContain("There are 100 streams open here already.");
  });

  it("is given up by a wait, the oldest first, for whoever finds none in the same share", ({
    expect,
  }) => {
    const slots = new StreamSlots("streams", LIMITS);
    const over: string[] = [];
    const wait = (name: string, caller: Caller) => slots.take(caller, () => over.push(name));
    expect(slots.take(tokenOf("a", "ann")).ok).toBe(true);
    for (const name of ["first", "second", "third"]) {
      expect(wait(name, tokenOf("a", "ann")).ok).toBe(true);
    }
    expect(wait("another's", tokenOf("a", "ben")).ok).toBe(true);
    expect(slots.take(tokenOf("a", "ann")).ok).toBe(true);
    expect(wait("fourth", tokenOf("a", "ann")).ok).toBe(true);
    expect(over).toEqual(["first", "second"]);
    expect(slots.take(tokenOf("a", "ann")).ok).toBe(true);
    expect(slots.take(tokenOf("a", "ann")).ok).toBe(true);
    expect(slots.take(tokenOf("a", "ann")).ok).toBe(false);
    expect(over).toEqual(["first", "second", "third", "fourth"]);
    expect(slots.count).toBe(LIMITS.perEndUser + 1);
  });

  it("is taken back from one that nobody has asked for anything in a long while", ({ expect }) => {
    let nowMs = 0;
    const slots = new StreamSlots("streams", { ...LIMITS, total: 2 }, () => nowMs);
    const lost = unwrap(slots.take(keyOf("a")));
    const live = unwrap(slots.take(keyOf("a")));
    nowMs = STREAM.slotLeaseMs;
    live.touch();
    nowMs += 1;
    expect(slots.take(keyOf("a")).ok).toBe(true);
    expect(slots.take(keyOf("a")).ok).toBe(false);
    lost.release();
    expect(slots.count).toBe(2);
  });
});
