/**
 * Proves that what a run came to reaches its project's receivers over any death of the object, under
 * one id, and that receivers hold up nothing. The store is real; the receivers do what the test says.
 * Does not prove what goes over the wire: see `test/blackbox/webhooks.test.ts`.
 */
import { env } from "cloudflare:workers";
import { afterEach, describe, it, vi } from "vitest";

import type { Posted } from "../../src/adapters/webhook-ports";
import { webhooksOf } from "../../src/adapters/webhook-records";
import type { Run } from "../../src/domain/run";
import type { Delivery } from "../../src/domain/webhook";
import { JOURNAL, WEBHOOK } from "../../src/limits";
import { listDeliveries } from "../../src/store/webhooks/webhook-deliveries";
import { createWebhook, deleteWebhook } from "../../src/store/webhooks/webhooks";
import { type CoordinatorBench, withCoordinator } from "../support/coordinator";
import { collectLogLines } from "../support/log-lines";

/** What receivers were sent, and what they answer. */
interface Receivers {
  posts: { url: string; headers: Record<string, string>; body: string }[];
  answer: () => Promise<Posted>;
}

const ACCEPTED: Posted = { status: 204 };
const NEVER = new Promise<never>(() => {});

afterEach(() => vi.restoreAllMocks());

function withReceivers(test: (bench: CoordinatorBench, receivers: Receivers) => Promise<void>) {
  return withCoordinator(async (bench) => {
    const receivers: Receivers = { posts: [], answer: async () => ACCEPTED };
    bench.webhooks = {
      ...webhooksOf(env),
      async post(request) {
        receivers.posts.push(request);
        return receivers.answer();
      },
    };
    bench.presentWebhookRun = (run) => ({ run_id: run.id, status: run.status });
    await env.DB.prepare("INSERT INTO projects (id, name, created_at_ms) VALUES (?, 'test', 0)")
      .bind(bench.projectId)
      .run();
    await env.DB.prepare(
      "INSERT INTO project_numbers (id, number) SELECT id, number FROM projects WHERE id = ?",
    )
      .bind(bench.projectId)
      .run();
    await test(bench, receivers);
  });
}

async function addWebhook(
  bench: CoordinatorBench,
  url = "https://receiver.example/",
): Promise<string> {
  const id = crypto.randomUUID();
  const made = { id, url, events: null, createdAtMs: 0, disabledAtMs: null };
  await createWebhook(env.DB, bench.projectId, made, `whsec_${btoa(id)}`);
  return id;
}

async function deliveries(bench: CoordinatorBench): Promise<Delivery[]> {
  const page = { limit: 100, order: "asc" } as const;
  const listed = await listDeliveries(env.DB, bench.projectId, page, {});
  return listed.ok ? listed.value.items : [];
}

const untilDelivered = (bench: CoordinatorBench) =>
  bench.until(async () => (await deliveries(bench)).at(-1)?.status === "delivered");

async function answerRun(bench: CoordinatorBench): Promise<string> {
  const { runId, life } = await bench.begin();
  life.answer("Done.");
  await bench.until(() => bench.phaseOf(runId) === "ended");
  return runId;
}

describe("the end of a run", () => {
  it("is told once to each receiver that wants it", ({ expect }) =>
    withReceivers(async (bench, { posts }) => {
      await addWebhook(bench, "https://one.example/");
      await addWebhook(bench, "https://two.example/");
      const runId = await answerRun(bench);
      await untilDelivered(bench);
      await bench.until(() => posts.length === 2);
      expect(posts.map(({ url }) => url).toSorted()).toEqual([
        "https://one.example/",
        "https://two.example/",
      ]);
      expect(JSON.parse(posts[0]?.body ?? "")).toEqual({
        type: "run.succeeded",
        timestamp: new Date(bench.clock.now()).toISOString(),
        data: { run: { run_id: runId, status: "succeeded" } },
      });
    }));

  it("is told to nobody where nobody is named, and leaves no alarm for it", ({ expect }) =>
    withReceivers(async (bench, { posts }) => {
      await answerRun(bench);
      const sql = "SELECT count(*) AS left FROM outbox";
      await bench.until(() => bench.storage.sql.exec(sql).one()["left"] === 0);
      expect(bench.alarmAtMs).toBe(bench.clock.now() + JOURNAL.keepMs);
      expect(posts).toEqual([]);
    }));

  it("is told although the object dies before the store has heard of it", ({ expect }) =>
    withReceivers(async (bench, { posts }) => {
      await addWebhook(bench);
      const known = bench.webhooks;
      bench.webhooks = { ...known, fanOut: () => NEVER };
      await answerRun(bench);
      bench.crash();
      bench.webhooks = known;
      await bench.ring();
      await untilDelivered(bench);
      expect(posts).toHaveLength(1);
    }));

  it("is told again, under its id, where the object dies over a receiver that is slow", ({
    expect,
  }) =>
    withReceivers(async (bench, receivers) => {
      await addWebhook(bench);
      receivers.answer = () => NEVER;
      await answerRun(bench);
      await bench.until(() => receivers.posts.length === 1);
      bench.crash();
      receivers.answer = async () => ACCEPTED;
      await bench.ring();
      await untilDelivered(bench);
      const ids = receivers.posts.map(({ headers }) => headers["webhook-id"]);
      expect(ids).toEqual([ids[0], ids[0]]);
    }));

  it("is announced once where the object dies after the store has heard of it", ({ expect }) =>
    withReceivers(async (bench, { posts }) => {
      await addWebhook(bench);
      const known = bench.webhooks;
      bench.webhooks = {
        ...known,
        fanOut: (announcement) => known.fanOut(announcement).then(() => NEVER),
      };
      await answerRun(bench);
      await bench.until(async () => (await deliveries(bench)).length === 1);
      bench.crash();
      bench.webhooks = known;
      await bench.ring();
      await untilDelivered(bench);
      expect(posts).toHaveLength(1);
      expect(await deliveries(bench)).toHaveLength(1);
    }));

  it("keeps a slow receiver from holding up the next run", ({ expect }) =>
    withReceivers(async (bench, receivers) => {
      await addWebhook(bench);
      receivers.answer = () => NEVER;
      await answerRun(bench);
      await bench.until(() => receivers.posts.length === 1);
      const second = await answerRun(bench);
      expect((await bench.recorded(second)).status).toBe("succeeded");
    }));
});

describe("a receiver that fails", () => {
  it("is tried ever more seldom for a day, and then no more", ({ expect }) =>
    withReceivers(async (bench, receivers) => {
      const log = collectLogLines();
      const id = await addWebhook(bench);
      receivers.answer = async () => ({ status: 500 });
      await answerRun(bench);
      const startMs = bench.clock.now();
      const triedAtMs: number[] = [];
      for (;;) {
        await bench.until(
          async () => (await deliveries(bench))[0]?.attempts === triedAtMs.length + 1,
        );
        triedAtMs.push(bench.clock.now() - startMs);
        const [delivery] = await deliveries(bench);
        if (delivery?.status !== "pending") {
          break;
        }
        const dueMs = delivery.dueAtMs ?? 0;
        await bench.until(() => (bench.alarmAtMs ?? Infinity) <= dueMs);
        await bench.ring();
      }
      expect(triedAtMs.slice(0, 4)).toEqual([0, 5000, 25_000, 105_000]);
      expect(triedAtMs.length).toBeGreaterThan(8);
      expect(triedAtMs.at(-1)).toBeLessThanOrEqual(WEBHOOK.retryForMs);
      expect((await deliveries(bench))[0]).toMatchObject({ status: "failed", responseStatus: 500 });
      expect(log.lines().filter(({ level }) => level === "warn")).toMatchObject([
        {
          message: "a webhook delivery failed, and is tried again",
          host: "receiver.example",
          reason: "it answered with status 500",
          attempts: 1,
          stop_by: `DELETE /api/sdk/webhooks/${id}`,
        },
        { message: "a webhook delivery was given up", next_attempt_at: null },
      ]);
    }));

  it("is tried no more where it says that it is gone, or is deleted", ({ expect }) =>
    withReceivers(async (bench, receivers) => {
      const id = await addWebhook(bench);
      receivers.answer = async () => ({ status: 410 });
      await answerRun(bench);
      await bench.until(async () => (await deliveries(bench))[0]?.status === "failed");
      receivers.answer = async () => ({ error: "There was no answer." });
      await answerRun(bench);
      await bench.until(async () => (await deliveries(bench))[1]?.attempts === 1);
      expect((await deliveries(bench))[1]).toMatchObject({
        status: "pending",
        error: "There was no answer.",
      });
      await deleteWebhook(env.DB, bench.projectId, id, bench.clock.now());
      await bench.ring();
      await bench.until(
        () => bench.storage.sql.exec("SELECT 1 FROM outbox").toArray().length === 0,
      );
      expect(receivers.posts).toHaveLength(2);
      expect(await deliveries(bench)).toMatchObject([
        { status: "failed", responseStatus: 410 },
        { status: "failed", attempts: 1, error: "Its webhook was deleted. There was no answer." },
      ]);
    }));

  it("is tried no more where it is deleted while an attempt is under way", ({ expect }) =>
    withReceivers(async (bench, receivers) => {
      const id = await addWebhook(bench);
      const { promise, resolve } = Promise.withResolvers<Posted>();
      receivers.answer = () => promise;
      await answerRun(bench);
      await bench.until(() => receivers.posts.length === 1);
      await deleteWebhook(env.DB, bench.projectId, id, bench.clock.now());
      resolve({ status: 503 });
      await bench.until(async () => (await deliveries(bench))[0]?.attempts === 1);
      await bench.ring();
      await bench.until(
        () => bench.storage.sql.exec("SELECT 1 FROM outbox").toArray().length === 0,
      );
      expect(await deliveries(bench)).toMatchObject([{ status: "failed", responseStatus: 503 }]);
      expect(receivers.posts).toHaveLength(1);
    }));
});

describe("a run that waits for its client", () => {
  it("is told with its calls as they were, also when it has ended since", ({ expect }) =>
    withReceivers(async (bench, receivers) => {
      await addWebhook(bench);
      const calls = [
        { callId: "a", actionName: "MODEL_CALL", row: 0, name: "look_up", arguments: "{}" },
      ];
      const shown: Pick<Run, "status" | "pendingCalls">[] = [];
      bench.presentWebhookRun = ({ status, pendingCalls }) => {
        shown.push({ status, pendingCalls });
        return {};
      };
      receivers.answer = async () => ({ status: 500 });
      const { runId, life } = await bench.begin();
      const usage = { inputTokens: 1, outputTokens: 1 };
      life.end({ kind: "suspended", calls, traces: [], usage });
      await bench.until(async () => (await deliveries(bench))[0]?.attempts === 1);
      await bench.coordinator.cancel(runId);
      receivers.answer = async () => ACCEPTED;
      await bench.ring();
      await bench.until(async () =>
        (await deliveries(bench)).every(({ status }) => status === "delivered"),
      );
      expect((await deliveries(bench)).map(({ type }) => type)).toEqual([
        "run.requires_action",
        "run.cancelled",
      ]);
      const waits = shown.filter(({ status }) => status !== "cancelled");
      expect(waits).toEqual([
        { status: "requires_action", pendingCalls: calls },
        { status: "requires_action", pendingCalls: calls },
      ]);
    }));
});
