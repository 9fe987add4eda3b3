/**
 * Proves that no more bodies are held at once than an isolate has memory for, that nobody takes more
 * than a share, and that all of it is given back however a request ends. That a client which leaves
 * while its call is answered gives its room back is proven over sockets in `blackbox/raw-http.test.ts`.
 */
import { beforeAll, describe, expect, it } from "vitest";

import { BodyBudget, bodyBudget } from "../../../src/api/shared/request/body-budget";
import type { Caller } from "../../../src/domain/access/caller";
import { REQUEST } from "../../../src/limits";
import { type Call, call } from "../../support/call";
import { makeProject } from "../../support/project";

const ROUNDS = 100;
const LIMITS = { total: 100, perProject: 60, perEndUser: 10 };

function keyOf(projectId: string): Caller {
  return { kind: "key", projectId, projectNumber: 1, keyId: "k", scopes: ["write"] };
}

function tokenOf(projectId: string, endUserId: string): Caller {
  const rest = { threads: "own", toolIds: [], verbs: [] } as const;
  return { kind: "token", projectId, projectNumber: 1, endUserId, ...rest, toolIds: [], verbs: [] };
}

/** Bytes, then whatever `end` does with the sender's side. */
function sending(text: string, end: (side: ReadableStreamDefaultController) => void) {
  return new ReadableStream({
    start(side) {
      side.enqueue(new TextEncoder().encode(text));
      end(side);
    },
  });
}

const REFUSED = { failure: { kind: "unavailable", retryAfterSeconds: 2 } };

/** Takes so much for this caller; what it was refused with, or null. */
function take(budget: BodyBudget, caller: Caller | undefined, bytes: number): unknown {
  const held = budget.open(caller, 1000);
  try {
    held.raise(bytes);
    return null;
  } catch (error) {
    held.release();
    return error;
  }
}

describe("the budget of bodies", () => {
  it("gives a project and an end user a share, and others what is left", () => {
    const budget = new BodyBudget(LIMITS);
    expect(take(budget, keyOf("a"), 60)).toBeNull();
    expect(take(budget, keyOf("a"), 1)).toMatchObject(REFUSED);
    expect(take(budget, tokenOf("b", "u"), 10)).toBeNull();
    expect(take(budget, tokenOf("b", "u"), 1)).toMatchObject(REFUSED);
    expect(take(budget, tokenOf("b", "v"), 10)).toBeNull();
    expect(take(budget, undefined, 20)).toBeNull();
    expect(take(budget, undefined, 1)).toMatchObject(REFUSED);
    expect(budget.heldBytes).toBe(100);
  });

  it("counts a body that grows once, and what was refused not at all", () => {
    const budget = new BodyBudget(LIMITS);
    const held = budget.open(undefined, 1000);
    held.raise(30);
    held.raise(20);
    held.raise(100);
    expect(() => held.raise(101)).toThrow("unavailable");
    expect(budget.heldBytes).toBe(100);
    held.release();
    held.release();
    expect(budget.heldBytes).toBe(0);
    expect(take(budget, keyOf("a"), 60)).toBeNull();
  });

  it("takes back what the platform has lost, once somebody needs it", () => {
    let nowMs = 0;
    const budget = new BodyBudget(LIMITS, () => nowMs);
    const lost = budget.open(undefined, 1000);
    lost.raise(100);
    nowMs = 1000;
    expect(take(budget, undefined, 1)).toMatchObject(REFUSED);
    nowMs = 1001;
    expect(take(budget, undefined, 100)).toBeNull();
    lost.release();
    expect(budget.heldBytes).toBe(100);
  });
});

describe("a request's body", () => {
  let key: string;
  beforeAll(async () => {
    ({ key } = await makeProject());
  });

  const form = "multipart/form-data; boundary=b";
  const WAYS: Record<string, [path: string, call: () => Call, status: number]> = {
    "is answered": ["/api/sdk/threads", () => ({ json: {} }), 200],
    "is answered in the other dialect": [
      "/v1/actors",
      () => ({ json: { name: "Ada", type: "user" } }),
      200,
    ],
    "is no JSON": ["/api/sdk/threads", () => ({ body: "{" }), 400],
    "breaks a rule": ["/api/sdk/threads", () => ({ json: { x: 1 } }), 400],
    "is too large": [
      "/api/sdk/threads",
      () => ({ body: " ".repeat(REQUEST.jsonMaxBytes + 1) }),
      413,
    ],
    "comes without a length": [
      "/api/sdk/threads",
      () => ({ body: sending("{}", (side) => side.close()) }),
      200,
    ],
    "names what is not there": ["/api/sdk/threads/none", () => ({ json: { metadata: {} } }), 404],
    "is no form": ["/api/sdk/files", () => ({ body: "x", headers: { "Content-Type": form } }), 400],
    "is no import": ["/api/sdk/import", () => ({ body: "x" }), 400],
  };

  it.each(Object.entries(WAYS))("gives its room back: it %s", async (_, [path, make, status]) => {
    for (let round = 0; round < ROUNDS; round += 1) {
      expect((await call(path, { key, ...make() })).status).toBe(status);
    }
    expect(bodyBudget.heldBytes).toBe(0);
  });

  it("is refused with a time to come back while there is no room, in both dialects", async () => {
    const all = bodyBudget.open(undefined, 1000);
    all.raise(REQUEST.bodiesInFlight.total);
    const replies = [
      await call("/api/sdk/threads", { key, json: {} }),
      await call("/v1/actors", { key, json: { name: "Ada", type: "user" } }),
      await call("/api/sdk/threads", { key, body: sending("{}", (side) => side.close()) }),
      await call("/api/sdk/files", { key, body: "--b--", headers: { "Content-Type": form } }),
      await call("/api/sdk/import", { key, body: "x" }),
    ];
    const reads = await call("/api/sdk/threads", { key });
    all.release();
    expect(replies.map(({ status }) => status)).toEqual([503, 503, 503, 503, 503]);
    expect(replies.map(({ headers }) => headers.get("Retry-After"))).not.toContain(null);
    expect(reads.status).toBe(200);
    expect((await call("/api/sdk/threads", { key, json: {} })).status).toBe(200);
  });
});
