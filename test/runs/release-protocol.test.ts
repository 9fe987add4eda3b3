/**
 * A deploy while runs are at work: for minutes the Worker of one release talks to objects of the other.
 * `release-protocol/calls.json` is what the Worker of the last release sent and its objects answered,
 * call by call. Methods are added and never changed: a change that fails here needs a method of its own.
 */
import { env } from "cloudflare:workers";
import { describe, it } from "vitest";

import type { Outcome } from "../../src/domain/failure";
import { newProjectId, newRunId, newThreadId } from "../../src/domain/ids";
import type { Run } from "../../src/domain/run";
import { readLines } from "../../src/runs/client/read-lines";
import {
  type Started,
  cancelRun,
  listenToRun,
  readRun,
  redeliver,
  startRun,
  submitOutputs,
  waitForRun,
} from "../../src/runs/client/run-client";
import { eraseThread, followThread, notifyFollowers } from "../../src/runs/client/thread-client";
import type { StartRun } from "../../src/runs/object/protocol";
import { createThread } from "../../src/store/threads/threads";
import calls from "../fixtures/release-protocol/calls.json";
import { missingIn } from "../support/missing-in";

/** Far more than any of these needs. */
const WAIT_MS = 30_000;
const NEVER = new AbortController().signal;
const CALLS: readonly Call[] = calls;

interface Call {
  method: string;
  arguments: unknown[];
  /** The result; a stream's as its lines. */
  result: unknown;
}

/** With other ids in the place of the recorded ones. */
function withIds<T>(value: T, ids: ReadonlyMap<string, string>): T {
  let text = JSON.stringify(value);
  for (const [name, id] of ids) {
    text = text.replaceAll(name, id);
  }
  return JSON.parse(text);
}

/** As many lines as were recorded, without keep-alives. */
async function itemsOf(stream: ReadableStream<Uint8Array>, count: number): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const lines of readLines(stream, NEVER)) {
    items.push(...lines.filter((line) => line !== "").map((line): unknown => JSON.parse(line)));
    if (items.length >= count) {
      break;
    }
  }
  return items;
}

/** The answer of this release's object, as it is recorded. */
async function ask(object: object, { method, arguments: given, result }: Call): Promise<unknown> {
  const call: unknown = Reflect.get(object, method);
  if (typeof call !== "function") {
    throw new TypeError(`${method} is no method.`);
  }
  const answer: unknown = await Reflect.apply(call, object, given);
  const value: unknown = Object(answer).value;
  const lines: unknown = Object(result).value;
  return value instanceof ReadableStream && Array.isArray(lines)
    ? { ok: true, value: await itemsOf(value, lines.length) }
    : (answer ?? null);
}

async function statusOf(outcome: Promise<Outcome<Run | Started<unknown>>>): Promise<string> {
  const answer = await outcome;
  if (!answer.ok) {
    return answer.failure.kind;
  }
  return "run" in answer.value ? answer.value.run.status : answer.value.status;
}

describe("the Worker of the last release with this object", () => {
  it("is answered as it was by its own", async ({ expect }) => {
    const [projectId, threadId] = [newProjectId(), newThreadId()];
    const ids = new Map([
      ["PROJECT", projectId],
      ["THREAD", threadId],
      ["RUN_ONE", newRunId()],
      ["RUN_TWO", newRunId()],
    ]);
    const scope = { projectId, endUserId: null, threadId: null };
    await createThread(env.DB, scope, { id: threadId, nowMs: 0, metadata: null, messages: [] });
    for (const recorded of CALLS) {
      const call = withIds(recorded, ids);
      const answer = await ask(env.THREAD.getByName(`${projectId}/t/${threadId}`), call);
      expect(missingIn(answer, call.result), call.method).toEqual([]);
      const callId = /"callId":"([^"]+)"/.exec(JSON.stringify(answer))?.[1];
      ids.set("CALL_ID", callId ?? ids.get("CALL_ID") ?? "");
    }
  });
});

describe("this Worker with an object of the last release", () => {
  const old: Env = { ...env, THREAD: env.LAST_RELEASE };
  const thread = { projectId: "PROJECT", threadId: "THREAD" };
  const run = { ...thread, runId: "RUN_ONE" };

  it("starts, waits for, reads, answers, hears and stops its runs", async ({ expect }) => {
    const [start]: [StartRun] = JSON.parse(JSON.stringify(CALLS[0]?.arguments));
    expect(await statusOf(startRun(old, { start }))).toBe("running");
    for (const andThen of [{ kind: "wait", waitMs: WAIT_MS }, { kind: "follow" }] as const) {
      const started = await startRun(old, { start }, undefined, andThen);
      expect(started.ok && started.value).toMatchObject({ run: { status: "running" } });
      expect(started.ok && started.value.opened).toBeUndefined();
    }
    expect(await statusOf(waitForRun(old, run, { waitMs: WAIT_MS }))).toBe("requires_action");
    expect(await statusOf(readRun(old, run))).toBe("requires_action");
    const outputs = [{ callId: "CALL_ID", output: "42" }];
    expect(await statusOf(submitOutputs(old, run, outputs))).toBe("running");
    expect(await statusOf(waitForRun(old, run, { waitMs: WAIT_MS }))).toBe("succeeded");
    for (const after of [0, 2]) {
      const place = { after, weights: { "run-start": 0 } } as const;
      const { before, events } = await listenToRun(old, run, place, NEVER);
      expect(before).toBeLessThanOrEqual(after);
      const types: (string | undefined)[] = [];
      for await (const batch of events) {
        types.push(...batch.map((event) => event?.type));
      }
      expect(types.at(-1)).toBe("run-end");
    }
    expect(await statusOf(cancelRun(old, run, WAIT_MS))).toBe("cancelled");
    await redeliver(old, run, { projectId: "PROJECT", deliveryId: "D", ownHost: "bobbin.test" });
  });

  it.for([true, false])("follows its thread (returning: %s)", async (isReturning, { expect }) => {
    const leave = new AbortController();
    const event = isReturning ? 0 : null;
    const from = { message: 0, event, isReturning };
    const told: unknown[] = Object(CALLS.find(({ method }) => method === "follow")?.result).value;
    const heard: unknown[] = [];
    for await (const batch of followThread(old, thread, from, leave.signal)) {
      heard.push(...batch);
      if (heard.length >= told.length) {
        leave.abort();
      }
    }
    expect(heard).toEqual(told);
    await notifyFollowers(old, thread);
    await eraseThread(old, { projectId: "PROJECT", id: "THREAD" });
  });
});
