/** Programs of the methods that no guide shows, of a network that drops answers, and of other dialects. */
import { it } from "vitest";

import { DEMO } from "../../scripts/local/demo-project.ts";
import { openProxy } from "../support/meddling-proxy.ts";
import { type Bench, outputsFor, textOf } from "./bench.ts";
import { type Sdk, inThread } from "./sdks.ts";
import { HELLO, WEATHER } from "./weather-model.ts";

export function programsOfTheRest(sdk: Sdk, open: () => Bench): void {
  it("reads, lists and marks runs, their steps and single messages", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("Hi");
    const { runs, messages } = bench.client.beta.threads;
    const begun = await runs.create(threadId, { assistant_id: bench.assistantId });
    const polled = await inThread(sdk, runs.poll.bind(runs), [threadId, begun.id], {});
    expect(polled.status).toBe("completed");
    const update = runs.update.bind(runs);
    expect((await bench.client.beta.threads.retrieve(threadId)).id).toBe(threadId);
    const marked = await inThread(sdk, update, [threadId, begun.id], { metadata: { a: "b" } });
    expect(marked.metadata).toEqual({ a: "b" });
    expect((await runs.list(threadId)).data.map(({ id }) => id)).toEqual([begun.id]);
    const list = runs.steps.list.bind(runs.steps);
    const [step] = (await inThread(sdk, list, [threadId, begun.id], {})).data;
    const stepId = step?.id ?? "";
    const read: { id: string } = await Reflect.apply(
      runs.steps.retrieve.bind(runs.steps),
      undefined,
      sdk.major === 4
        ? [threadId, begun.id, stepId]
        : [stepId, { thread_id: threadId, run_id: begun.id }],
    );
    expect(read.id).toBe(stepId);
    const [, answer] = await bench.listed(threadId);
    const retrieve = messages.retrieve.bind(messages);
    const message = await inThread(sdk, retrieve, [threadId, answer?.id ?? ""], {});
    expect(textOf(message)).toBe(HELLO.join(""));
    const models = (await bench.client.models.list()).data;
    expect((await bench.client.models.retrieve("test-model")).id).toBe("test-model");
    expect(models.map(({ id }) => id)).toEqual(["gpt-4o"]);
    const stream = runs.createAndStream(threadId, { assistant_id: bench.assistantId });
    expect((await stream.finalMessages()).map(textOf)).toEqual([HELLO.join("")]);
  });

  it("is shown the model by the name that it asked for", async ({ expect }) => {
    const bench = open();
    const { assistants, threads } = bench.client.beta;
    const names = ["gpt-4o", "openai-compatible/test-model", "test-model"];
    const made = await Promise.all(names.map((model) => assistants.create({ model })));
    expect(made.map(({ model }) => model)).toEqual(names);
    const threadId = await bench.ask("Hi");
    const [assistant] = made;
    const runOf = (more: object) =>
      threads.runs.createAndPoll(threadId, { assistant_id: assistant?.id ?? "", ...more });
    const asked = await runOf({ additional_instructions: "Be brief." });
    expect([asked.status, asked.model, asked.instructions]).toEqual([
      "completed",
      "gpt-4o",
      "Be brief.",
    ]);
    const told = { instructions: "You answer.", additional_instructions: "Be brief." };
    const other = await runOf({ model: "test-model", ...told });
    expect([other.model, other.instructions]).toEqual(["test-model", "You answer.\n\nBe brief."]);
  });

  it("submits outputs and polls by itself", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("What is the weather?");
    const { runs } = bench.client.beta.threads;
    let run = await runs.createAndPoll(threadId, { assistant_id: bench.assistantId });
    while (run.status === "requires_action") {
      const going = await bench.submit(threadId, run.id, outputsFor(run));
      expect(["queued", "in_progress", "completed", "requires_action"]).toContain(going.status);
      run = await inThread(sdk, runs.poll.bind(runs), [threadId, run.id], {});
    }
    expect(run.status).toBe("completed");
    expect(textOf((await bench.listed(threadId)).at(-1))).toBe(WEATHER);
  });

  it("writes once and runs once where the network drops two answers", async ({ expect }) => {
    const bench = open();
    const proxy = await openProxy(bench.url);
    try {
      const client = new sdk.OpenAI({ apiKey: DEMO.key, baseURL: `${proxy.url}/openai/v1` });
      const threadId = await bench.ask("Hi");
      const dropTwo = () => {
        const before = proxy.seen.length;
        proxy.decide = () => (proxy.seen.length - before <= 2 ? "drop" : null);
      };
      dropTwo();
      await client.beta.threads.messages.create(threadId, { role: "user", content: "Once" });
      dropTwo();
      await client.beta.threads.runs.create(threadId, { assistant_id: bench.assistantId });
      expect(proxy.seen).toHaveLength(6);
      const [run, ...others] = (await bench.client.beta.threads.runs.list(threadId)).data;
      expect(others).toEqual([]);
      const { runs } = bench.client.beta.threads;
      await inThread(sdk, runs.poll.bind(runs), [threadId, run?.id ?? ""], {});
      const said = (await bench.listed(threadId)).map(textOf);
      expect(said).toEqual(["Hi", "Once", HELLO.join("")]);
    } finally {
      await proxy.close();
    }
  });

  it("meets under `reject` the texts that programs look for", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("What is the weather?");
    const waiting = await bench.client.beta.threads.runs.createAndPoll(threadId, {
      assistant_id: bench.assistantId,
    });
    const strict = new sdk.OpenAI({
      apiKey: DEMO.key,
      baseURL: `${bench.url}/openai/v1`,
      defaultHeaders: { "X-Bobbin-On-Conflict": "reject" },
    });
    const refused = strict.beta.threads.messages.create(threadId, { role: "user", content: "x" });
    await expect(refused).rejects.toThrow(
      /Can't add messages to (thread_\w+) while a run (run_\w+) is active\./,
    );
    await bench.cancel(threadId, waiting.id);
    const taken = await strict.beta.threads.messages.create(threadId, {
      role: "user",
      content: "x",
    });
    expect(taken.thread_id).toBe(threadId);
  });

  it("shares a thread with the other dialects, both ways", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("Hi");
    const { runs } = bench.client.beta.threads;
    await runs.createAndPoll(threadId, { assistant_id: bench.assistantId });
    const bare = threadId.replace("thread_", "");
    const ask = async (path: string, body?: object) => {
      const response = await fetch(bench.url + path, {
        method: body === undefined ? "GET" : "POST",
        headers: { Authorization: `Bearer ${DEMO.key}`, "Content-Type": "application/json" },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      return response.json();
    };
    const tool = bench.assistantId.replace("asst_", "");
    await ask(`/api/sdk/p/${DEMO.projectId}/a/${tool}/r`, {
      thread_id: bare,
      inputs: [{ messages: [{ role: "user", content: "Hi again" }] }],
    });
    expect(await ask(`/v1/threads/${threadId}`)).toMatchObject({ id: threadId });
    await runs.createAndPoll(threadId, {
      assistant_id: bench.assistantId,
      additional_messages: [{ role: "user", content: "And now?" }],
    });
    const hello = HELLO.join("");
    expect((await bench.listed(threadId)).map(textOf)).toEqual([
      "Hi",
      hello,
      "Hi again",
      hello,
      "And now?",
      hello,
    ]);
  });
}
