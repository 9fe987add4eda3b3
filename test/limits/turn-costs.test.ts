/**
 * What one turn costs where production bills it, and how often it waits: the object's rows, alarms and
 * waits for durability, and its round trips to D1. The counts are the same on every machine. A turn is
 * one of the demo tool: a question on a thread, its history read, an answer told as it comes.
 */
import { createExecutionContext, runInDurableObject } from "cloudflare:test";
import { env } from "cloudflare:workers";
import { beforeAll, describe, it, vi } from "vitest";

import { engineDepsOf } from "../../src/adapters/engine-deps";
import { webhooksOf } from "../../src/adapters/webhook-records";
import { assistantActions } from "../../src/api/openai/assistants/definition";
import { app } from "../../src/app";
import { VERBS } from "../../src/domain/access/session-token";
import { newMessageId, newRunId, newThreadId } from "../../src/domain/ids";
import type { ActionDefinition } from "../../src/domain/tool";
import { mergeConfig } from "../../src/engine/check-definition";
import { executeRun } from "../../src/engine/execute-run";
import { OUTBOUND, RUN, STREAM } from "../../src/limits";
import { ConnectionSlots } from "../../src/net/connection-slots";
import type { RunLine } from "../../src/observability/log-run";
import { WindowLag } from "../../src/runs/events/window-lag";
import { systemClock } from "../../src/runs/object/clock";
import type { Dependencies } from "../../src/runs/object/dependencies";
import { recordsIn, tailIn } from "../../src/runs/object/object-dependencies";
import { migrate } from "../../src/runs/object/object-tables";
import type { StartRun } from "../../src/runs/object/protocol";
import { RunCoordinator } from "../../src/runs/object/run-coordinator";
import { RunMeter } from "../../src/runs/object/run-meter";
import { call } from "../support/call";
import { CountingDatabase } from "../support/counting-database";
import { type TestProject, makeProject } from "../support/project";
import { TestReader } from "../support/test-reader";
import { mintToken } from "../support/tokens";
import { chatActions, makeTool } from "../support/tool";

/**
 * What D1 bills of a turn on a thread that had one before: two messages of five rows, two touches of
 * the thread, the run's six and one more at its end, its day. Indexes count as rows.
 */
const D1_ROWS = 17;

/**
 * Of its admission eight: the thread if it is new, two for its message, its words and the run, what came
 * of that, what it was asked, and the history. Of its end six.
 */
const D1_STATEMENTS = 14;

/** Its acceptance, its begin, what it tells, its end: an alarm's is beside these. */
const COMMITS = 4;

interface TurnCosts extends Pick<RunLine, "objectRows" | "d1Trips"> {
  alarms: number;
  /** Waits for durability before anybody hears of what was written. */
  syncs: number;
  /** How often its object wrote when nothing was waiting to become durable: so often it commits, at least. */
  commits: number;
  /** What the reader got at a time. */
  pieces: number;
  /** D1 had been asked so often when the first token was told. */
  tripsToFirstToken: number;
  d1Rows: number;
  d1Statements: number;
  seconds: number;
}

/** Rows of a turn beside those of its text: the run, its steps, its other events, its alarms. */
const AROUND_TEXT = 13;

/** Rows of a turn of one token on a thread that had one before; of an assistant's, which keeps its history too. */
const ROWS = { rebyte: 14, assistant: 19 };

let project: TestProject;

beforeAll(async () => {
  project = await makeProject();
});

function startOf(actions: ActionDefinition[], threadId: string): StartRun {
  const merged = mergeConfig(actions, {});
  const scope = { projectId: project.id, endUserId: null, threadId: null };
  const content = { role: "user" as const, content: "Hello", fileIds: [], metadata: null };
  return {
    request: {
      runId: newRunId(),
      projectId: project.id,
      toolId: "c0ffee",
      toolName: "chat",
      version: 1,
      config: {},
      inputs: [{}],
      threadIds: [threadId],
      stream: true,
      conflict: "queue",
      createdAtMs: Date.now(),
      deadlineMs: 60_000,
      endUserId: null,
      webhookUrl: null,
    },
    actions,
    config: merged.ok ? merged.config : {},
    inputMessages: [[{ id: newMessageId(), ...content, parts: null }]],
    reach: scope,
    ownHost: "bobbin.test",
  };
}

/** The turn in an object of its own, on the real D1, engine and clock. */
async function turn(
  offline: Record<string, unknown>,
  threadId = newThreadId(),
  actions: ActionDefinition[] = chatActions({ offline }),
  isHeard = true,
): Promise<TurnCosts> {
  const stub = env.THREAD.getByName(crypto.randomUUID());
  return runInDurableObject(stub, async (_object, { storage }) => {
    migrate(storage);
    const meter = new RunMeter();
    const counted = { alarms: 0, syncs: 0, commits: 0, pieces: 0, tripsToFirstToken: 0 };
    const ended = Promise.withResolvers<RunLine>();
    const counting = new CountingDatabase(env.DB);
    const databases = { ...env, DB: counting.database };
    const metered = meter.storage(storage);
    const coordinator = new RunCoordinator({
      storage: {
        ...metered,
        sql: countingWrites(metered, () => (counted.commits += 1)),
        sync: () => ((counted.syncs += 1), metered.sync()),
      },
      alarm: {
        set: () => {
          counted.alarms += 1;
          meter.countRow();
        },
        clear: () => {},
        rang: () => {},
      },
      clock: systemClock,
      records: recordsIn(databases, meter),
      execute: executeRun,
      engineDeps: (plan, runTurn) =>
        engineDepsOf({ ...databases, ...meter.databases(databases, plan.request.runId) }, plan, {
          turn: runTurn,
          connections: new ConnectionSlots(OUTBOUND.maxAtOnce),
        }),
      webhooks: webhooksOf(databases),
      presenters: { webhookRun: (run) => run },
      tailOf: (thread) => tailIn(databases, thread),
      probation: {
        begin: () => undefined,
        enter: async (aloneMs) => ({ aloneMs, end: () => {} }),
      },
      lag: new WindowLag(),
      onIdle: () => {},
      meter,
      logRun: (line) => ended.resolve(line),
      report: (message, error) => ended.reject(new Error(message, { cause: error })),
    });
    const start = startOf(actions, threadId);
    start.request.stream = isHeard;
    await coordinator.start(start);
    const events = isHeard ? await coordinator.events(start.request.runId, 0, 2) : null;
    const reader = new TestReader(
      events?.ok === true
        ? events.value.pipeThrough(
            new TransformStream<Uint8Array, Uint8Array>({
              transform(piece, controller) {
                counted.pieces += 1;
                if (counted.tripsToFirstToken === 0 && isToken(piece)) {
                  counted.tripsToFirstToken = counting.roundTrips;
                }
                controller.enqueue(piece);
              },
            }),
          )
        : new ReadableStream(),
    );
    const { objectRows, d1Trips } = await ended.promise;
    if (isHeard) {
      while (!reader.hasEnded) {
        await scheduler.wait(1);
      }
    }
    const seconds = (Date.now() - start.request.createdAtMs) / 1000;
    coordinator.close();
    await storage.deleteAll();
    const d1Rows = counting.rowsWritten;
    const d1Statements = counting.statements;
    return { ...counted, objectRows, d1Trips, d1Rows, d1Statements, seconds };
  });
}

/** Calls back with the first write after all earlier ones are durable. */
function countingWrites(
  storage: Dependencies["storage"],
  onCommit: () => void,
): Dependencies["storage"]["sql"] {
  const { sql } = storage;
  let isDirty = false;
  return {
    ...sql,
    exec: (text, ...bindings) => {
      if (!isDirty && !/^\s*(SELECT|WITH)\b/i.test(text)) {
        isDirty = true;
        onCommit();
        void storage.sync().finally(() => {
          isDirty = false;
        });
      }
      return sql.exec(text, ...bindings);
    },
  };
}

function isToken(piece: Uint8Array): boolean {
  return new TextDecoder().decode(piece).includes('"text-delta"');
}

describe("a turn", () => {
  it("of one token is admitted, told and recorded in two round trips", async ({ expect }) => {
    const costs = await turn({ text: "Fine." });
    expect(costs.d1Trips).toBe(2);
    expect(costs.alarms).toBeLessThanOrEqual(3);
    expect(costs.objectRows).toBeLessThanOrEqual(AROUND_TEXT + 1);
    expect(costs.syncs).toBeLessThanOrEqual(6);
    expect(costs.commits).toBeLessThanOrEqual(COMMITS);
    expect(costs.pieces).toBeLessThanOrEqual(5);
  });

  it("that nobody follows writes nothing more until its model has answered", async ({ expect }) => {
    const offline = { text: "Fine.", delay_ms: 50 };
    const costs = await turn(offline, newThreadId(), chatActions({ offline }), false);
    expect(costs.commits).toBeLessThanOrEqual(COMMITS);
  });

  it("writes to D1 what its messages, its run and its day take, and keeps 4 KiB of its outcome", async ({
    expect,
  }) => {
    const threadId = newThreadId();
    const text = "A word after another. ".repeat(200);
    await turn({ text }, threadId);
    const costs = await turn({ text }, threadId);
    expect(costs.d1Rows).toBeLessThanOrEqual(D1_ROWS);
    expect(costs.d1Statements).toBeLessThanOrEqual(D1_STATEMENTS);
    const { results } = await env.DB.prepare(
      "SELECT length(outcome) AS chars, outcome_in_r2 FROM runs WHERE thread_id = ?",
    )
      .bind(threadId)
      .all<{ chars: number; outcome_in_r2: number }>();
    expect(results.map((row) => row.outcome_in_r2)).toEqual([1, 1]);
    expect(Math.max(...results.map(({ chars }) => chars))).toBeLessThan(RUN.outcomeInRowMaxBytes);
  });

  it("of an assistant costs what saves its reply before its end more", async ({ expect }) => {
    const offline = { text: "Fine." };
    const assistant = assistantActions({ provider_id: "offline" }).map((action) =>
      action.type === "chat" ? { ...action, config: { ...action.config, offline } } : action,
    );
    const turns = async (actions?: ActionDefinition[]) => {
      const threadId = newThreadId();
      await turn(offline, threadId, actions);
      return turn(offline, threadId, actions);
    };
    const [own, rebyte] = [await turns(assistant), await turns()];
    // A reply that is saved before the end counts at once.
    expect([own.d1Rows, rebyte.d1Rows]).toEqual([D1_ROWS + 1, D1_ROWS]);
    // Its history in two, which the other has with its admission, and its reply before its end.
    expect(own.d1Trips - rebyte.d1Trips).toBe(3);
    // What its reply, its history and its message were, so that a crash repeats none of them; an alarm;
    // and what it told before it read its history, which is no model's request and waits for nothing.
    expect(own.objectRows).toBeLessThanOrEqual(ROWS.assistant);
    expect(rebyte.objectRows).toBeLessThanOrEqual(ROWS.rebyte);
  });

  it("of 300 tokens, 60 a second, writes 60 rows of the object", async ({ expect }) => {
    const text = Array.from({ length: 300 }, (_, index) => `w${index}`).join(" ");
    const costs = await turn({ text, delay_ms: 16 });
    // A busy machine takes longer than the five seconds of the figure.
    const windows =
      1 + 1000 / STREAM.coalesceMs + ((costs.seconds - 1) * 1000) / STREAM.coalesceLongMs;
    expect(costs.objectRows).toBeLessThanOrEqual(AROUND_TEXT + windows);
    expect(costs.commits).toBeLessThanOrEqual(COMMITS + windows);
    expect(costs.alarms).toBeLessThanOrEqual(3);
    expect([costs.tripsToFirstToken, costs.d1Trips]).toEqual([1, 2]);
  });
});

/** Round trips in series of the call itself; NaN where it fails. */
async function tripsOf(
  path: string,
  body: object,
  {
    key = project.key,
    headers = {},
    base = "/api/sdk",
  }: { key?: string; headers?: Record<string, string>; base?: string } = {},
): Promise<number> {
  const counting = new CountingDatabase(env.DB);
  const response = await app.request(
    `${base}${path}`,
    {
      method: "POST",
      headers: { ...headers, Authorization: `Bearer ${key}`, "Content-Type": "application/json" },
      body: JSON.stringify(body),
    },
    { ...env, DB: counting.database },
    createExecutionContext(),
  );
  await response.text();
  return response.status === 200 ? counting.inSeries : NaN;
}

describe("a call that starts a run", () => {
  it("asks D1 for nothing that its object does not, once key and tool are known", async ({
    expect,
  }) => {
    const toolId = await makeTool(project.id, chatActions());
    const path = `/p/${project.id}/a/${toolId}/r`;
    await tripsOf("/threads", {});
    expect(await tripsOf(path, {})).toBe(1);
    expect(await tripsOf(path, {})).toBe(0);
    expect(await tripsOf(path, { stream: true, thread_id: newThreadId() })).toBe(0);
  });

  it("looks key and tool up at once, where neither is known", async ({ expect }) => {
    const fresh = await makeProject();
    const toolId = await makeTool(fresh.id, chatActions());
    // And notes the key's use afterwards, for which the call does not wait.
    expect(await tripsOf(`/p/${fresh.id}/a/${toolId}/r`, {}, fresh)).toBe(2);
  });

  it("leaves to the run's admission what a name, a token, files and a webhook would ask", async ({
    expect,
  }) => {
    const toolId = await makeTool(project.id, chatActions());
    const path = `/p/${project.id}/a/${toolId}/r`;
    await tripsOf(path, {});
    const headers = { "Idempotency-Key": "of-this-test" };
    expect(await tripsOf(path, {}, { headers })).toBe(0);
    const token = await mintToken(project.key, {
      end_user_id: "ada",
      tools: [toolId],
      verbs: VERBS,
    });
    const mine = await call("/api/sdk/threads", { key: token, json: {} });
    const form = new FormData();
    form.append("file", new File(["Hello"], "hello.txt"));
    const file = await call("/api/sdk/files", { key: token, body: form });
    await tripsOf(path, { thread_id: mine.json.id }, { key: token });
    const messages = [{ role: "user", content: "Read it.", file_ids: [file.json.fileId] }];
    const asked = { thread_id: mine.json.id, inputs: [{ messages }] };
    expect(await tripsOf(path, asked, { key: token })).toBe(0);
    await call("/api/sdk/webhooks", { key: project.key, json: {} });
    const posted = vi.spyOn(globalThis, "fetch").mockResolvedValue(new Response(null));
    expect(await tripsOf(path, { webhook_url: "https://receiver.example/hook" })).toBe(0);
    await vi.waitFor(() => expect(posted).toHaveBeenCalled());
    posted.mockRestore();
  });

  it("asks for nothing either on a thread of Assistants, be it named or streamed", async ({
    expect,
  }) => {
    const base = "/openai/v1";
    const made = await call(`${base}/assistants`, { key: project.key, json: { model: "offline" } });
    const thread = await call(`${base}/threads`, { key: project.key, json: {} });
    const path = `/threads/${thread.json.id}/runs`;
    const body = {
      assistant_id: made.json.id,
      additional_messages: [{ role: "user", content: "Hello" }],
    };
    // The assistant's definition.
    expect(await tripsOf(path, body, { base })).toBe(1);
    expect(await tripsOf(path, body, { base })).toBe(0);
    expect(await tripsOf(path, { ...body, stream: true }, { base })).toBe(0);
    const headers = { "Idempotency-Key": "of-this-turn" };
    expect(await tripsOf(path, body, { base, headers })).toBe(0);
  });

  it("runs what is current, whatever is known of the tool", async ({ expect }) => {
    const toolId = await makeTool(project.id, chatActions({ offline: { text: "one" } }));
    const path = `/p/${project.id}/a/${toolId}`;
    expect(await tripsOf(`${path}/r`, {})).toBe(1);
    const answerOf = async () => {
      const response = await app.request(
        `/api/sdk${path}/r`,
        {
          method: "POST",
          headers: { Authorization: `Bearer ${project.key}`, "Content-Type": "application/json" },
          body: JSON.stringify({ contentOnly: true }),
        },
        env,
        createExecutionContext(),
      );
      return response.text();
    };
    expect(await answerOf()).toBe("one");
    // As another isolate would deploy it: this one is not told.
    await tripsOf(`${path}/v`, { actions: chatActions({ offline: { text: "two" } }) });
    expect(await answerOf()).toBe("two");
  });
});
