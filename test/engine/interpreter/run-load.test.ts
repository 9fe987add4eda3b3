/** Proves that what a run multiplies ends: maps that call tools whose maps call tools. */
import { describe, it, vi } from "vitest";

import { RunLoad } from "../../../src/engine/interpreter/run-load";
import { ACTION } from "../../../src/limits";
import { yieldToEventLoop } from "../../../src/yield-to-event-loop";
import { testWorld } from "../../support/ports";
import { action, definition, run } from "../run";

const ITEMS = Array.from({ length: ACTION.mapMaxIterations }, (_, index) => index);
const toolId = (depth: number) => String(depth).repeat(20);

/** A map whose iterations each run the tool of the next depth. */
function mapOfTools(depth: number) {
  const calling = action("tool", "CALL", { tool_id: toolId(depth + 1), inputs: [{}] });
  return definition(action("map", "MAP", { over: ITEMS }, { actions: [calling] }));
}

function worldOfTools(depths: number) {
  const world = testWorld();
  for (let depth = 1; depth <= depths; depth += 1) {
    const actions = depth === depths ? definition() : mapOfTools(depth);
    const version = { toolId: toolId(depth), version: 1, actions, createdAtMs: 0 };
    world.tools.set(toolId(depth), { name: `tool-${depth}`, versions: [version] });
  }
  return world;
}

describe("a run of tools that call tools", () => {
  it("counts the executions of all of them together", async ({ expect }) => {
    const begin = vi.spyOn(RunLoad.prototype, "begin");
    const { status } = await run(mapOfTools(0), {}, worldOfTools(2));
    const [counts, counters] = [begin.mock.calls.length, new Set(begin.mock.contexts).size];
    begin.mockRestore();
    expect(status).toBe("succeeded");
    // Of each tool with a map INPUT, MAP, a call an item, OUTPUT; of the innermost INPUT and OUTPUT.
    const mapping = 3 + ITEMS.length;
    expect([counts, counters]).toEqual([mapping * (1 + ITEMS.length) + 2 * ITEMS.length ** 2, 1]);
  });

  it("executes as many actions as a run may, in order", async ({ expect }) => {
    const load = new RunLoad({ maxExecutions: 1000, stepsPerTurn: 10 });
    const order: number[] = [];
    const begun = await Promise.allSettled(
      Array.from({ length: 1002 }, (_, n) => load.begin().finally(() => order.push(n))),
    );
    expect(begun.filter(({ status }) => status === "fulfilled")).toHaveLength(1000);
    expect(begun.at(-1)).toMatchObject({ reason: { code: "too_many_executions" } });
    expect(order).toEqual(Array.from({ length: 1002 }, (_, n) => n));
  });

  it("leaves others their turns between portions of itself", async ({ expect }) => {
    const load = new RunLoad({ maxExecutions: 1000, stepsPerTurn: 10 });
    let taken = 0;
    const work = Promise.all(
      Array.from({ length: 500 }, async () => {
        await load.begin();
        taken += 1;
        await load.takeStep();
        taken += 1;
      }),
    );
    const portions: number[] = [];
    for (let turn = 0; turn < 200; turn += 1) {
      const before = taken;
      await yieldToEventLoop();
      portions.push(taken - before);
    }
    await work;
    // Timers of the same millisecond come in a row.
    expect(Math.max(...portions)).toBeLessThanOrEqual(2 * 10);
  });

  it("goes on by portions where all its iterations have waited for one tool", async ({
    expect,
  }) => {
    const taken = vi.spyOn(RunLoad.prototype, "takeStep");
    const { status } = await run(mapOfTools(0), {}, worldOfTools(1));
    const steps = taken.mock.calls.length;
    taken.mockRestore();
    // Each execution is a step, and so is each call of a tool.
    expect([status, steps]).toEqual(["succeeded", 3 + 4 * ITEMS.length]);
  });

  it("ends where its actions are too many", async ({ expect }) => {
    const begin = vi.spyOn(RunLoad.prototype, "begin");
    const many = new RunLoad({ maxExecutions: 0, stepsPerTurn: 10 });
    begin.mockImplementationOnce(() => many.begin().finally(() => begin.mockRestore()));
    const { status, error } = await run(mapOfTools(0), {}, worldOfTools(1));
    expect([status, error?.code]).toEqual(["failed", "too_many_executions"]);
  });

  it("gives each tool fewer frames at a time, the more of them are at work", async ({ expect }) => {
    const load = new RunLoad();
    const { promise: end, resolve } = Promise.withResolvers<void>();
    const granted: number[] = [];
    const held = Array.from({ length: ACTION.mapMaxIterations }, () =>
      load.hold(async (concurrency) => {
        granted.push(concurrency);
        await end;
      }),
    );
    resolve();
    await Promise.all(held);
    expect([granted.at(0), granted.at(2), granted.at(-1)]).toEqual([32, 16, 1]);
    expect(await load.hold(async (concurrency) => concurrency)).toBe(32);
  });
});
