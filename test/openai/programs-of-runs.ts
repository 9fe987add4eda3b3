/** Programs about runs: streamed, polled, answered, left and stopped. */
import { it } from "vitest";

import { type Bench, outputsFor, textOf } from "./bench.ts";
import { type Run, type Sdk, inThread } from "./sdks.ts";
import { HELLO, REFUSAL, WEATHER } from "./weather-model.ts";

export function programsOfRuns(sdk: Sdk, open: () => Bench): void {
  it("streams the quickstart", async ({ expect }) => {
    const bench = open();
    const assistant = await bench.client.beta.assistants.create({ model: "test-model" });
    const thread = await bench.client.beta.threads.create();
    await bench.client.beta.threads.messages.create(thread.id, { role: "user", content: "Hi" });
    const heard: string[] = [];
    const stream = bench.client.beta.threads.runs
      .stream(thread.id, { assistant_id: assistant.id })
      .on("textCreated", () => heard.push("created"))
      .on("textDelta", (delta) => heard.push(delta.value ?? ""))
      .on("end", () => heard.push("end"));
    const [final] = await stream.finalMessages();
    expect(textOf(final)).toBe(HELLO.join(""));
    expect((await stream.finalRun()).status).toBe("completed");
    expect([heard[0], heard.slice(1, -1).join(""), heard.at(-1)]).toEqual([
      "created",
      HELLO.join(""),
      "end",
    ]);
    const kept = await bench.listed(thread.id);
    expect(kept.map(textOf)).toEqual(["Hi", HELLO.join("")]);
    expect(kept[1]?.id).toBe(final?.id);
  });

  it("is told the events of a raw stream in order, and its end", async ({ expect }) => {
    const bench = open();
    const stream = await bench.client.beta.threads.runs.create(await bench.ask("Hi"), {
      assistant_id: bench.assistantId,
      stream: true,
    });
    const names: string[] = [];
    for await (const { event } of stream) {
      names.push(event);
    }
    expect(names.filter((name, index) => name !== names[index - 1])).toEqual([
      "thread.run.created",
      "thread.run.queued",
      "thread.run.in_progress",
      "thread.run.step.created",
      "thread.run.step.in_progress",
      "thread.message.created",
      "thread.message.in_progress",
      "thread.message.delta",
      "thread.message.completed",
      "thread.run.step.completed",
      "thread.run.completed",
    ]);
  });

  it("polls without an interval, and is done in less than two seconds", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("Hi");
    const startedAt = Date.now();
    const run = await bench.client.beta.threads.runs.createAndPoll(threadId, {
      assistant_id: bench.assistantId,
    });
    expect(run.status).toBe("completed");
    expect(Date.now() - startedAt).toBeLessThan(2000);
    expect((await bench.listed(threadId, { run_id: run.id })).map(textOf)).toEqual([
      HELLO.join(""),
    ]);
  });

  it("answers function calls by polling, two at once and then one more", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("What is the weather?");
    const { runs } = bench.client.beta.threads;
    let run = await runs.createAndPoll(threadId, { assistant_id: bench.assistantId });
    const rounds: number[] = [];
    while (run.status === "requires_action") {
      const outputs = outputsFor(run);
      rounds.push(outputs.length);
      run = await inThread(sdk, runs.submitToolOutputsAndPoll.bind(runs), [threadId, run.id], {
        tool_outputs: outputs,
      });
    }
    expect([run.status, rounds]).toEqual(["completed", [2, 1]]);
    expect((await bench.listed(threadId)).map(textOf)).toEqual([
      "What is the weather?",
      "Let me look.",
      WEATHER,
    ]);
    const list = runs.steps.list.bind(runs.steps);
    const steps = await inThread(sdk, list, [threadId, run.id], {
      order: "asc",
    } as const);
    expect(steps.data.map(({ type, status }) => [type, status])).toEqual([
      ["message_creation", "completed"],
      ["tool_calls", "completed"],
      ["tool_calls", "completed"],
      ["message_creation", "completed"],
    ]);
    const [, calls] = steps.data;
    const outputs =
      calls?.step_details.type === "tool_calls"
        ? calls.step_details.tool_calls.map((one) => one.type === "function" && one.function.output)
        : [];
    expect(outputs).toEqual(["12 in Berlin", "12 in Paris"]);
  });

  it("is handed one call where it wants no parallel ones, whatever the model does", async ({
    expect,
  }) => {
    const bench = open();
    const threadId = await bench.ask("What is the weather?");
    const { runs } = bench.client.beta.threads;
    const one = { assistant_id: bench.assistantId, parallel_tool_calls: false };
    const stream = runs.stream(threadId, one);
    const begun: string[] = [];
    stream.on("toolCallCreated", ({ id }) => begun.push(id));
    const run = await stream.finalRun();
    expect(run.required_action?.submit_tool_outputs.tool_calls.map(({ id }) => id)).toEqual(begun);
    expect(begun).toHaveLength(1);
    const answered = await inThread(
      sdk,
      runs.submitToolOutputsAndPoll.bind(runs),
      [threadId, run.id],
      { tool_outputs: outputsFor(run) },
    );
    expect(answered.status).toBe("completed");
    expect((await bench.listed(threadId)).map(textOf).at(-1)).toBe(WEATHER);
  });

  it("answers function calls in a stream, as the guide's handler does", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("What is the weather?");
    const { runs } = bench.client.beta.threads;
    const parsed: unknown[] = [];
    const texts: string[] = [];
    let stream = runs.stream(threadId, { assistant_id: bench.assistantId });
    for (;;) {
      stream.on("toolCallDone", (call) => {
        if (call.type === "function") {
          parsed.push(JSON.parse(call.function.arguments));
        }
      });
      stream.on("textDone", ({ value }) => texts.push(value));
      let waiting: Run | undefined;
      for await (const { event, data } of stream) {
        waiting = event === "thread.run.requires_action" ? data : waiting;
      }
      if (waiting === undefined) {
        break;
      }
      const submit = runs.submitToolOutputsStream.bind(runs);
      stream = inThread(sdk, submit, [threadId, waiting.id], {
        tool_outputs: outputsFor(waiting),
      });
    }
    expect((await stream.finalRun()).status).toBe("completed");
    expect(parsed).toEqual([{ city: "Berlin" }, { city: "Paris" }, { city: "Rome" }]);
    expect(texts).toEqual(["Let me look.", WEATHER]);
  });

  it("creates a thread and runs on it: at once, polled and streamed", async ({ expect }) => {
    const bench = open();
    const body = {
      assistant_id: bench.assistantId,
      thread: { messages: [{ role: "user" as const, content: "Hi" }], metadata: { a: "b" } },
    };
    const begun = await bench.client.beta.threads.createAndRun(body);
    expect(["queued", "in_progress"]).toContain(begun.status);
    const polled = await bench.client.beta.threads.createAndRunPoll(body);
    expect((await bench.listed(polled.thread_id)).map(textOf)).toEqual(["Hi", HELLO.join("")]);
    const events: string[] = [];
    const stream = bench.client.beta.threads.createAndRunStream(body);
    stream.on("event", ({ event }) => events.push(event));
    expect((await stream.finalMessages()).map(textOf)).toEqual([HELLO.join("")]);
    expect(events.slice(0, 2)).toEqual(["thread.created", "thread.run.created"]);
  });

  it("cancels in the text: what was said is kept, and the next run works", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("Be slow");
    const stream = bench.client.beta.threads.runs.stream(threadId, {
      assistant_id: bench.assistantId,
    });
    const runId = await runAtFirstText(stream);
    const cancelled = await bench.cancel(threadId, runId);
    expect(cancelled.status).toBe("cancelled");
    await stream.done().catch(() => undefined);
    const [partial, ...others] = (await bench.listed(threadId)).slice(1);
    expect(others).toEqual([]);
    expect([partial?.status, partial?.incomplete_details?.reason]).toEqual([
      "incomplete",
      "run_cancelled",
    ]);
    await expect(bench.cancel(threadId, runId)).rejects.toMatchObject({
      status: 400,
      message: "400 Cannot cancel run with status 'cancelled'.",
    });
    const next = await bench.client.beta.threads.runs.createAndPoll(threadId, {
      assistant_id: bench.assistantId,
      additional_messages: [{ role: "user", content: "Hi" }],
    });
    expect(next.status).toBe("completed");
  });

  it("leaves a stream: the run goes on, and is followed again to its end", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("Be slow");
    const stream = bench.client.beta.threads.runs.stream(threadId, {
      assistant_id: bench.assistantId,
    });
    const runId = await runAtFirstText(stream);
    stream.abort();
    await expect(stream.done()).rejects.toThrow();
    const path = `/threads/${threadId}/runs/${runId}/stream`;
    const response = await bench.client
      .get(path, { headers: { Accept: "application/x-ndjson" } })
      .asResponse();
    if (response.body === null) {
      throw new Error("A stream has a body.");
    }
    const again = sdk.AssistantStream.fromReadableStream(response.body);
    const [message] = await again.finalMessages();
    expect((await bench.retrieve(threadId, runId)).status).toBe("completed");
    expect(textOf(message)).toBe(textOf((await bench.listed(threadId)).at(-1)));
  });

  it("is told a refusal as a part of its own, streamed and polled", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("decline this");
    const stream = bench.client.beta.threads.runs.stream(threadId, {
      assistant_id: bench.assistantId,
    });
    const pieces: string[] = [];
    stream.on("event", ({ event, data }) => {
      if (event === "thread.message.delta") {
        for (const part of data.delta.content ?? []) {
          pieces.push(part.type === "refusal" ? (part.refusal ?? "") : part.type);
        }
      }
    });
    const [final] = await stream.finalMessages();
    const refused = [{ type: "refusal", refusal: REFUSAL.join("") }];
    expect(pieces.join("")).toBe(REFUSAL.join(""));
    expect(final?.content).toMatchObject(refused);
    expect((await stream.finalRun()).status).toBe("completed");
    const other = await bench.ask("decline that");
    const polled = await bench.client.beta.threads.runs.createAndPoll(other, {
      assistant_id: bench.assistantId,
    });
    expect(polled.status).toBe("completed");
    for (const id of [threadId, other]) {
      expect((await bench.listed(id)).at(-1)).toMatchObject({
        status: "completed",
        content: refused,
      });
    }
  });

  it("is told how runs end that do not succeed", async ({ expect }) => {
    const bench = open();
    let threadId = "";
    const ended = async (question: string) => {
      threadId = await bench.ask(question);
      const run = await bench.client.beta.threads.runs.createAndPoll(threadId, {
        assistant_id: bench.assistantId,
      });
      return [run.status, run.last_error?.code, run.incomplete_details?.reason];
    };
    expect(await ended("refused")).toEqual(["failed", "invalid_prompt", undefined]);
    expect(await ended("limited")).toEqual(["failed", "rate_limit_exceeded", undefined]);
    expect(await ended("endless")).toEqual(["incomplete", undefined, "max_completion_tokens"]);
    expect((await bench.listed(threadId)).at(-1)).toMatchObject({
      status: "incomplete",
      incomplete_details: { reason: "max_tokens" },
    });
  });

  it("lets two runs on one thread take turns, and is told which one waits", async ({ expect }) => {
    const bench = open();
    const threadId = await bench.ask("Hi");
    const { runs } = bench.client.beta.threads;
    const both = await Promise.all([
      runs.createAndPoll(threadId, { assistant_id: bench.assistantId }),
      runs.createAndPoll(threadId, { assistant_id: bench.assistantId }),
    ]);
    expect(both.map(({ status }) => status)).toEqual(["completed", "completed"]);
    const waiting = await runs.createAndPoll(threadId, {
      assistant_id: bench.assistantId,
      additional_messages: [{ role: "user", content: "weather" }],
    });
    await expect(runs.create(threadId, { assistant_id: bench.assistantId })).rejects.toThrow(
      `Thread ${threadId} already has an active run ${waiting.id}.`,
    );
    await bench.cancel(threadId, waiting.id);
    const next = await runs.createAndPoll(threadId, {
      assistant_id: bench.assistantId,
      additional_messages: [{ role: "user", content: "Hi" }],
    });
    expect(next.status).toBe("completed");
  });
}

/** Id of the run that the stream tells of, once it has said something. */
function runAtFirstText(stream: ReturnType<Bench["client"]["beta"]["threads"]["runs"]["stream"]>) {
  return new Promise<string>((resolve) => {
    stream.once("textDelta", () => resolve(stream.currentRun()?.id ?? ""));
  });
}
