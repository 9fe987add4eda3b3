import { describe, it } from "vitest";

import { ACTION } from "../../../src/limits";
import { action, code, definition, js, resultOf, run, traceLines } from "../run";

const state = code("STATE", "({ state }) => state");

const countingLoop = (limit: number, max?: number) =>
  definition(
    action(
      "loop",
      "LOOP",
      { condition: js(`({ state }) => state.LOOP.iteration < ${limit}`) },
      {
        ...(max === undefined ? {} : { config: { max_iterations: max } }),
        actions: [code("STEP", "({ state }) => (state.STEP ?? 0) + 10")],
      },
    ),
    state,
  );

describe("loop", () => {
  it("asks before each pass, shows a pass what the one before left, and keeps all", async ({
    expect,
  }) => {
    const outcome = await run(countingLoop(2));
    expect(traceLines(outcome).slice(1, 6)).toEqual([
      'LOOP [{"iteration":0,"continues":true}]',
      "STEP [10]",
      'LOOP [{"iteration":1,"continues":true}]',
      "STEP [20]",
      'LOOP [{"iteration":2,"continues":false}]',
    ]);
    expect(outcome.results?.[0]?.[0]?.value).toMatchObject({
      LOOP: { iteration: 2, continues: false },
      STEP: [10, 20],
    });
  });

  it("leaves empty arrays where it never turned", async ({ expect }) => {
    expect(await resultOf(countingLoop(0))).toMatchObject({ STEP: [] });
  });

  it.for([
    { passes: ACTION.loopDefaultPasses - 1, limit: undefined, continues: false },
    { passes: ACTION.loopDefaultPasses, limit: undefined, continues: true },
    { passes: ACTION.loopMaxPasses, limit: ACTION.loopMaxPasses, continues: true },
  ])("is cut off after its passes: %o", async ({ passes, limit, continues }, { expect }) => {
    const wanted = continues ? 1000 : passes;
    const result = await resultOf(countingLoop(wanted, limit));
    expect(result).toMatchObject({ LOOP: { iteration: passes, continues } });
    expect(result).toHaveProperty("STEP.length", passes);
  });

  it("lets each row turn as often as its own condition says", async ({ expect }) => {
    const actions = definition(
      action(
        "loop",
        "LOOP",
        { condition: js("(e) => e.state.LOOP.iteration < e.input.value.n") },
        {
          actions: [code("STEP", "({ state }) => state.LOOP.iteration")],
        },
      ),
      code("DONE", "({ state }) => state.STEP"),
    );
    const outcome = await run(actions, { inputs: [{ n: 2 }, { n: 0 }, { n: 1 }] });
    expect(outcome.results?.map(([cell]) => cell?.value)).toEqual([[0, 1], [], [0]]);
    expect(traceLines(outcome).slice(1, 5)).toEqual([
      'LOOP [{"iteration":0,"continues":true}] [{"iteration":0,"continues":false}] [{"iteration":0,"continues":true}]',
      "STEP [0] [-] [0]",
      'LOOP [{"iteration":1,"continues":true}] [-] [{"iteration":1,"continues":false}]',
      "STEP [1] [-] [-]",
    ]);
  });

  it("shows in a pass what blocks inside it made in the pass before, as arrays", async ({
    expect,
  }) => {
    const sum = code("SUM", "({ state }) => (state.SUM ?? [0])[0] + 5");
    const actions = definition(
      action(
        "loop",
        "LOOP",
        { condition: "{{ LOOP.iteration < 3 }}" },
        {
          actions: [
            code("BEFORE", "({ state }) => state.SUM ?? null"),
            action("if", "IF", { condition: "{{ LOOP.iteration != 1 }}" }, { actions: [sum] }),
          ],
        },
      ),
      state,
    );
    expect(await resultOf(actions)).toMatchObject({
      BEFORE: [null, [5], []],
      SUM: [[5], [], [5]],
    });
  });

  it("nests: each pass of the outer begins the inner anew", async ({ expect }) => {
    const inner = action(
      "loop",
      "INNER",
      { condition: "{{ INNER.iteration <= OUTER.iteration }}" },
      { actions: [code("STEP", "({ state }) => (state.STEP ?? 0) + 1")] },
    );
    const outer = { condition: "{{ OUTER.iteration < 3 }}" };
    const actions = definition(action("loop", "OUTER", outer, { actions: [inner] }), state);
    const outcome = await run(actions);
    expect(outcome.results?.[0]?.[0]?.value).toMatchObject({ STEP: [[1], [1, 2], [1, 2, 3]] });
  });

  it("fails in its own cell on a condition that is no boolean", async ({ expect }) => {
    const actions = definition(
      action("loop", "LOOP", { condition: js("() => 1") }, { actions: [code("STEP", "() => 1")] }),
    );
    const outcome = await run(actions);
    expect(outcome.error?.message).toBe("LOOP: condition must be a boolean, not a number");
    expect(traceLines(outcome).at(-1)).toBe("LOOP [!invalid_spec]");
  });
});

describe("env.map in a loop", () => {
  it("is the loop and its pass, in the condition and in the body", async ({ expect }) => {
    const actions = definition(
      action(
        "loop",
        "LOOP",
        { condition: js("({ map }) => map.name === 'LOOP' && map.iteration < 3") },
        { actions: [code("STEP", "({ map }) => map")] },
      ),
      code("AFTER", "({ map, state }) => [map, state.STEP]"),
    );
    const steps = [0, 1, 2].map((iteration) => ({ name: "LOOP", iteration }));
    expect(await resultOf(actions)).toEqual([null, steps]);
  });

  it("is the innermost of maps and loops", async ({ expect }) => {
    const actions = definition(
      action(
        "map",
        "MAP",
        { over: ["a", "b"] },
        {
          actions: [
            action(
              "loop",
              "LOOP",
              { condition: js("({ map }) => map.iteration < 1") },
              {
                actions: [
                  code("BODY", "({ map }) => map.name + map.iteration"),
                  action(
                    "map",
                    "INNER",
                    { over: [1, 2] },
                    { actions: [code("DEEP", "({ map }) => map.name + map.iteration")] },
                  ),
                  code("BEHIND", "({ map }) => map.name + map.iteration"),
                ],
              },
            ),
            code("OUTSIDE", "({ map }) => map.name + map.iteration"),
          ],
        },
      ),
      code(
        "STATE",
        "({ state: { BODY, DEEP, BEHIND, OUTSIDE } }) => ({ BODY, DEEP, BEHIND, OUTSIDE })",
      ),
    );
    expect(await resultOf(actions)).toEqual({
      BODY: [["LOOP0"], ["LOOP0"]],
      DEEP: [[["INNER0", "INNER1"]], [["INNER0", "INNER1"]]],
      BEHIND: [["LOOP0"], ["LOOP0"]],
      OUTSIDE: ["MAP0", "MAP1"],
    });
  });
});
