/** What a run tells, in which order, and how it ends. */
import { describe, it } from "vitest";

import type { RunEvent } from "../../../src/domain/run-event";
import { executeRun } from "../../../src/engine/execute-run";
import { RUN } from "../../../src/limits";
import { testWorld } from "../../support/ports";
import { action, code, definition, plan, resultOf, run, traceLines } from "../run";

describe("a run", () => {
  it("tells each action's start and end, in order, with all its cells", async ({ expect }) => {
    const world = testWorld();
    const outcome = await run(
      definition(
        action("map", "MAP", { over: [1, 2] }, { actions: [code("EACH", "(e) => e.state.MAP")] }),
      ),
      { inputs: [{}, {}] },
      world,
    );
    expect(world.memory.toldTypes()).toEqual(
      ["INPUT", "MAP", "EACH", "OUTPUT"].flatMap((name) => [
        `action-start ${name}`,
        `action-end ${name}`,
      ]),
    );
    const ends = world.memory.told.filter((event) => event.type === "action-end");
    expect(ends.map(({ action: { name, type }, cells }) => ({ name, type, cells }))).toEqual(
      outcome.traces,
    );
    expect(traceLines(outcome)[2]).toBe("EACH [1 2] [1 2]");
  });

  it("starts nothing after a failure, and finishes what runs beside it", async ({ expect }) => {
    const world = testWorld();
    const outcome = await run(
      definition(
        code(
          "CHECK",
          "({ input }) => { if (input.value.bad) throw new Error('bad row'); return 1; }",
        ),
        code("LATER", "() => 2"),
      ),
      { inputs: [{ bad: false }, { bad: true }] },
      world,
    );
    expect(outcome).toMatchObject({
      status: "failed",
      results: null,
      answers: [null, null],
      error: { code: "code_error", message: expect.stringMatching(/^CHECK: .*bad row/) },
    });
    expect(traceLines(outcome).at(-1)).toBe("CHECK [1] [!code_error]");
    expect(world.memory.toldTypes().at(-1)).toBe("action-end CHECK");
  });

  it("tells nothing of an exception that is a bug, but reports it", async ({ expect }) => {
    const secret = new TypeError("password is hunter2");
    const world = testWorld({
      threads: {
        read: () => Promise.reject(secret),
        messages: async () => [],
      },
    });
    const outcome = await run(
      definition(action("thread", "HISTORY")),
      { threadIds: ["thread-1"] },
      world,
    );
    expect(outcome.error?.code).toBe("internal_error");
    expect(JSON.stringify([outcome, world.memory.told])).not.toContain("hunter2");
    expect(world.asked.bugs).toEqual([secret]);
  });

  it("stops promptly when its signal aborts, whatever the action does", async ({ expect }) => {
    const stop = new AbortController();
    const world = testWorld({
      threads: {
        read: async () => {
          stop.abort();
          return new Promise(() => {});
        },
        messages: async () => [],
      },
    });
    const given = plan(definition(action("thread", "HISTORY")), { threadIds: ["thread-1"] });
    const outcome = await executeRun(given, world.ports, stop.signal);
    expect(outcome).toMatchObject({ kind: "stopped", traces: [{ name: "INPUT" }] });
    expect([...world.memory.cells.keys()]).toEqual([]);
  });

  it("begins nothing with a signal that is aborted already", async ({ expect }) => {
    const world = testWorld();
    const outcome = await executeRun(plan(definition()), world.ports, AbortSignal.abort());
    expect(outcome.kind).toBe("stopped");
    expect(world.memory.attempts.size).toBe(0);
  });

  it("keeps an output of exactly the largest size, and refuses one byte more", async ({
    expect,
  }) => {
    const row = { text: "" };
    const room = RUN.actionOutputMaxBytes - JSON.stringify(row).length;
    const fits = await run(definition(), { inputs: [{ text: "x".repeat(room) }] });
    expect(fits.traces[0]?.cells[0]?.[0]?.error).toBeNull();
    const over = await run(definition(), { inputs: [{ text: "x".repeat(room + 1) }] });
    expect(over.error?.code).toBe("output_too_large");
  });

  it("refuses a config that contradicts its action before anything begins", async ({ expect }) => {
    const world = testWorld();
    const actions = definition(action("thread", "HISTORY"));
    const config = { HISTORY: { limit: "ten" }, NOBODY: {} };
    const outcome = await run(actions, { config }, world);
    expect(outcome.error).toEqual({
      code: "invalid_config",
      message:
        "config.NOBODY is no action of this tool; " +
        "config.HISTORY.limit must be a number, not a string",
    });
    expect(world.memory.told).toEqual<RunEvent[]>([]);
  });
});

describe("an answer", () => {
  it.for([
    { output: "Hello", content: "Hello" },
    { output: { role: "assistant", content: "Hi", mood: "good" }, content: "Hi" },
    { output: { message: { role: "assistant", content: "Chat" } }, content: "Chat" },
  ])(
    "is what a text, a message or a chat output says: %o",
    async ({ output, content }, { expect }) => {
      const outcome = await run(definition(code("SAY", `() => (${JSON.stringify(output)})`)));
      expect(outcome.answers).toEqual([
        { role: "assistant", content, fileIds: [], metadata: null, parts: null },
      ]);
      expect(outcome.results?.[0]?.[0]?.value).toMatchObject({ role: "assistant", content });
    },
  );

  it.for([
    42,
    { text: "no message" },
    { role: "user", content: "Not mine" },
    { role: "assistant", content: "" },
    {
      message: { role: "assistant", content: null, function_call: { name: "f", arguments: "{}" } },
    },
  ])("is not made of %o", async (output, { expect }) => {
    const outcome = await run(definition(code("SAY", `() => (${JSON.stringify(output)})`)));
    expect(outcome).toMatchObject({ status: "succeeded", answers: [null] });
  });

  it("that its thread could not keep fails OUTPUT", async ({ expect }) => {
    const output = { role: "assistant", content: "Hi", metadata: { score: 3 } };
    const actions = definition(code("SAY", `() => (${JSON.stringify(output)})`));
    const outcome = await run(actions, { threadIds: ["thread-1"] });
    expect(outcome.error).toEqual({
      code: "invalid_answer",
      message: "OUTPUT: answer.metadata.score must be a string, not a number",
    });
    expect(await resultOf(actions)).toEqual(output);
  });

  it("of a row comes from that row", async ({ expect }) => {
    const actions = definition(code("SAY", "({ input }) => input.value.say"));
    const outcome = await run(actions, { inputs: [{ say: "a" }, { say: 1 }, { say: "c" }] });
    expect(outcome.answers.map((answer) => answer?.content)).toEqual(["a", undefined, "c"]);
  });
});
