/** Tools inside tools: inline, on the caller's thread, silent, and at most so deep. */
import { describe, it } from "vitest";

import type { ActionDefinition } from "../../../src/domain/tool";
import { RUN } from "../../../src/limits";
import { forNextRun, RunMemory, testWorld, type TestWorld } from "../../support/ports";
import { action, code, definition, js, resultOf, run } from "../run";

const INNER_ID = "b".repeat(20);
const DOUBLE = definition(code("WORK", "({ input }) => input.value.n * 2"));

function deploy(world: TestWorld, toolId: string, ...versions: ActionDefinition[][]): TestWorld {
  world.tools.set(toolId, {
    name: "inner",
    versions: versions.map((actions, index) => ({
      toolId,
      version: index + 1,
      actions,
      createdAtMs: 0,
    })),
  });
  return world;
}

function calling(spec: Record<string, unknown> = {}): ActionDefinition[] {
  return definition(action("tool", "CALL", { tool_id: INNER_ID, ...spec }));
}

const oneResult = (value: unknown) => ({ results: [[{ value, error: null }]] });

const constantTool = (value: number) => definition(code("WORK", `() => ${value}`));

const manyRows = (count: number) => ({ inputs: js(`() => Array(${count}).fill({})`) });

async function usedBy(inner: ActionDefinition[]): Promise<number> {
  const { usage } = await run(calling(), {}, deploy(testWorld(), INNER_ID, inner));
  return usage.outputTokens;
}

describe("tool", () => {
  it("runs the other tool on its inputs and gives its results", async ({ expect }) => {
    const world = deploy(testWorld(), INNER_ID, DOUBLE);
    expect(await resultOf(calling({ inputs: [{ n: 1 }, { n: 2 }] }), {}, world)).toEqual({
      run_id: expect.stringMatching(/^[0-9a-f]{64}$/),
      status: "succeeded",
      results: [[{ value: 2, error: null }], [{ value: 4, error: null }]],
    });
  });

  it("takes one input for one row, and no input for an empty one", async ({ expect }) => {
    const world = deploy(testWorld(), INNER_ID, definition());
    expect(await resultOf(calling({ inputs: { n: 1 } }), {}, world)).toMatchObject(
      oneResult({ n: 1 }),
    );
    expect(await resultOf(calling({ inputs: [] }), {}, forNextRun(world))).toMatchObject(
      oneResult({}),
    );
    expect(await resultOf(calling(), {}, forNextRun(world))).toMatchObject(oneResult({}));
  });

  it("runs the latest version, unless a number says otherwise", async ({ expect }) => {
    const world = deploy(testWorld(), INNER_ID, constantTool(1), constantTool(2));
    expect(await resultOf(calling(), {}, world)).toMatchObject(oneResult(2));
    expect(await resultOf(calling({ version: 1 }), {}, forNextRun(world))).toMatchObject(
      oneResult(1),
    );
  });

  it("keeps to the version with which it began, whatever is deployed meanwhile", async ({
    expect,
  }) => {
    const memory = new RunMemory();
    const dying = deploy(testWorld({}, memory), INNER_ID, DOUBLE);
    dying.ports.steps.complete = (key, cell) => {
      if (key.includes("/WORK:")) {
        throw new Error("The object died.");
      }
      memory.complete(key, cell);
    };
    const begun = run(calling({ inputs: { n: 3 } }), {}, dying);
    await begun.catch(() => undefined);
    memory.cells.delete("CALL:0");
    const triple = definition(code("WORK", "({ input }) => input.value.n * 3"));
    const next = deploy(testWorld({}, memory), INNER_ID, DOUBLE, triple);
    expect(await resultOf(calling({ inputs: { n: 3 } }), {}, next)).toMatchObject({
      results: [[{ value: 6 }]],
    });
  });

  it("changes the other tool's configs for this call", async ({ expect }) => {
    const look = definition(code("WORK", "({ config }) => config.blocks.WORK.timeout_ms"));
    const world = deploy(testWorld(), INNER_ID, look);
    const spec = { config: { WORK: { timeout_ms: 7 } } };
    expect(await resultOf(calling(spec), {}, world)).toMatchObject({ results: [[{ value: 7 }]] });
    const wrong = await run(calling({ config: { WORK: { timeout: 7 } } }), {}, forNextRun(world));
    expect(wrong.error).toEqual({
      code: "invalid_config",
      message: "CALL: inner: config.WORK.timeout is not a known field (did you mean timeout_ms?)",
    });
  });

  it("tells nothing of what happens inside", async ({ expect }) => {
    const world = deploy(testWorld(), INNER_ID, DOUBLE);
    await run(calling({ inputs: { n: 1 } }), {}, world);
    expect(world.memory.toldTypes().join()).not.toContain("WORK");
  });

  it("reads the caller's thread", async ({ expect }) => {
    const world = deploy(testWorld(), INNER_ID, definition(action("thread", "HISTORY")));
    world.threads.set("thread-1", { view: { id: "thread-1", metadata: null }, messages: [] });
    expect(await resultOf(calling(), { threadIds: ["thread-1"] }, world)).toMatchObject({
      results: [[{ value: { id: "thread-1" } }]],
    });
  });

  it("fails where the other tool fails, saying where", async ({ expect }) => {
    const world = deploy(testWorld(), INNER_ID, definition(code("WORK", "() => nothing")));
    const outcome = await run(calling(), {}, world);
    expect(outcome.error?.code).toBe("code_error");
    expect(outcome.error?.message).toMatch(/^CALL: inner: WORK: .*nothing/);
  });

  it("counts what the other tool has used, also where it fails", async ({ expect }) => {
    const chat = action("chat", "CHAT", { instruction: "Hi" });
    expect(await usedBy(definition(chat))).toBeGreaterThan(0);
    expect(await usedBy(definition(chat, code("FAIL", "() => nothing")))).toBeGreaterThan(0);
  });

  it("counts what the other tool has used, also where its results are too large", async ({
    expect,
  }) => {
    const inner = definition(
      action("chat", "CHAT", { instruction: "Hi" }),
      code("BIG", "() => 'x'.repeat(600_000)"),
    );
    const world = deploy(testWorld(), INNER_ID, inner);
    const { error, usage } = await run(calling({ inputs: [{}, {}] }), {}, world);
    expect(error?.code).toBe("output_too_large");
    expect(usage.outputTokens).toBeGreaterThan(0);
  });

  it("fails where there is no such tool or version", async ({ expect }) => {
    expect((await run(calling())).error?.code).toBe("tool_not_found");
    const world = deploy(testWorld(), INNER_ID, DOUBLE);
    expect((await run(calling({ version: 2 }), {}, world)).error?.code).toBe("tool_not_found");
  });

  it("takes as many rows as a run, and not one more", async ({ expect }) => {
    const world = deploy(testWorld(), INNER_ID, definition());
    expect((await run(calling(manyRows(RUN.maxRows)), {}, world)).status).toBe("succeeded");
    expect((await run(calling(manyRows(RUN.maxRows + 1)), {}, forNextRun(world))).error?.code).toBe(
      "invalid_spec",
    );
  });

  it("nests as deep as tools may, and ends a circle of calls with a clear error", async ({
    expect,
  }) => {
    const countdown = definition(
      action(
        "if",
        "MORE",
        { condition: js("({ input }) => input.value.n > 0") },
        {
          actions: [
            action("tool", "AGAIN", {
              tool_id: INNER_ID,
              inputs: js("({ input }) => ({ n: input.value.n - 1 })"),
            }),
          ],
        },
      ),
    );
    const world = deploy(testWorld(), INNER_ID, countdown);
    const depth = RUN.maxToolNesting - 1;
    expect((await run(calling({ inputs: { n: depth } }), {}, world)).status).toBe("succeeded");
    const outcome = await run(calling({ inputs: { n: depth + 1 } }), {}, forNextRun(world));
    expect(outcome.error?.code).toBe("tool_nesting_too_deep");
    expect(outcome.error?.message).toMatch(/at most 5 deep; here: inner → inner → /);
  });
});
