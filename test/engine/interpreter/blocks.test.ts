/** What `if`, `loop`, `map` and `return` run, and what their inner outputs are afterwards. */
import { describe, it } from "vitest";

import { ACTION, RUN } from "../../../src/limits";
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

const mapOver = (items: unknown, repeat = 0) =>
  definition(
    action(
      "map",
      "MAP",
      { over: items, repeat },
      { actions: [code("EACH", "({ state, map }) => [state.MAP, map.iteration]")] },
    ),
    state,
  );

const idleMap = (count: number) =>
  definition(
    action(
      "map",
      "MAP",
      { over: Array(count).fill(0) },
      {
        actions: [
          action("if", "NOTHING", { condition: false }, { actions: [code("NEVER", "() => 1")] }),
        ],
      },
    ),
  );

const nestedMaps = (outer: number) =>
  definition(
    action(
      "map",
      "OUTER",
      { over: [1], repeat: outer },
      {
        actions: [
          action(
            "map",
            "INNER",
            { over: [1], repeat: ACTION.mapMaxIterations },
            {
              actions: [
                action(
                  "if",
                  "NOTHING",
                  { condition: false },
                  { actions: [code("NEVER", "() => 1")] },
                ),
              ],
            },
          ),
        ],
      },
    ),
  );

describe("if", () => {
  const branches = definition(
    action(
      "if",
      "CHECK",
      { condition: js("({ input }) => input.value.yes") },
      {
        actions: [code("THEN", "() => 'then'")],
        else: [code("ELSE", "() => 'else'")],
      },
    ),
    state,
  );

  it("runs one branch and leaves the other's outputs empty", async ({ expect }) => {
    const result = await resultOf(branches, { inputs: [{ yes: true }] });
    expect(result).toEqual({ INPUT: { yes: true }, CHECK: true, THEN: ["then"], ELSE: [] });
  });

  it("takes rows apart and marks those that were elsewhere", async ({ expect }) => {
    const outcome = await run(branches, { inputs: [{ yes: true }, { yes: false }] });
    expect(traceLines(outcome).slice(1, 4)).toEqual([
      "CHECK [true] [false]",
      'THEN ["then"] [-]',
      'ELSE [-] ["else"]',
    ]);
  });

  it("starts nothing of a branch that no row takes", async ({ expect }) => {
    const outcome = await run(branches, { inputs: [{ yes: false }] });
    expect(outcome.traces.map(({ name }) => name)).not.toContain("THEN");
  });

  it("fails on a condition that is no boolean", async ({ expect }) => {
    const outcome = await run(branches, { inputs: [{ yes: "yes" }] });
    expect(outcome.error).toEqual({
      code: "invalid_spec",
      message: "CHECK: condition must be a boolean, not a string",
    });
  });

  it("is passed over by the last output where it has no branch to run", async ({ expect }) => {
    const actions = definition(
      code("BEFORE", "() => 7"),
      action("if", "CHECK", { condition: false }, { actions: [code("THEN", "() => 8")] }),
    );
    expect(await resultOf(actions)).toBe(7);
  });
});

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

  it("fails in its own cell on a condition that is no boolean", async ({ expect }) => {
    const actions = definition(
      action("loop", "LOOP", { condition: js("() => 1") }, { actions: [code("STEP", "() => 1")] }),
    );
    const outcome = await run(actions);
    expect(outcome.error?.message).toBe("LOOP: condition must be a boolean, not a number");
    expect(traceLines(outcome).at(-1)).toBe("LOOP [!invalid_spec]");
  });
});

describe("map", () => {
  it("runs its actions on each item, whose name is the map's own", async ({ expect }) => {
    const outcome = await run(mapOver(["a", "b"]));
    expect(traceLines(outcome).slice(1, 3)).toEqual(['MAP [["a","b"]]', 'EACH [["a",0] ["b",1]]']);
    expect(outcome.results?.[0]?.[0]?.value).toMatchObject({
      MAP: ["a", "b"],
      EACH: [
        ["a", 0],
        ["b", 1],
      ],
    });
  });

  it("takes the first items, or begins again, as `repeat` says", async ({ expect }) => {
    expect(await resultOf(mapOver(["a", "b", "c"], 2))).toMatchObject({ MAP: ["a", "b"] });
    expect(await resultOf(mapOver(["a", "b"], 3))).toMatchObject({ MAP: ["a", "b", "a"] });
  });

  it.for([
    { over: [], message: "MAP: over must be at least 1 elements long" },
    { over: "text", message: "MAP: over must be an array, not a string" },
    { over: { length: 2 }, message: "MAP: over must be an array, not an object" },
  ])("fails in its own cell on %o", async ({ over: items, message }, { expect }) => {
    const outcome = await run(mapOver(js("({ input }) => input.value.items")), {
      inputs: [{ items }],
    });
    expect(outcome.error).toEqual({ code: "invalid_spec", message });
  });

  it("takes 64 items and not 65", async ({ expect }) => {
    expect((await run(idleMap(ACTION.mapMaxIterations))).status).toBe("succeeded");
    expect((await run(idleMap(ACTION.mapMaxIterations + 1))).error?.code).toBe(
      "too_many_iterations",
    );
  });

  it("bounds what maps inside maps make together", async ({ expect }) => {
    const most = RUN.maxCells / ACTION.mapMaxIterations;
    expect((await run(nestedMaps(most))).status).toBe("succeeded");
    const outcome = await run(nestedMaps(most + 1));
    expect(outcome.error?.message).toMatch(/^INNER: All rows and maps together make 1088/);
  });

  it("numbers the cells of maps inside maps through, and nests their outputs", async ({
    expect,
  }) => {
    const actions = definition(
      action(
        "map",
        "OUTER",
        { over: [["a", "b"], ["c"]] },
        {
          actions: [
            action(
              "map",
              "INNER",
              { over: js("({ state }) => state.OUTER") },
              {
                actions: [code("EACH", "({ state, map }) => state.INNER + map.iteration")],
              },
            ),
          ],
        },
      ),
      state,
    );
    const outcome = await run(actions);
    expect(traceLines(outcome)[3]).toBe('EACH ["a0" "b1" "c0"]');
    expect(outcome.results?.[0]?.[0]?.value).toMatchObject({ EACH: [["a0", "b1"], ["c0"]] });
  });

  it("keeps the places of iterations that a branch inside leaves out", async ({ expect }) => {
    const actions = definition(
      action(
        "map",
        "MAP",
        { over: [1, 2, 3] },
        {
          actions: [
            action(
              "if",
              "ODD",
              { condition: js("({ state }) => state.MAP % 2 === 1") },
              {
                actions: [code("DOUBLE", "({ state }) => state.MAP * 2")],
              },
            ),
          ],
        },
      ),
      state,
    );
    const outcome = await run(actions);
    expect(traceLines(outcome)[3]).toBe("DOUBLE [2 - 6]");
    expect(outcome.results?.[0]?.[0]?.value).toMatchObject({
      ODD: [true, false, true],
      DOUBLE: [[2], [], [6]],
    });
  });

  it("makes the last outputs of its iterations the last output", async ({ expect }) => {
    const actions = definition(
      action("map", "MAP", { over: [1, 2] }, { actions: [code("EACH", "(e) => -e.state.MAP")] }),
    );
    expect(await resultOf(actions)).toEqual([-1, -2]);
  });
});

describe("return", () => {
  const early = definition(
    action(
      "if",
      "CHECK",
      { condition: js("({ input }) => input.value.early") },
      {
        actions: [code("SAY", "() => 'early'"), action("return", "STOP")],
      },
    ),
    code("LATE", "() => 'late'"),
  );

  it("ends its row with the last output, as OUTPUT would word it", async ({ expect }) => {
    const outcome = await run(early, { inputs: [{ early: true }] });
    expect(outcome.results?.[0]?.[0]?.value).toEqual({ role: "assistant", content: "early" });
    expect(outcome.traces.at(-1)?.name).toBe("STOP");
  });

  it("lets other rows go on, and the last trace still holds all results", async ({ expect }) => {
    const outcome = await run(early, { inputs: [{ early: true }, { early: false }] });
    expect(outcome.results?.map(([cell]) => cell?.value)).toEqual([
      { role: "assistant", content: "early" },
      { role: "assistant", content: "late" },
    ]);
    expect(outcome.traces.at(-1)?.cells).toEqual(outcome.results);
    expect(traceLines(outcome).at(-2)).toBe('LATE [-] ["late"]');
  });

  it("in a map ends the row with the first iteration that returns", async ({ expect }) => {
    const actions = definition(
      action(
        "map",
        "MAP",
        { over: [1, 2, 3, 4] },
        {
          actions: [
            action(
              "if",
              "EVEN",
              { condition: js("({ state }) => state.MAP % 2 === 0") },
              {
                actions: [action("return", "FOUND")],
              },
            ),
          ],
        },
      ),
      code("LATE", "() => 'late'"),
    );
    expect(await resultOf(actions)).toBe(2);
  });

  it("in a loop ends the loop", async ({ expect }) => {
    const actions = definition(
      action(
        "loop",
        "LOOP",
        { condition: true },
        {
          actions: [
            code("STEP", "({ state }) => state.LOOP.iteration"),
            action(
              "if",
              "ENOUGH",
              { condition: js("({ state }) => state.STEP === 2") },
              {
                actions: [action("return", "STOP")],
              },
            ),
          ],
        },
      ),
    );
    expect(await resultOf(actions)).toBe(2);
  });
});
