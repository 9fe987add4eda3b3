/** Programs that a network, a provider, a clock or a mistake of their own gets in the way of. */
import { setTimeout as sleep } from "node:timers/promises";

import { it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { openProxy } from "../support/meddling-proxy.ts";
import { type Bench, outputsFor, textOf } from "./bench.ts";
import { type OpenAI, type Run, type Sdk, inThread } from "./sdks.ts";
import { HELLO, WEATHER } from "./weather-model.ts";

/** Answers that are lost of one call: the third try is the last that SDKs make. */
const DROPPED = 2;

/** Longer than the model takes for a word. */
const NAP_MS = 50;

export function programsOfFaults(sdk: Sdk, open: () => Bench): void {
  const throughProxy = async (work: (client: OpenAI, drop: () => void) => Promise<void>) => {
    const bench = open();
    const proxy = await openProxy(bench.url);
    const drop = () => {
      const before = proxy.seen.length;
      proxy.decide = () => (proxy.seen.length - before <= DROPPED ? "drop" : null);
    };
    try {
      await work(new sdk.OpenAI({ apiKey: DEMO.key, baseURL: `${proxy.url}/openai/v1` }), drop);
    } finally {
      await proxy.close();
    }
  };

  it("streams one run and hands outputs in once where answers are lost", async ({ expect }) => {
    const bench = open();
    await throughProxy(async (client, drop) => {
      const { threads } = client.beta;
      const threadId = await bench.ask("Hi");
      drop();
      const stream = await threads.runs.create(threadId, {
        assistant_id: bench.assistantId,
        stream: true,
      });
      const names: string[] = [];
      for await (const { event } of stream) {
        names.push(event);
      }
      expect([names[0], names.at(-1)]).toEqual(["thread.run.created", "thread.run.completed"]);
      expect((await bench.client.beta.threads.runs.list(threadId)).data).toHaveLength(1);
      expect((await bench.listed(threadId)).map(textOf)).toEqual(["Hi", HELLO.join("")]);
      const other = await bench.ask("What is the weather?");
      let run = await threads.runs.createAndPoll(other, { assistant_id: bench.assistantId });
      while (run.status === "requires_action") {
        drop();
        const going = await bench.submit(other, run.id, outputsFor(run), client);
        expect(going.id).toBe(run.id);
        run = await inThread(sdk, threads.runs.poll.bind(threads.runs), [other, run.id], {});
      }
      expect(run.status).toBe("completed");
      const said = (await bench.listed(other)).map(textOf);
      expect(said).toEqual(["What is the weather?", "Let me look.", WEATHER]);
    });
  });

  it("is read to its end by a program that sleeps over each event", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("slow");
    const stream = await bench.client.beta.threads.runs.create(threadId, {
      assistant_id: bench.assistantId,
      stream: true,
    });
    const names: string[] = [];
    for await (const { event } of stream) {
      names.push(event);
      await sleep(NAP_MS);
    }
    expect(names.at(-1)).toBe("thread.run.completed");
  });

  it("is told by streams too how runs end that do not succeed", async ({ expect }) => {
    const bench = open();
    const { runs } = bench.client.beta.threads;
    const assistantId = bench.assistantId;
    const ended = async (question: string, more: object = {}) => {
      const threadId = await bench.ask(question);
      const stream = runs.stream(threadId, { assistant_id: assistantId, ...more });
      const last: Run[] = [];
      stream.on("event", ({ event, data }) => {
        if (event.startsWith("thread.run.") && !event.includes("step")) {
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- so the event is named
          last.push(data as Run);
        }
      });
      const isRead = await stream.finalRun().then(
        () => true,
        () => false,
      );
      const run = last.at(-1);
      const kept = await bench.retrieve(threadId, run?.id ?? "");
      expect(kept.last_error).toEqual(run?.last_error);
      const facts = [kept.status, run?.last_error?.code, run?.incomplete_details?.reason];
      const next = await runs.createAndPoll(threadId, {
        assistant_id: assistantId,
        additional_messages: [{ role: "user", content: "Hi" }],
      });
      expect(next.status).toBe("completed");
      return [...facts, isRead];
    };
    expect(await ended("refused")).toEqual(["failed", "invalid_prompt", undefined, true]);
    expect(await ended("limited")).toEqual(["failed", "rate_limit_exceeded", undefined, true]);
    expect(await ended("unwell")).toEqual(["failed", "server_error", undefined, true]);
    expect(await ended("slow", { deadline_seconds: 1 })).toEqual([
      "expired",
      undefined,
      undefined,
      true,
    ]);
    // The fourth major knows no event for it.
    expect(await ended("endless")).toEqual([
      "incomplete",
      undefined,
      "max_completion_tokens",
      sdk.major !== 4,
    ]);
  });

  it("lets a run expire whose client never submits, and goes on", async ({ expect }) => {
    const bench = open();
    const { runs } = bench.client.beta.threads;
    const threadId = await bench.ask("What is the weather?");
    const short = { assistant_id: bench.assistantId, wait_seconds: 1 };
    const waiting = await runs.createAndPoll(threadId, short);
    expect(waiting.status).toBe("requires_action");
    const late = async (): Promise<Run> => {
      const run = await bench.retrieve(threadId, waiting.id);
      return run.status === "requires_action" ? late() : run;
    };
    expect((await late()).status).toBe("expired");
    await expect(bench.submit(threadId, waiting.id, outputsFor(waiting))).rejects.toMatchObject({
      status: 400,
      message: '400 Runs in status "expired" do not accept tool outputs.',
    });
    const next = await runs.createAndPoll(threadId, {
      assistant_id: bench.assistantId,
      additional_messages: [{ role: "user", content: "Hi" }],
    });
    expect(next.status).toBe("completed");
  });
}
